import { Api } from 'grammy'
import type { Clock } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import type { Sender } from '../contract/sender.ts'
import { createPace } from './limits.ts'
import { createSender } from './sender.ts'
import type { Words } from './words.ts'

export interface AloneParts {
  readonly token: string
  /** Default: Telegram's own. */
  readonly apiRoot?: string
  readonly clock: Clock
  readonly log: Log
  readonly words: Words
}

/** Sends without a bot around it: for what has to be said when the bot cannot run. */
export const createLoneSender = ({ token, apiRoot, clock, ...rest }: AloneParts): Sender =>
  createSender({
    ...rest,
    clock,
    api: new Api(token, apiRoot ? { apiRoot: apiRoot.replace(/\/+$/, '') } : {}),
    pace: createPace(clock),
  })
