import type { Conversation } from '../../src/contract/handler.ts'
import { line, t } from '../../src/contract/message.ts'
import type { Message } from '../../src/contract/message.ts'
import type { DeployableView } from '../../src/contract/view.ts'
import { byKey, notFound } from './pick.ts'

/** What stands under a service in the config, at least, so that it can be deployed. */
const example = [
  'deploy:',
  '  repo: git@github.com:acme/web.git',
  '  branch: main',
  '  path: /srv/web',
  '  build: [npm ci, npm run build]',
]

/** Nothing can be deployed: what to write into the config. */
export const noneDeployable = (): Message => ({
  blocks: [line('deploy-none'), { code: ['services:', '  web:', ...example.map(indented)] }],
})

const indented = (text: string): string => `    ${text}`

/** The service of that name, or why it cannot be deployed, as an answer. `verb`: of the buttons that offer others. */
export function deployableNamed(
  { house }: Conversation,
  name: string,
  verb: string,
): DeployableView | Message {
  const all = house.deployable()
  const exact = all.find(({ service }) => service === name)
  if (exact) return exact
  const match = house.service(name)
  if (!match.found) return notFound(name, match.nearest, verb)
  const { name: service } = match.found
  const found = all.find((one) => one.service === service)
  return found ?? { blocks: [line('deploy-not-configured', { service }), { code: example }] }
}

/** The service that a button meant; undefined when it cannot be deployed any more. */
export function deployablePicked({ house }: Conversation, key: string): DeployableView | undefined {
  const all = house.deployable()
  const names = all.map(({ service }) => service)
  const name = byKey(names, key)
  return all.find((one) => one.key === key) ?? all.find(({ service }) => service === name)
}

/** True for an answer, which is said instead of going on. */
export const isAnswer = (found: DeployableView | Message): found is Message => 'blocks' in found

/** The answer to a button of something that is not there any more. */
export const gone = t('service-gone')
