import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { OperatorError } from '../../../src/contract/error.ts'
import { parseCpuMax, parseCpuUsage } from '../../../src/host/proc/cgroup.ts'
import { parseJournal, parseKmsg } from '../../../src/host/proc/kmsg.ts'
import { parseLoadavg } from '../../../src/host/proc/loadavg.ts'
import { parseMeminfo } from '../../../src/host/proc/meminfo.ts'
import { parseMountinfo, realMounts } from '../../../src/host/proc/mountinfo.ts'
import { parseStat, parseStatus } from '../../../src/host/proc/process.ts'
import { parseBoot, parseCpu } from '../../../src/host/proc/stat.ts'
import { createReader, encode } from '../../../src/managers/pm2/amp.ts'
import { historyEvent, signalNote } from '../../../src/managers/pm2/events.ts'
import { recordsOf } from '../../../src/managers/pm2/process.ts'
import { judgeUnit, parseShow, remember } from '../../../src/managers/systemd/unit.ts'
import { merge } from '../../../src/managers/tail.ts'
import { parsePlugin } from '../../../src/probe/perfdata.ts'
import type { Dice } from '../dice.ts'
import type { Kind } from '../round.ts'
import { mutate } from './mutate.ts'

const count = 250
const longest = 1_000

const read = (path: string): string => readFileSync(path, 'utf8')
const now = 1_700_000_000_000

const monitored = [
  {
    pid: 4242,
    name: 'web',
    pm2_env: {
      pm_id: 0,
      name: 'web',
      status: 'online',
      pm_uptime: now,
      exit_code: 0,
      autorestart: true,
      restart_time: 3,
      stop_exit_codes: [0],
      pm_out_log_path: '/home/asha/.pm2/logs/web-out.log',
    },
    monit: { memory: 51_200_000, cpu: 0.3 },
  },
]
const busEvent = { event: 'exit', at: now, process: monitored[0]?.pm2_env }

const perfdata = `DISK WARNING - free space: / 3326 MB (56% inode=82%); | /=2643MB;5948;5958;0;5968 'a b'=1.5s;;;0
/boot 68 MB (69%); | /boot=68MB;88;93;0;98
c=5c 'it''s'=U;@10:20;~:5`

const journal = `2026-11-22T01:15:02+0000 vm kernel: Out of memory: Killed process 812 (node) total-vm:1kB
2026-11-22T01:15:06+0000 vm kernel: Memory cgroup out of memory: Killed process 9 (a b) total-vm:1kB`

const kmsg = `4,1234,5678901,-;Out of memory: Killed process 812 (node) total-vm:1kB, anon-rss:2kB`

const units = (text: string): unknown =>
  parseShow(text).map((facts) =>
    judgeUnit(facts, remember(undefined, facts, now, 60_000), now - 60_000),
  )

const frames = (bytes: Buffer): unknown => {
  const messages: unknown[] = []
  const feed = createReader({ max: 1 << 20 }, (args) => void messages.push(args))
  try {
    feed(bytes)
  } catch (error) {
    // What is not AMP is refused in these words, and the connection closed.
    if (!(error instanceof Error && /PM2|JSON|AMP/i.test(error.message))) throw error
  }
  return messages.map(recordsOf)
}

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

type Parser = readonly [name: string, recorded: string, parse: (text: string) => unknown]

/** Everything that is read from the machine or from commands, as it was recorded, with its parser. */
const parsers = (): readonly Parser[] => [
  ['systemctl show', read(resolve(import.meta.dirname, '../../fixtures/systemd/show.txt')), units],
  ['plug-in', perfdata, parsePlugin],
  ['journal', journal, parseJournal],
  ['kmsg', kmsg, (text) => parseKmsg(text.split('\n'), now)],
  ['/proc/meminfo', read('/proc/meminfo'), parseMeminfo],
  ['/proc/loadavg', read('/proc/loadavg'), parseLoadavg],
  ['/proc/stat', read('/proc/stat').slice(0, 2_000), parseCpu],
  ['/proc/stat btime', read('/proc/stat').slice(-300), parseBoot],
  ['/proc/self/stat', read('/proc/self/stat'), parseStat],
  ['/proc/self/status', read('/proc/self/status'), parseStatus],
  [
    '/proc/self/mountinfo',
    read('/proc/self/mountinfo'),
    (text) => realMounts(parseMountinfo(text)),
  ],
  ['cpu.max', '150000 100000\n', parseCpuMax],
  ['cpu.stat', 'usage_usec 1234\nuser_usec 1000\n', parseCpuUsage],
  ['PM2 answer', JSON.stringify(monitored), (text) => recordsOf(asJson(text))],
  ['PM2 event', JSON.stringify(busEvent), (text) => historyEvent(asJson(text), null, now)],
  [
    'PM2 log',
    'App [web:0] exited with code [0] via signal [SIGKILL]\n',
    (data) => signalNote({ data }),
  ],
  [
    'PM2 frames',
    encode(['getMonitorData', monitored]).toString('latin1'),
    (text) => frames(Buffer.from(text, 'latin1')),
  ],
  [
    'log file',
    '2026-11-22T01:15:02Z up\n{"time":1700000000000,"msg":"x"}\n  at line\n',
    (text) => merge([{ lines: text.split('\n'), modified: now }], 10),
  ],
]

/** A number that is none would be compared with thresholds. */
function oddNumbers(value: unknown): readonly string[] {
  if (typeof value === 'number') return Number.isNaN(value) ? ['it gives NaN'] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(oddNumbers)
}

function faultsOf(dice: Dice, [name, recorded, parse]: Parser): readonly string[] {
  const text = mutate(dice, recorded)
  const begun = performance.now()
  let faults: readonly string[]
  try {
    faults = oddNumbers(parse(text))
  } catch (error) {
    faults = error instanceof OperatorError ? [] : [`it throws ${String(error)}`]
  }
  const took = performance.now() - begun
  const slow = took > longest ? [`it takes ${Math.round(took)} ms`] : []
  return [...faults, ...slow].map((fault) => `${name}: ${fault}: ${JSON.stringify(text)}`)
}

/** Recorded output that is wrong in every way: read, or refused in words for the operator. */
export const outputs: Kind = (dice) => ({
  says: `${count} mutated outputs`,
  run() {
    const all = parsers()
    const pick = (): Parser | undefined => all[dice.below(all.length)]
    const parsed = Array.from({ length: count }, pick)
    return Promise.resolve(parsed.flatMap((parser) => (parser ? faultsOf(dice, parser) : [])))
  },
})
