import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Host } from '../../../src/contract/host.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { createSystemdManager } from '../../../src/managers/systemd/index.ts'
import { systemClock } from '../../../src/host/clock.ts'

const bin = resolve('test/fixtures/bin')
const user = resolve('test/fixtures/bin-user')
const host = (...path: readonly string[]): Host => ({
  ...createLocalHost('main', {
    clock: systemClock,
    environment: { PATH: [...path, '/usr/bin', '/bin'].join(':') },
  }),
  // The recorded pids are of another machine.
  local: false,
})
/** Only what no test runs as root has. */
const asUser = host(user, bin)
const asRoot = host(bin)
const soon = () => AbortSignal.timeout(15_000)
const unit = (name: string, on = asUser) => createSystemdManager(on, name, systemClock)

describe('status', () => {
  it('is asked for by name and properties', async () => {
    expect(await unit('bad').status(soon())).toMatchObject([
      { label: '', state: 'down', saw: 'failed: exited with code 3', pid: null },
    ])
    expect(await unit('stopped').status(soon())).toMatchObject([{ state: 'stopped' }])
  })

  it('says where there is no systemd', async () => {
    const nowhere = host('/nowhere')
    const bare: Host = {
      ...nowhere,
      run: (_, options) => nowhere.run(['no-such-program'], options),
    }
    await expect(unit('web', bare).status(soon())).rejects.toThrow('systemd does not run on main')
    await expect(unit('booted', { ...asRoot, run: rootRun }).restart(soon())).rejects.toThrow(
      'systemd does not run on main',
    )
  })
})

/** Root needs no sudo; tests may run as anybody. */
const rootRun: Host['run'] = (command, options) =>
  command[0] === 'id' ? asRoot.run(['echo', '0'], options) : asRoot.run(command, options)

describe('restart', () => {
  it('of a unit that sudo allows', async () => {
    const web = unit('web')
    await web.restart(soon())
    expect(web.restartSteps()).toEqual(['sudo -n systemctl restart web'])
  })

  it('by root needs no sudo', async () => {
    const web = unit('web', { ...asRoot, run: rootRun })
    await web.restart(soon())
    expect(web.restartSteps()).toEqual(['systemctl restart web'])
  })

  it('that is refused says which line is missing, and where', async () => {
    await expect(unit('nginx').restart(soon())).rejects.toMatchObject({
      message: 'The bot may not restart nginx on main: sudo: a password is required',
      advice:
        'Run `visudo -f /etc/sudoers.d/mechanic` there and add the line ' +
        '`mechanic ALL=(root) NOPASSWD: /usr/bin/systemctl restart nginx`.',
    })
  })

  it('that fails says why', async () => {
    await expect(unit('bad').restart(soon())).rejects.toThrow(
      'systemctl restart bad on main failed: Job for bad.service failed because',
    )
  })

  it('ends with the time it has', async () => {
    await expect(unit('web').restart(AbortSignal.abort())).rejects.toThrow('did not end in time')
  })

  it('never takes an option for a name', () => {
    expect(() => unit('--root=/tmp')).toThrow('is no name of a systemd unit')
  })
})

describe('a reload', () => {
  it('is what the unit knows of it, else a restart with a gap', async () => {
    const web = unit('web')
    expect(await web.reloading(soon())).toEqual({ gap: 2000 })
    await web.reload(soon())
    const { gap } = await web.reloading(soon())
    expect(gap).toBeLessThan(2000)
    expect(await unit('nginx').reloading(soon())).toEqual({ gap: null })
  })

  it('that is refused names its own line', async () => {
    await expect(unit('nginx').reload(soon())).rejects.toMatchObject({
      message: 'The bot may not reload-or-restart nginx on main: sudo: a password is required',
      advice: expect.stringContaining('NOPASSWD: /usr/bin/systemctl reload-or-restart nginx'),
    })
  })
})

describe('a stop', () => {
  it('by the bot is not taken for a person’s, until it is started', async () => {
    const stopped = unit('stopped')
    expect(await stopped.status(soon())).toMatchObject([{ state: 'stopped' }])
    await stopped.stop(soon())
    expect(await stopped.status(soon())).toMatchObject([
      { state: 'down', saw: 'stopped by the bot', crashes: 0 },
    ])
    await stopped.start(soon())
    expect(await stopped.status(soon())).toMatchObject([{ state: 'stopped' }])
  })

  it('and a start that fail say why', async () => {
    await expect(unit('nginx').stop(soon())).rejects.toThrow('The bot may not stop nginx on main')
    const missing = unit('missing', { ...asRoot, run: rootRun })
    await expect(missing.start(soon())).rejects.toThrow(
      'systemctl start missing on main failed: Failed to start missing.service: Unit missing',
    )
  })
})

describe('logs', () => {
  it('come from the journal', async () => {
    expect(await unit('bad').logs(7, soon())).toEqual([
      '2026-11-22T01:15:02+0000 vm sh[62]: boom',
      '2026-11-22T01:15:06+0000 vm sh[92]: boom',
    ])
    expect(await unit('quiet').logs(5, soon())).toEqual([])
  })

  it('are followed from a cursor on', async () => {
    expect(await unit('bad').logsAfter?.('s=1;i=1', soon())).toEqual({
      lines: [{ text: 'boom', at: 1_769_825_411_000, error: true }],
      cursor: 's=1;i=2',
      skipped: false,
    })
    expect(await unit('quiet').logsAfter?.(null, soon())).toMatchObject({ lines: [], cursor: null })
  })

  it('that may not be read say what to do', async () => {
    await expect(unit('secret').logs(5, soon())).rejects.toMatchObject({
      advice: 'Add its user to the group systemd-journal and start the bot again.',
    })
  })
})
