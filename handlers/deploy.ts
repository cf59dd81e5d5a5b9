import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Conversation, Press } from '../src/contract/handler.ts'
import { t } from '../src/contract/message.ts'
import type { DeployableView } from '../src/contract/view.ts'
import {
  deployableNamed,
  deployablePicked,
  gone,
  isAnswer,
  noneDeployable,
} from './shared/deployable.ts'
import { pick } from './shared/pick.ts'

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
  const [name, ...rest] = call.args
  const all = call.house.deployable()
  if (all.length === 0 && name === undefined) return call.reply(noneDeployable())
  if (name === undefined) {
    const choices = all.map(({ service, key }) => ({ label: service, press: `${verb}:${key}` }))
    return call.reply(pick(t('deploy-which'), choices))
  }
  const found = deployableNamed(call, name, verb)
  if (isAnswer(found)) return call.reply(found)
  // A name with blanks is none of git's: whoever resolves it says so.
  await askFor(call, found, rest.join(' '))
}

async function picked(press: Press): Promise<void> {
  const found = deployablePicked(press, press.arg)
  if (!found) return press.answer(gone)
  await askFor(press, found, '')
}

/** Without a ref it is the branch that the config names. */
const askFor = ({ ask }: Conversation, { service, branch }: DeployableView, ref: string) =>
  ask({ do: 'job', kind: 'deploy', about: { service, ref: ref === '' ? branch : ref } })
