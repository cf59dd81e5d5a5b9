import type { Env } from '../../config/fill.ts'
import type { Kinds } from '../../config/types.ts'
import type { Clock } from '../../contract/clock.ts'
import type { Host } from '../../contract/host.ts'
import type { Pm2Process } from '../../contract/service.ts'
import type { Words } from '../../telegram/words.ts'
import type { Connect } from './bot-api.ts'
import type { Questions } from './questions.ts'

/** All that setting up touches of the world around it. */
export interface InitOutside {
  readonly clock: Clock
  /** With what `.env` says. */
  readonly env: Env
  readonly home: string
  readonly machineZone: string
  readonly languages: readonly string[]
  readonly kinds: Kinds
  /** Absolute: where `.env` and the config go, and where the bot will run. */
  readonly directory: string
  readonly questions: Questions
  readonly connect: Connect
  /** This machine. */
  readonly host: Host
  /** What the usual PM2 runs, the bot included; nothing where there is none. */
  pm2(signal: AbortSignal): Promise<readonly Pm2Process[]>
  /** The status that a GET of that URL ends with; null for no answer within two seconds. */
  answers(url: string, signal: AbortSignal): Promise<number | null>
  readonly user: { readonly name: string; readonly root: boolean }
  /** Of the Node that runs this. */
  readonly nodeFolder: string
  /** Texts for the chat. */
  readonly words: Words
  /** Tries a fix in a scratch place; one line about how that went. */
  rehearse?(): Promise<string | undefined>
}
