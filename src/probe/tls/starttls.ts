import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { StartTls } from './place.ts'

/** The server does not change over to TLS. The message is what it said instead. */
export class StartTlsRefused extends Error {
  override readonly name = 'StartTlsRefused'
}

interface Turn {
  /** Sent first; nothing where the server speaks first. */
  readonly say?: string
  /** The line that ends a good answer. */
  readonly good: RegExp
  /** Lines that only lead to it. */
  readonly more: RegExp
}

const never = /^(?!)/

/** RFC 3207, RFC 9051 (6.2.1) and RFC 2595. */
const dialogues: Readonly<Record<StartTls, readonly Turn[]>> = {
  smtp: [
    { good: /^220( |$)/, more: /^220-/ },
    { say: `EHLO ${hostname()}`, good: /^250( |$)/, more: /^250-/ },
    { say: 'STARTTLS', good: /^220( |$)/, more: never },
  ],
  imap: [
    { good: /^\* OK\b/i, more: never },
    { say: 'a STARTTLS', good: /^a OK\b/i, more: /^\* / },
  ],
  pop3: [
    { good: /^\+OK\b/i, more: never },
    { say: 'STLS', good: /^\+OK\b/i, more: never },
  ],
}

/** Bytes of plain text that a server may say. */
const limit = 16 * 1024

/** Takes the answers line by line; `finish` is called once, with an error where it went wrong. */
function converse(socket: Socket, turns: readonly Turn[], finish: (error?: Error) => void) {
  let text = ''
  let heard = 0
  let at = 0
  const next = (line: string): boolean => {
    const turn = turns[at]
    if (turn === undefined || turn.more.test(line)) return true
    if (!turn.good.test(line)) return false
    at += 1
    const say = turns[at]?.say
    if (say !== undefined) socket.write(`${say}\r\n`)
    return true
  }
  return (chunk: Uint8Array): void => {
    heard += chunk.length
    const lines = (text + Buffer.from(chunk).toString('latin1')).split(/\r?\n/)
    text = lines.pop() ?? ''
    const refused = lines.find((line) => !next(line))
    if (refused !== undefined) finish(new StartTlsRefused(refused.trim().slice(0, 100)))
    else if (heard > limit) finish(new StartTlsRefused('more than 16 KiB of text'))
    else if (at === turns.length) finish()
  }
}

/**
 * Speaks the plain text before TLS over a new connection. Rejects with {@link StartTlsRefused}, or
 * with the error of the connection.
 */
export async function startTls(socket: Socket, protocol: StartTls): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const listener = converse(socket, dialogues[protocol], (error) =>
    error === undefined ? resolve() : reject(error),
  )
  const ended = (): void => reject(new StartTlsRefused('closed the connection'))
  socket.on('data', listener)
  socket.once('error', reject)
  socket.once('close', ended)
  try {
    await promise
  } finally {
    socket.off('data', listener)
    socket.off('error', reject)
    socket.off('close', ended)
  }
}
