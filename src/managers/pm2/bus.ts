import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Clock, Timer } from '../../contract/clock.ts'
import { createReader } from './amp.ts'

/** Milliseconds between attempts to connect: doubled from the first to the last. */
const firstPause = 100
const lastPause = 5000
/** One event carries one process with its environment. */
const largestEvent = 4 * 2 ** 20

export interface BusListener {
  event(topic: string, data: unknown): void
  /** False: what happens from now on is missed. */
  connected(is: boolean): void
  /** Somebody still waits for events, so that a lost connection is worth another attempt. */
  wanted(): boolean
}

export interface Bus {
  /** Connects unless it is connected; ends when that has worked or failed. */
  open(): Promise<void>
  close(): void
}

const topics = new Set<unknown>(['process:event', 'log:PM2'])

/** The daemon's publications. Daemons may come and go: it comes back to the next one by itself. */
export function createBus(home: string, clock: Clock, listener: BusListener): Bus {
  let socket: Socket | null = null
  let attempt: Promise<void> | null = null
  let timer: Timer | null = null
  let pause = firstPause
  let closed = false

  const lost = () => {
    socket = null
    attempt = null
    if (closed || !listener.wanted()) return
    timer = clock.after(pause, () => void dial())
    pause = Math.min(lastPause, pause * 2)
  }

  const dial = (): Promise<void> => {
    timer?.cancel()
    const made = connect({ path: join(home, 'pub.sock') })
    socket = made
    attempt = new Promise((settled) => {
      let up = false
      const read = createReader(
        { max: largestEvent, topic: (first) => topics.has(first) },
        (args) => args && listener.event(String(args[0]), args[1]),
      )
      made.on('connect', () => {
        up = true
        pause = firstPause
        made.unref()
        listener.connected(true)
        settled()
      })
      made.on('data', (chunk: Buffer) => {
        try {
          read(chunk)
        } catch {
          made.destroy()
        }
      })
      // Every failure is followed by 'close'; the read that then fails too has the words for it.
      made.on('error', () => {})
      made.on('close', () => {
        if (up) listener.connected(false)
        lost()
        settled()
      })
    })
    return attempt
  }

  return {
    open: () => (closed ? Promise.resolve() : (attempt ?? dial())),
    close: () => {
      closed = true
      timer?.cancel()
      socket?.destroy()
    },
  }
}
