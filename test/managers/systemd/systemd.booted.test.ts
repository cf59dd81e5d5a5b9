import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import check from '../../../checks/systemd.ts'
import type { Instance } from '../../../src/contract/service.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { createSystemdManager } from '../../../src/managers/systemd/index.ts'
import { fakeBackups, fakeServices } from '../../support/facts.ts'

const there = existsSync('/run/systemd/system') && process.getuid?.() === 0
if (!there) console.warn('skipped: needs root on a machine that systemd has booted')

const name = `mechanic-test-${process.pid}`
const host = createLocalHost('main', { clock: systemClock })
const soon = () => AbortSignal.timeout(20_000)
const begin = (script: string, ...properties: readonly string[]) =>
  execFileSync(
    '/usr/bin/env',
    [
      'systemd-run',
      `--unit=${name}`,
      '--property=DefaultDependencies=no',
      ...properties.map((property) => `--property=${property}`),
      '/bin/sh',
      '-c',
      script,
    ],
    { stdio: 'ignore' },
  )
const systemctl = (...words: readonly string[]) =>
  execFileSync('/usr/bin/env', ['systemctl', ...words], { stdio: 'ignore' })
const unit = () => createSystemdManager(host, name, systemClock)
const one = async (manager: ReturnType<typeof unit>): Promise<Instance | undefined> =>
  (await manager.status(soon()))[0]

afterEach(() => {
  for (const words of [
    ['stop', name],
    ['reset-failed', name],
  ])
    try {
      systemctl(...words)
    } catch {
      // It has gone by itself.
    }
})

describe.runIf(there)('a unit of systemd', () => {
  it('that is killed is down, and failed', async () => {
    begin('exec sleep 600')
    const service = unit()
    const first = await one(service)
    expect(first).toMatchObject({ state: 'starting', pid: expect.any(Number) })
    expect(Math.abs((first?.since ?? 0) - Date.now())).toBeLessThan(10_000)
    process.kill(first?.pid ?? 0, 'SIGKILL')
    await expect
      .poll(() => one(service))
      .toMatchObject({ state: 'down', saw: 'failed: killed by signal 9', crashes: 1 })
    const around = {
      host,
      services: fakeServices({}),
      backups: fakeBackups({}),
      memo: new Map(),
      signal: soon(),
      now: 0,
      redact: (text: string) => text,
    }
    expect(await check.probe({}, around)).toContainEqual({
      subject: `${name}.service`,
      metrics: { down: true, failed: true },
      saw: 'failed',
    })
  })

  it('that is restarted has another pid, and did not crash', async () => {
    begin('exec sleep 600')
    const service = unit()
    const before = await one(service)
    await service.restart(soon())
    const after = await one(service)
    expect(after?.pid).not.toBe(before?.pid)
    expect(after).toMatchObject({ crashes: 0, looping: false })
  })

  it('loops', async () => {
    begin(
      'echo again; sleep 0.1; exit 1',
      'Restart=always',
      'RestartSec=100ms',
      'StartLimitIntervalSec=0',
    )
    const service = unit()
    await expect.poll(() => one(service), { timeout: 20_000 }).toMatchObject({ looping: true })
    await expect
      .poll(() => service.logs(5, soon()), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining('again'))
  })

  it('that nobody knows is missing', async () => {
    expect(await one(unit())).toMatchObject({ state: 'missing' })
  })
})
