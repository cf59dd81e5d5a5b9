import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../../src/contract/error.ts'
import { limitCpu, limitMemory, parseCpuMax } from '../../../src/host/proc/cgroup.ts'
import { parseJournal, parseKill, parseKmsg } from '../../../src/host/proc/kmsg.ts'
import { parseLoadavg } from '../../../src/host/proc/loadavg.ts'
import { parseMeminfo } from '../../../src/host/proc/meminfo.ts'
import {
  parseCmdline,
  parseStat,
  parseStatus,
  processFacts,
} from '../../../src/host/proc/process.ts'
import { parseBoot, parseCpu } from '../../../src/host/proc/stat.ts'
import { character } from '../../support/text.ts'

const numbersIn = (value: object): readonly unknown[] =>
  Object.values(value).filter((one) => typeof one !== 'string')

/** Understood in full, or refused with words for the operator. */
const neverInvents = (parse: (text: string) => object | null, text: string): void => {
  let parsed: object | null
  try {
    parsed = parse(text)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(OperatorError)
    return
  }
  for (const one of numbersIn(parsed ?? {})) expect(one).toSatisfy(Number.isFinite)
}

const stat = `cpu  100 20 30 1000 50 5 6 7 40 2
cpu0 50 10 15 500 25 2 3 3 20 1
cpu1 50 10 15 500 25 3 3 4 20 1
intr 12345 0 0
ctxt 999
btime 1700000000
processes 4242
`
const meminfo = `MemTotal:        4000000 kB
MemFree:          500000 kB
MemAvailable:    2500000 kB
Buffers:          100000 kB
Cached:           900000 kB
SwapCached:            0 kB
SwapTotal:       1000000 kB
SwapFree:         750000 kB
SReclaimable:      50000 kB
`
const pidStat =
  '4711 (a) b (c)) S 1 4711 4711 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 7 0 1234 1000 200 18446744073709551615'
const pidStatus =
  'Name:\tnode\nUid:\t1000\t1001\t1000\t1000\nVmRSS:\t   2048 kB\nVmSwap:\t  16 kB\n'

describe('what the kernel writes is understood', () => {
  test('/proc/stat: iowait is idle, steal is busy, guest is not counted twice', () => {
    expect(parseCpu(stat)).toEqual({ busy: 168, total: 1218, cores: 2, iowait: 50, steal: 7 })
    expect(parseBoot(stat)).toBe(1_700_000_000_000)
  })

  test('/proc/stat of Linux 2.4 with four fields', () => {
    expect(parseCpu('cpu  1 2 3 4\n')).toMatchObject({ busy: 6, total: 10, cores: 1 })
  })

  test('/proc/meminfo', () => {
    expect(parseMeminfo(meminfo)).toEqual({
      total: 4_096_000_000,
      available: 2_560_000_000,
      swapTotal: 1_024_000_000,
      swapFree: 768_000_000,
    })
  })

  test('/proc/meminfo before Linux 3.14 has no MemAvailable', () => {
    const old = meminfo.replace(/MemAvailable.*\n/, '')
    expect(parseMeminfo(old).available).toBe((500_000 + 100_000 + 900_000 + 50_000) * 1024)
  })

  test('/proc/loadavg', () => {
    expect(parseLoadavg('0.52 10.05 1.00 3/1234 99\n')).toEqual({
      one: 0.52,
      five: 10.05,
      fifteen: 1,
    })
  })

  test('the files of a process whose name is full of brackets', () => {
    expect(parseStat(pidStat)).toEqual({
      name: 'a) b (c)',
      state: 'S',
      parent: 1,
      cpu: 2000,
      started: 12_340,
    })
    expect(parseStatus(pidStatus)).toEqual({ user: 1001, memory: 2_097_152, swap: 16_384 })
    const files = { stat: pidStat, status: pidStatus, cmdline: 'node\0/srv/a b.js\0--x\0' }
    expect(processFacts(4711, 1000, files)).toMatchObject({
      pid: 4711,
      command: 'node /srv/a b.js --x',
      started: 13_340,
    })
    expect(processFacts(4711, 1000, { ...files, stat: '' })).toBeNull()
  })

  test('a command line without arguments is the name in brackets, control characters are blanks', () => {
    expect(parseCmdline('', 'kswapd0')).toBe('[kswapd0]')
    expect(parseCmdline('a\nb\0\u001b[31mc', 'x')).toBe('a b [31mc')
    expect(parseCmdline('x'.repeat(100_000), 'x')).toHaveLength(4096)
  })
})

