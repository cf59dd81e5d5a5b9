import { Agent, request } from 'node:http'

/** What became of the requests that began in one stretch of time. */
export interface Stretch {
  /** Answers with 200 by what they said. */
  readonly answers: Map<string, number>
  /** Why the others failed, by how often. */
  readonly errors: Map<string, number>
  /**
   * Sent again on a new connection because the server had ended an idle one just then, as every
   * client does (RFC 9110, 9.2.2): no failure.
   */
  retried: number
  /** Milliseconds of the longest time in which no request that was answered had begun. */
  gap: number
}

export interface Load {
  /** Requests that begin from now on are counted here, until the next stretch begins. */
  stretch(): Stretch
  /** Resolves when so many requests of the stretch have ended, well or not. */
  until(stretch: Stretch, requests: number): Promise<void>
  /** Sends no more, and waits for all answers. */
  end(): Promise<void>
}

export interface LoadOptions {
  readonly url: string
  readonly perSecond: number
  /** Milliseconds; default 5000. */
  readonly timeout?: number
}

const sum = (counts: Map<string, number>): number =>
  Array.from(counts.values()).reduce((all, count) => all + count, 0)

/** Asks again and again at a steady pace, every second time by a connection of its own. */
export function startLoad({ url, perSecond, timeout = 5000 }: LoadOptions): Load {
  // The connection that was not used for longest is next, so that all of them are in use.
  const kept = new Agent({ keepAlive: true, scheduling: 'fifo', maxSockets: 8 })
  const fresh = new Agent({ keepAlive: false })
  const open = new Set<Promise<void>>()
  const waiting = new Set<() => void>()
  let last = performance.now()
  let count = 0

  const begin = (): Stretch => ({ answers: new Map(), errors: new Map(), retried: 0, gap: 0 })
  let current = begin()

  const add = (counts: Map<string, number>, what: string): void => {
    counts.set(what, (counts.get(what) ?? 0) + 1)
    for (const look of waiting) look()
  }
  const send = (stretch: Stretch, began: number, agent: Agent): Promise<void> =>
    new Promise((resolve) => {
      const sent = request(url, { agent, timeout }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (part: string) => (body += part))
        response.on('error', (error) => fail(error.message))
        response.on('end', () => {
          if (response.statusCode !== 200) return fail(`status ${response.statusCode}`)
          stretch.gap = Math.max(stretch.gap, began - last)
          last = Math.max(last, began)
          add(stretch.answers, body)
          resolve()
        })
      })
      const fail = (why: string): void => {
        add(stretch.errors, why)
        resolve()
      }
      sent.on('timeout', () => sent.destroy(new Error(`no answer in ${timeout} ms`)))
      sent.on('error', (error: NodeJS.ErrnoException) => {
        if (!sent.reusedSocket || !['ECONNRESET', 'EPIPE'].includes(error.code ?? ''))
          return fail(error.code ?? error.message)
        stretch.retried += 1
        return resolve(send(stretch, began, fresh))
      })
      sent.end()
    })
  const ask = (): void => {
    count += 1
    const done = send(current, performance.now(), count % 2 === 0 ? kept : fresh).finally(() => {
      open.delete(done)
    })
    open.add(done)
  }
  // A busy machine wakes late: what is due is sent all the same.
  const started = performance.now()
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - started) * perSecond) / 1000)
    while (count < due) ask()
  }, 5)

  return {
    stretch: () => {
      current = begin()
      return current
    },
    until: (stretch, requests) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (sum(stretch.answers) + sum(stretch.errors) < requests) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    end: async () => {
      clearInterval(timer)
      await Promise.all(open)
      kept.destroy()
      fresh.destroy()
    },
  }
}
