import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** The person at the keyboard has had enough, or the program was told to stop. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

/** Questions and answers, a line each. */
export interface Terminal {
  /** Somebody sits there; otherwise answers come from a pipe, and end. */
  readonly interactive: boolean
  /** Aborted by Ctrl-C. */
  readonly cancelled: AbortSignal
  say(line?: string): void
  /**
   * The line that was typed, trimmed; null when there will be none: the input has ended, or `enough`
   * was aborted first. A secret is not shown as it is typed.
   *
   * @throws Cancelled
   */
  ask(question: string, how?: { secret?: boolean; enough?: AbortSignal }): Promise<string | null>
}

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean }
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

/** Piped answers beyond this many are not for us. */
const mostAhead = 1_000

/** What readline echoes, which is nothing while a secret is typed. */
function echo(output: Output, hidden: () => boolean): Writable {
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      if (!hidden()) output.write(chunk)
      done()
    },
  })
  // readline breaks long lines by it.
  return Object.defineProperty(stream, 'columns', { get: () => output.columns })
}

/** A terminal, or a pipe with an answer on each line. */
export function openTerminal(
  input: Input,
  output: Output,
): Terminal & { cancel(): void; close(): void } {
  const interactive = input.isTTY === true && output.isTTY === true
  const cancelling = new AbortController()
  const ahead: string[] = []
  let waiting: ((line: string | null) => void) | null = null
  let ended = false
  let hidden = false
  const reader = createInterface({
    input,
    output: echo(output, () => hidden),
    terminal: interactive,
    historySize: 0,
  })
  reader.on('line', (line) => {
    if (waiting) waiting(line)
    else if (!interactive && ahead.length < mostAhead) ahead.push(line)
  })
  reader.on('SIGINT', () => cancelling.abort())
  reader.on('close', () => {
    ended = true
    if (interactive) cancelling.abort()
    else waiting?.(null)
  })

  const next = (enough: AbortSignal | undefined): Promise<string | null> =>
    new Promise((resolve, reject) => {
      const early = ahead.shift()
      if (early !== undefined) return resolve(early)
      if (ended) return resolve(null)
      const settle = (finish: () => void): void => {
        waiting = null
        cancelling.signal.removeEventListener('abort', cancel)
        enough?.removeEventListener('abort', stop)
        finish()
      }
      const cancel = (): void => settle(() => reject(new Cancelled('cancelled')))
      const stop = (): void => settle(() => resolve(null))
      waiting = (line) => settle(() => resolve(line))
      cancelling.signal.addEventListener('abort', cancel)
      enough?.addEventListener('abort', stop)
    })

  return {
    interactive,
    cancelled: cancelling.signal,
    say: (line = '') => void output.write(`${line}\n`),
    async ask(question, { secret = false, enough } = {}) {
      if (cancelling.signal.aborted) throw new Cancelled('cancelled')
      if (enough?.aborted) return null
      if (interactive) {
        reader.setPrompt(`${question} `)
        reader.prompt()
      } else output.write(`${question} `)
      hidden = secret
      const line = await next(enough).finally(() => {
        hidden = false
        if (!interactive || secret || enough?.aborted || cancelling.signal.aborted)
          output.write('\n')
      })
      return line?.trim() ?? null
    },
    cancel: () => cancelling.abort(),
    close: () => reader.close(),
  }
}
