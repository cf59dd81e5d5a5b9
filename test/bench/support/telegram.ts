import { ask, startProcess } from './children.ts'

/** A call of the bot that shows something: when it came, epoch milliseconds with parts, and its text. */
export interface Shown {
  readonly at: number
  readonly text: string
}

/** The stand-in in a process of its own. */
export interface Telegram {
  readonly root: string
  readonly token: string
  /** Everything said since the last time this was asked. */
  shown(): Promise<readonly Shown[]>
  /** Waits until something has been said that contains a text. */
  until(text: string, ms?: number): Promise<Shown>
  /** Each user in turn writes; the milliseconds until the answer to each came in. */
  latencies(text: string, times: number, pause: number): Promise<readonly number[]>
}

/** @param users how many there are, from 1001 on; all have pressed Start */
export async function startTelegram(users = 1): Promise<Telegram> {
  const { child, ready } = await startProcess('telegram.ts', {
    users,
  })
  return {
    root: ready.root,
    token: ready.token,
    shown: () => ask(child, { do: 'shown' }),
    async until(text, ms = 30_000) {
      const found = await ask<Shown | null>(child, { do: 'until', text, ms })
      if (!found) throw new Error(`the bot did not say “${text}” within ${ms / 1000} s`)
      return found
    },
    latencies: (text, times, pause) => ask(child, { do: 'latencies', text, times, pause }),
  }
}

/** Now, on the scale of {@link Shown}. */
export const now = (): number => performance.timeOrigin + performance.now()
