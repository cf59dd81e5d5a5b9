import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import check from '../../../checks/log.ts'
import type { ProbeContext } from '../../../src/contract/check.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { fakeBackups, fakeServices } from '../../support/facts.ts'

const mebibyte = 2 ** 20

/** What a hostile log may be full of: every line another pattern, huge, tiny, endless, no text at all. */
const hostile: Readonly<Record<string, (n: number) => string>> = {
  patterns: (n) =>
    `2026-01-31T02:10:11Z ERROR ${word(n)} ${word(n * 7)} at /srv/${n}/x.js "${n}"\n`,
  json: (n) => `{"level":50,"msg":"${word(n)}","err":{"message":"${word(n * 3)} ${n}"}}\n`,
  tiny: () => 'e\n',
  long: (n) => `error ${'a1"/'.repeat(20_000)}${n}\n`,
  endless: () => 'x'.repeat(4096),
  quotes: () => `error ${`"'\``.repeat(200)}\n`,
  binary: (n) =>
    `${String.fromCharCode(...Array.from({ length: 300 }, (_, at) => (n * at * 31) % 256))}\n`,
}

/** A number as a word: nothing that folding could fold. */
const word = (n: number): string => n.toString(2).replaceAll('0', 'a').replaceAll('1', 'b')

function block(line: (n: number) => string): Buffer {
  const lines: string[] = []
  for (let n = 0, length = 0; length < mebibyte; n += 1) {
    lines.push(line(n))
    length += lines.at(-1)?.length ?? 1
  }
  return Buffer.from(lines.join(''), 'latin1')
}

/** Milliseconds of this program's own work between two timers that were due every 2 ms. */
function watchTurns() {
  const turns: number[] = []
  let peak = 0
  let last = process.threadCpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last)
    last = process.threadCpuUsage()
    turns.push((user + system) / 1000)
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 2)
  return {
    /** The sum of what other work there was in between does not count. */
    skip: () => void (last = process.threadCpuUsage()),
    end: () => {
      clearInterval(timer)
      return { turns: turns.toSorted((a, b) => a - b), peak }
    },
  }
}

export interface Flood {
  /** Bytes more than before, at the highest. */
  readonly extraMemory: number
  /** Milliseconds of work that nothing else could come in between: the longest, and of 100 the second. */
  readonly longestTurn: number
  readonly usualTurn: number
  readonly written: number
  /** As the check itself says. */
  readonly skipped: number
  readonly matches: number
  /** Bytes read and folded in a second. */
  readonly speed: number
}

/**
 * Has a log grow by `bytes` of hostile lines, faster than it can be read, and a log check follow it:
 * eight looks, between which the log grows by an eighth of that. Removes its files.
 */
export async function floodLog(bytes: number): Promise<Flood> {
  const folder = mkdtempSync(join(tmpdir(), 'flood-'))
  const path = join(folder, 'app.log')
  const blocks = Object.values(hostile).map(block)
  const memo: ProbeContext['memo'] = new Map()
  let now = Date.now()
  const look = async () => {
    const [reading] = await check.probe(check.params.parse({ files: path, window: '1h' }), {
      host: createLocalHost('main', { clock: systemClock }),
      services: fakeServices({}),
      backups: fakeBackups({}),
      memo,
      signal: new AbortController().signal,
      now: (now += 60_000),
      redact: (text) => text,
    })
    return reading?.metrics ?? {}
  }
  const grow = (size: number, turn: number): number => {
    truncateSync(path)
    let written = 0
    for (; written < size; written += mebibyte)
      appendFileSync(
        path,
        (blocks[(turn + written / mebibyte) % blocks.length] ?? blocks[0]) as Buffer,
      )
    return written
  }
  try {
    writeFileSync(path, '')
    await look()
    grow(8 * mebibyte, 0)
    await look()
    const before = process.memoryUsage.rss()
    const watching = watchTurns()
    const begun = performance.now()
    let written = 0
    let paused = 0
    let metrics: Awaited<ReturnType<typeof look>> = {}
    for (let turn = 0; turn < 8; turn += 1) {
      const from = performance.now()
      written += grow(bytes / 8, turn)
      paused += performance.now() - from
      watching.skip()
      metrics = await look()
    }
    const took = performance.now() - begun - paused
    const { turns, peak } = watching.end()
    const skipped = Number(metrics['skipped'])
    return {
      extraMemory: peak - before,
      longestTurn: turns.at(-1) ?? 0,
      usualTurn: turns[Math.floor(turns.length * 0.99)] ?? 0,
      written,
      skipped,
      matches: Number(metrics['matches']),
      speed: ((written - skipped) / took) * 1000,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
