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
  /** The first user writes. */
  say(text: string): Promise<void>
  /** The first user presses a button of the newest message that has it. */
  press(button: string): Promise<void>
  /** How often the bot was told to be silent for a while (429). */
  floods(): Promise<number>
}

/** Milliseconds that one question may take. */
const slice = 30_000

/**
 * @param users how many there are, from 1001 on; all have pressed Start
 * @param limited with Telegram's limits
 */
export async function startTelegram(users = 1, limited = false): Promise<Telegram> {
  const { child, ready } = await startProcess('telegram.ts', { users, limited })
  return {
    root: ready.root,
    token: ready.token,
    shown: () => ask(child, { do: 'shown' }),
    async until(text, ms = 30_000) {
      for (let left = ms; left > 0; left -= slice) {
        const within = Math.min(left, slice)
        const found = await ask<Shown | null>(child, { do: 'until', text, ms: within })
        if (found) return found
      }
      throw new Error(`the bot did not say “${text}” within ${ms / 1000} s`)
    },
    latencies: (text, times, pause) => ask(child, { do: 'latencies', text, times, pause }),
    say: async (text) => void (await ask(child, { do: 'say', text })),
    press: async (button) => void (await ask(child, { do: 'press', button })),
    floods: () => ask(child, { do: 'floods' }),
  }
}

/** Now, on the scale of {@link Shown}. */
export const now = (): number => performance.timeOrigin + performance.now()
