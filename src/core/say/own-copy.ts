import { line, type Message } from '../../contract/message.ts'

/** The bot's own database was not copied for too long. */
export const ownCopyFailed = (facts: {
  /** Epoch milliseconds: now, and of the last good copy. */
  readonly at: number
  readonly last: number
  readonly why: string
}): Message => ({
  about: facts.at,
  blocks: [
    line('own-copy-failed', { since: { span: facts.at - facts.last } }),
    line('own-copy-why', { why: facts.why }),
    line('own-copy-advice'),
  ],
})

/** It is copied again. */
export const ownCopyMade = (at: number): Message => ({
  about: at,
  blocks: [line('own-copy-made')],
})