describe('what it does not write is refused', () => {
  const parsers = {
    parseCpu,
    parseMeminfo,
    parseLoadavg,
    parseStat,
    parseStatus,
    boot: (text: string) => ({ at: parseBoot(text) }),
  }
  test.each(Object.entries(parsers))('%s of any text', (_, parse) => {
    fc.assert(fc.property(fc.string({ unit: character }), (text) => neverInvents(parse, text)))
  })

  test.each(Object.entries(parsers))('%s of a real file, cut and spoilt anywhere', (_, parse) => {
    const real = fc.constantFrom(stat, meminfo, pidStat, pidStatus, '0.52 1.05 1.00 3/1234 99\n')
    const spoilt = fc
      .tuple(real, fc.nat(200), fc.nat(200), fc.string({ maxLength: 5 }))
      .map(
        ([text, from, length, instead]) =>
          text.slice(0, from) + instead + text.slice(from + length),
      )
    fc.assert(fc.property(spoilt, (text) => neverInvents(parse, text)))
  })
})

describe('control groups', () => {
  const machine = { total: 8000, available: 6000, swapTotal: 1000, swapFree: 900 }
  const group = {
    max: '4000\n',
    current: '3500\n',
    stat: 'anon 100\ninactive_file 1500\nactive_file 20\n',
    swapMax: '500\n',
    swapCurrent: '100\n',
  }

  test('a lower limit of memory is what there is', () => {
    expect(limitMemory(machine, group)).toEqual({
      total: 4000,
      available: 2000,
      swapTotal: 500,
      swapFree: 400,
    })
  })

  test.each(['max\n', '9000\n', '', 'nonsense'])('a limit of "%s" is none', (max) => {
    expect(limitMemory(machine, { ...group, max })).toBe(machine)
  })

  test('more than the machine has left is not available either', () => {
    expect(limitMemory({ ...machine, available: 300 }, group).available).toBe(300)
  })

  test('a quota of CPU time', () => {
    expect(parseCpuMax('150000 100000\n')).toBe(1.5)
    expect(parseCpuMax('max 100000\n')).toBe(Infinity)
    const times = { busy: 1, total: 2, cores: 4 }
    const used = { max: '150000 100000', stat: 'usage_usec 2000000\nuser_usec 1\n' }
    expect(limitCpu(times, used, 100)).toEqual({ busy: 200, total: 15_000, cores: 1.5 })
    expect(limitCpu(times, { ...used, max: '400000 100000' }, 100)).toBe(times)
    expect(limitCpu(times, { ...used, stat: '' }, 100)).toBe(times)
  })

  test('nonsense never makes a number out of nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (max, current, usage) => {
        const facts = limitMemory(machine, { ...group, max, current, stat: usage })
        for (const one of Object.values(facts)) {
          expect(one).toSatisfy(Number.isFinite)
          expect(one).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})

describe('kills for want of memory', () => {
  const message =
    'Out of memory: Killed process 4711 (node (v24)) total-vm:1000kB, anon-rss:900kB, UID:1000'

  test('in the ring, with the time since boot', () => {
    const records = [
      '6,1,5000000,-;usb 1-1: new device\n',
      `3,2,9000000,-;${message}\n SUBSYSTEM=x\n`,
      '3,3,10000000,-;Memory cgroup out of memory: Killed process 7 (php-fpm) total-vm:1kB\n',
    ]
    expect(parseKmsg(records, 1000)).toEqual([
      { at: 10_000, pid: 4711, name: 'node (v24)' },
      { at: 11_000, pid: 7, name: 'php-fpm' },
    ])
  })

  test('in the journal', () => {
    const text = `1700000000.250000 vps kernel: ${message}\n1700000001.0 vps sshd[1]: ${message}\n`
    expect(parseJournal(text)).toEqual([{ at: 1_700_000_000_250, pid: 4711, name: 'node (v24)' }])
  })

  test('a process that only talks of it was not killed', () => {
    expect(parseKill('audit: he said Killed process 1 (x) total')).toBeNull()
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseKmsg([text], 0)).toEqual([])
      }),
    )
  })
})
