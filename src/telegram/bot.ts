import { Api } from 'grammy'
import type { UserFromGetMe } from 'grammy/types'
import type { Clock } from '../contract/clock.ts'
import { messageOf } from '../contract/error.ts'
import type { Handler } from '../contract/handler.ts'
import type { House } from '../contract/house.ts'
import type { Log } from '../contract/log.ts'
import type { Loop } from '../contract/loop.ts'
import type { Chat, Text } from '../contract/message.ts'
import type { Operator } from '../contract/operator.ts'
import type { Sender } from '../contract/sender.ts'
import { withLimit } from './call.ts'
import type { ApiSignal } from './call.ts'
import { createRegistry } from './commands.ts'
import { createConfirm } from './confirm.ts'
import { failureOf } from './failure.ts'
import { createFlood } from './flood.ts'
import { handle } from './handle.ts'
import { clip } from './html.ts'
import { createPace } from './limits.ts'
import { createPeople } from './people.ts'
import type { Reachability } from './people.ts'
import { createPolling } from './poll.ts'
import type { PollState } from './poll.ts'
import type { Port } from './port.ts'
import { createReplies } from './replies.ts'
import type { Room } from './room.ts'
import { runLate } from './say.ts'
import { createSender } from './sender.ts'
import { createSleep } from './sleep.ts'
import { createTasks } from './tasks.ts'
import type { Words } from './words.ts'

export interface TelegramParts {
  readonly token: string
  /** Default: Telegram's own. */
  readonly apiRoot?: string
  readonly clock: Clock
  readonly log: Log
  /** Of the reading of updates. */
  readonly loop: Loop
  readonly words: Words
  readonly handlers: readonly Handler[]
  readonly port: Port
  /** A run of the program ended only just now: what it sent counts at Telegram still. */
  readonly spent?: boolean
  /** Read when it is needed, so that it may be made after this. */
  house(): House
  /** Read for every update, so that a new configuration counts at once. */
  operators(): readonly Operator[]
  chat(): Chat
  /** A second program polls with this token, or has stopped doing so. */
  onConflict(conflict: boolean): void
  /** The operators have been looked up, at start and whenever Telegram is back. */
  onReachability?(people: readonly Reachability[]): void
}

export interface Telegram {
  readonly sender: Sender
  start(): void
  /** Reads no more, lets what is under way end within `ms` milliseconds, confirms what was handled. */
  stop(ms: number): Promise<void>
  /** Looks the operators up again and sets their menus: after a new configuration. */
  refresh(): void
  /** To be called every second or so. */
  sweep(now: number): void
  reachability(): readonly Reachability[]
  state(): PollState
  /** For how many milliseconds Telegram has been out of reach; 0 while it is not. */
  awayFor(): number
}

const callMs = 10_000
const attempts = 3
const longestPauseMs = 5000
const commandsPerMinute = 20
const pressesPerMinute = 40
/** core.telegram.org/bots/api#answercallbackquery */
const longestAnswer = 200
/** Longer answers vanish before they are read: they have to be closed by hand. */
const longestToast = 60

/** The room with all that is in it; nothing happens before `start`. */
export function createTelegram(parts: TelegramParts): Telegram {
  const { clock, log } = parts
  const core = coreOf(parts)
  const { api, people, replies, sender, tasks, stopping } = core
  let me: UserFromGetMe | undefined
  const room = roomOf(parts, core, () => required(me))
  const refresh = (): void =>
    tasks.follow('look up operators', async () => {
      await people.greet(stopping.signal)
      parts.onReachability?.(people.reachability())
    })
  const polling = createPolling({
    api,
    clock,
    log,
    loop: parts.loop,
    handle: (update) => handle(room, update),
    onMe: (found) => (me = found),
    onConflict: parts.onConflict,
    onOnline: refresh,
  })
  return {
    sender,
    start: polling.start,
    refresh,
    async stop(ms) {
      stopping.abort()
      await polling.stop()
      await tasks.drain(ms / 2)
      await replies.drain(ms / 2)
      replies.stop()
    },
    sweep: (now) => room.confirm().sweep(now),
    reachability: people.reachability,
    state: polling.state,
    awayFor: polling.awayFor,
  }
}

/** What sends, and what is known of people and commands. */
function coreOf(parts: TelegramParts) {
  const { token, apiRoot, clock, log, words, operators, chat } = parts
  const api = new Api(token, apiRoot ? { apiRoot: apiRoot.replace(/\/+$/, '') } : {})
  const registry = createRegistry(parts.handlers)
  const people = createPeople({ api, clock, log, words, registry, operators, chat })
  const pace = createPace(clock, parts.spent)
  const sender = createSender({ api, words, pace, clock, log, onVerdict: people.learn })
  const replies = createReplies({ sender, clock, log })
  const tasks = createTasks({ clock, log })
  return { api, registry, people, sender, replies, tasks, stopping: new AbortController() }
}

type Core = ReturnType<typeof coreOf>

/** What answers. */
function roomOf(parts: TelegramParts, core: Core, me: Room['me']): Room {
  const { clock, log, words, operators } = parts
  const { api, replies, tasks, stopping } = core
  const quietly = (what: string, call: ApiCall): void =>
    tasks.follow(what, () => persist({ clock, log }, what, call))
  const room: Room = {
    ...parts,
    ...core,
    me,
    confirm: () => confirm,
    commandFlood: createFlood(clock, commandsPerMinute),
    pressFlood: createFlood(clock, pressesPerMinute),
    answer: (query, text) =>
      quietly('answer', (signal) => api.answerCallbackQuery(query, toast(words, text), signal)),
    leave: (id) => quietly('leave', (signal) => api.leaveChat(id, signal)),
  }
  const confirm = createConfirm({
    ...parts,
    replies,
    tasks,
    isStopping: () => stopping.signal.aborted,
    operatorName: (id) => operators().find((operator) => operator.id === id)?.name ?? String(id),
    runCommand: (text, asker) => runLate(room, text, asker),
  })
  return room
}

type ApiCall = (signal: ApiSignal) => Promise<unknown>

/** For small calls that are worth a few attempts, but no more. */
async function persist(
  { clock, log }: Pick<TelegramParts, 'clock' | 'log'>,
  what: string,
  call: ApiCall,
): Promise<void> {
  const sleep = createSleep(clock)
  for (let left = attempts; left > 0; left--) {
    try {
      await withLimit(clock, callMs, undefined, call)
      return
    } catch (error) {
      const failure = failureOf(error, 0)
      log.debug({ what, why: messageOf(error) }, 'Telegram call failed')
      if (!('verdict' in failure) || failure.verdict.is !== 'later' || left === 1) return
      await sleep(Math.min(failure.verdict.after, longestPauseMs))
    }
  }
}

function required(me: UserFromGetMe | undefined): UserFromGetMe {
  if (!me) throw new Error('an update came before the bot knew itself')
  return me
}

function toast(words: Words, text: Text | undefined): { text?: string; show_alert?: boolean } {
  if (!text) return {}
  const shown = clip(words.plain(text), longestAnswer)
  return { text: shown, show_alert: shown.length > longestToast }
}
