import type { Call, Conversation } from '../../src/contract/handler.ts'
import { line, t } from '../../src/contract/message.ts'
import type { Message, Text } from '../../src/contract/message.ts'
import type { DeployableView } from '../../src/contract/view.ts'
import { byKey, notFound, pick } from './pick.ts'

/** What stands under a service in the config, at least, so that it can be deployed. */
const example = [
  'deploy:',
  '  repo: git@github.com:acme/web.git',
  '  branch: main',
  '  path: /srv/web',
  '  build: [npm ci, npm run build]',
]

/** Nothing can be deployed: what to write into the config. */
const noneDeployable: Message = {
  blocks: [
    line('deploy-none'),
    { code: ['services:', '  web:', ...example.map((text) => `    ${text}`)] },
  ],
}

/**
 * The service that a command names; undefined where something was answered instead: which there are,
 * or why that one cannot be deployed.
 *
 * @param verb of the buttons that offer services
 */
export function deployableOf(
  { house, args: [name], reply }: Call,
  verb: string,
  which: Text,
): DeployableView | undefined {
  const all = house.deployable()
  const none = (answer: Message): undefined => {
    reply(answer)
  }
  if (name === undefined) {
    const choices = all.map(({ service, key }) => ({ label: service, press: `${verb}:${key}` }))
    return none(all.length === 0 ? noneDeployable : pick(which, choices))
  }
  const exact = all.find(({ service }) => service === name)
  if (exact) return exact
  const match = house.service(name)
  if (!match.found) return none(notFound(name, match.nearest, verb))
  const { name: service } = match.found
  const found = all.find((one) => one.service === service)
  return found ?? none({ blocks: [line('deploy-not-configured', { service }), { code: example }] })
}

/** The service that a button meant; undefined when it cannot be deployed any more. */
export function deployablePicked({ house }: Conversation, key: string): DeployableView | undefined {
  const all = house.deployable()
  const names = all.map(({ service }) => service)
  const name = byKey(names, key)
  return all.find((one) => one.key === key) ?? all.find(({ service }) => service === name)
}

/** The answer to a button of something that is not there any more. */
export const gone = t('service-gone')
