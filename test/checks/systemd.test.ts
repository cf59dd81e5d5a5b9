import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import check, { parseFailed } from '../../checks/systemd.ts'
import type { Memo, ProbeContext } from '../../src/contract/check.ts'
import type { Host } from '../../src/contract/host.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { fakeBackups, fakeServices } from '../support/facts.ts'

const path = resolve('test/fixtures/bin')
const machine = createLocalHost('main', {
  clock: systemClock,
  environment: { PATH: `${path}:/usr/bin:/bin` },
})
/** Whether systemd runs there is what the directory says. */
const withSystemd = (runs: boolean, run: Host['run'] = machine.run): Host => ({
  ...machine,
  run,
  files: {
    ...machine.files,
    look: () =>
      Promise.resolve(
        runs
          ? {
              path: '/run/systemd/system',
              kind: 'directory',
              size: 0,
              frees: 0,
              modified: 0,
              device: 1,
              inode: '1',
            }
          : null,
      ),
  },
})
const context = (host: Host, memo: Memo = new Map()): ProbeContext => ({
  host,
  services: fakeServices({}),
  backups: fakeBackups({}),
  memo,
  signal: AbortSignal.timeout(15_000),
  now: 0,
  redact: (text) => text,
})
const probe = (params: object, host: Host, memo?: Memo) =>
  check.probe(check.params.parse(params), context(host, memo))
const says =
  (out: string): Host['run'] =>
  () =>
    Promise.resolve({
      code: 0,
      signal: null,
      out,
      err: '',
      took: 1,
      aborted: false,
      missing: false,
    })

describe('the systemd check of everything', () => {
  it('reads nothing where no systemd runs', async () => {
    expect(await probe({}, withSystemd(false))).toEqual([])
  })

  it('names what failed, and follows it until it is well', async () => {
    const memo: Memo = new Map()
    expect(await probe({}, withSystemd(true), memo)).toMatchObject([
      { subject: 'bad.service', metrics: { down: true, failed: true } },
      { subject: 'limit.service', metrics: { down: true, failed: true } },
    ])
    const quiet = withSystemd(true, says(''))
    for (let run = 0; run < 9; run += 1)
      expect((await probe({}, quiet, memo)).map(({ metrics }) => metrics['down'])).toEqual([
        false,
        false,
      ])
    expect(await probe({}, quiet, memo)).toMatchObject([{ subject: '', metrics: { down: false } }])
  })

  it('reads the bullets of older versions too', () => {
    expect(parseFailed('● bad.service loaded failed failed Bad\n\n0 loaded units listed.')).toEqual(
      ['bad.service'],
    )
  })

  it('fails where systemd cannot be asked', async () => {
    const broken: Host['run'] = async (command, options) => ({
      ...(await says('')(command, options)),
      code: 1,
      err: 'Failed to connect to bus: Host is down\n',
    })
    await expect(probe({}, withSystemd(true, broken))).rejects.toThrow('Failed to connect to bus')
  })
})

describe('the systemd check of named units', () => {
  it('reads each', async () => {
    const all = await probe({ unit: ['web', 'stopped', 'bad', 'nosuch'] }, withSystemd(false))
    expect(all).toEqual([
      {
        subject: 'web',
        metrics: { down: false, failed: false, inactive: false },
        saw: 'active (running)',
        identity: '59',
      },
      {
        subject: 'stopped',
        metrics: { down: false, failed: false, inactive: true },
        saw: 'inactive (dead)',
      },
      {
        subject: 'bad',
        metrics: { down: true, failed: true, inactive: true },
        saw: 'failed (failed), exit-code',
      },
      {
        subject: 'nosuch',
        metrics: { down: true, failed: false, inactive: true },
        saw: 'not-found',
      },
    ])
  })

  it('takes no options for names', () => {
    expect(check.params.safeParse({ unit: '--help' }).success).toBe(false)
    expect(check.params.safeParse({ unit: [] }).success).toBe(false)
  })

  it('shows the journal', async () => {
    const seen = await check.evidence?.(
      {},
      { subject: 'bad', metrics: {} },
      context(withSystemd(true)),
    )
    expect(seen).toMatchObject([
      { title: 'Journal', lines: [expect.stringContaining('boom'), expect.anything()] },
    ])
  })
})
