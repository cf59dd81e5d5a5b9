import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Conversation, Press } from '../src/contract/handler.ts'
import { t } from '../src/contract/message.ts'
import type { DeployableView } from '../src/contract/view.ts'
import { deployableOf, deployablePicked, gone } from './shared/deployable.ts'

const verb = 'deploy'

/** Nothing here deploys: it asks, and what is confirmed becomes a job. */
export default defineHandler({
  kind: 'deploy',
  commands: {
    deploy: { role: 'operator', about: 'Deploy a service', usage: '[SERVICE] [REF]' },
  },
  presses: { [verb]: { role: 'operator' } },
  onCommand: deploy,
  onPress: picked,
})

async function deploy(call: Call): Promise<void> {
  const found = deployableOf(call, verb, t('deploy-which'))
  // A name with blanks is none of git's: whoever resolves it says so.
  if (found) await askFor(call, found, call.args.slice(1).join(' '))
}

async function picked(press: Press): Promise<void> {
  const found = deployablePicked(press, press.arg)
  if (!found) return press.answer(gone)
  await askFor(press, found, '')
}

/** Without a ref it is the branch that the config names. */
const askFor = ({ ask }: Conversation, { service, branch }: DeployableView, ref: string) =>
  ask({ do: 'job', kind: 'deploy', about: { service, ref: ref === '' ? branch : ref } })
