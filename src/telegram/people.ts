import { GrammyError } from 'grammy'
import type { Api } from 'grammy'
import type { BotCommandScope } from 'grammy/types'
import type { Clock } from '../contract/clock.ts'
import { messageOf } from '../contract/error.ts'
import type { Log } from '../contract/log.ts'
import { clip } from './html.ts'
import type { Chat } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'
import type { Verdict } from '../contract/sender.ts'
import { withLimit } from './call.ts'
import type { ApiSignal } from './call.ts'
import type { Registry } from './commands.ts'
import type { Words } from './words.ts'

export interface Reachability {
  readonly id: number
  readonly name: string
  /** false: never pressed Start, or blocked the bot; null: not known yet. */
  readonly reachable: boolean | null
}

/** Whom the bot can write to, and the command menu of each. */
export interface People {
  /** Asks Telegram about every operator and sets their menus; again whenever the network is back. */
  greet(signal: AbortSignal): Promise<void>
  presence(user: number, here: boolean): void
  /** Learns from what became of a message. */
  learn(chat: number, verdict: Verdict): void
  reachability(): readonly Reachability[]
}

export interface PeopleParts {
  readonly api: Api
  readonly clock: Clock
  readonly log: Log
  readonly words: Words
  readonly registry: Registry
  operators(): readonly Operator[]
  chat(): Chat
}

const callMs = 10_000
/** core.telegram.org/bots/api#botcommand */
const longestAbout = 256

/** What nobody may see in the menu: the scopes that are not one operator's. */
const publicScopes: readonly BotCommandScope[] = [
  { type: 'default' },
  { type: 'all_private_chats' },
  { type: 'all_group_chats' },
  { type: 'all_chat_administrators' },
]

interface Desk extends PeopleParts {
  readonly known: Map<number, boolean>
}

/** Keeps track of the operators. */
export function createPeople(parts: PeopleParts): People {
  const known = new Map<number, boolean>()
  const desk: Desk = { ...parts, known }
  const { api, operators } = parts
  return {
    async greet(signal) {
      const scopes = [...publicScopes, ...forgetFormer(desk)]
      for (const scope of scopes) {
        await attempt(parts, signal, 'deleteMyCommands', (bounded) =>
          api.deleteMyCommands({ scope }, bounded),
        )
      }
      for (const operator of operators()) await greetOne(desk, operator, signal)
    },
    presence(user, here) {
      const operator = operators().find(({ id }) => id === user)
      const isNews = known.get(user) !== here
      learn(desk, user, here)
      if (!operator || !here || !isNews) return
      void setMenu(parts, { type: 'chat', chat_id: user }, operator, undefined)
    },
    learn(user, verdict) {
      if (verdict.is === 'sent') learn(desk, user, true)
      const gone = verdict.is === 'never' && /^(?:blocked|not-started|chat-gone)$/.test(verdict.why)
      if (gone) learn(desk, user, false)
    },
    reachability: () =>
      operators().map(({ id, name }) => ({ id, name, reachable: known.get(id) ?? null })),
  }
}

/** The menus of those who are operators no more. */
function forgetFormer({ known, operators }: Desk): readonly BotCommandScope[] {
  const current = new Set(operators().map(({ id }) => id))
  const former = [...known.keys()].filter((id) => !current.has(id))
  for (const id of former) known.delete(id)
  return former.map((id) => ({ type: 'chat', chat_id: id }))
}

function learn({ known, operators, log }: Desk, id: number, reachable: boolean): void {
  const operator = operators().find((one) => one.id === id)
  if (!operator || known.get(id) === reachable) return
  known.set(id, reachable)
  if (reachable) return log.info({ operator: operator.name, id }, 'operator can be reached')
  const advice = 'they have to open the bot in Telegram and press Start'
  log.warn({ operator: operator.name, id, advice }, 'operator cannot be reached')
}

async function greetOne(desk: Desk, operator: Operator, signal: AbortSignal): Promise<void> {
  const { api, chat } = desk
  // getChat also finds people who never pressed Start, or blocked the bot; "typing" does not reach them.
  const found = await attempt(desk, signal, 'sendChatAction', (bounded) =>
    api.sendChatAction(operator.id, 'typing', {}, bounded),
  )
  if (found !== 'unknown') learn(desk, operator.id, found === 'done')
  if (found === 'done')
    await setMenu(desk, { type: 'chat', chat_id: operator.id }, operator, signal)
  const group = chat().id
  if (group >= 0) return
  const scope = { type: 'chat_member', chat_id: group, user_id: operator.id } as const
  await setMenu(desk, scope, operator, signal)
}

async function setMenu(
  parts: PeopleParts,
  scope: BotCommandScope,
  operator: Operator,
  signal: AbortSignal | undefined,
): Promise<void> {
  const commands = parts.registry.menu(operator.role).map(({ name, about }) => {
    const text = parts.words.plain({ id: `about-${name}`, pattern: about })
    return { command: name, description: clip(text, longestAbout) }
  })
  await attempt(parts, signal, 'setMyCommands', (bounded) =>
    parts.api.setMyCommands(commands, { scope }, bounded),
  )
}

/** `refused`: Telegram answered, and the answer was no. */
async function attempt(
  { clock, log }: PeopleParts,
  signal: AbortSignal | undefined,
  method: string,
  call: (signal: ApiSignal) => Promise<unknown>,
): Promise<'done' | 'refused' | 'unknown'> {
  try {
    await withLimit(clock, callMs, signal, call)
    return 'done'
  } catch (error) {
    const refused = error instanceof GrammyError && [400, 403].includes(error.error_code)
    log.debug({ method, why: messageOf(error) }, 'Telegram call failed')
    return refused ? 'refused' : 'unknown'
  }
}
