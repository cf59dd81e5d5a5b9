import { describe, expect, it } from 'vitest'
import type { Host, RunResult } from '../../src/contract/host.ts'
import { type CommandService, createCommandManager, saysUp } from '../../src/managers/command.ts'
import { fakeClock } from '../support/clock.ts'
import { fakeHost, ranWell } from '../support/facts.ts'

const never = new AbortController().signal

/** Answers each command from a table, and keeps what was run. */
const machine = (answers: Record<string, Partial<RunResult>>) => {
  const ran: string[] = []
  const environments: unknown[] = []
  const run: Host['run'] = (command, { env }) => {
    const line = [command].flat().join(' ')
    ran.push(line)
    environments.push(env)
    return Promise.resolve({ ...ranWell, ...answers[line] })
  }
  return { host: { ...fakeHost({}), run }, ran, environments, answers }
}
const service = (more: Partial<CommandService>): CommandService => ({
  name: 'box',
  env: {},
  ...more,
})

describe('a status command', () => {
  const says = (command: string, result: Partial<RunResult>) =>
    saysUp(command, { ...ranWell, ...result })

  it('says up by succeeding', () => {
    expect(says('nc -z localhost 80', {})).toBe(true)
    expect(says('systemctl is-active -q x', {})).toBe(true)
    expect(says('pgrep -x box', { code: 1 })).toBe(false)
    expect(says('./status', { code: null, signal: 'SIGKILL' })).toBe(false)
  })

  it('that lists what runs says down by listing nothing', () => {
    const command = 'docker compose ps --status running -q'
    expect(says(command, { out: '4a5b6c\n' })).toBe(true)
    expect(says(command, { out: '\n' })).toBe(false)
    expect(saysUp(['podman', 'ps', '-q'], ranWell)).toBe(false)
  })
})

describe('status', () => {
  it('counts what went down by itself, not what was restarted', async () => {
    const { host, answers } = machine({ check: {}, begin: {} })
    const clock = fakeClock()
    const box = createCommandManager(host, service({ status: 'check', start: 'begin' }), clock)
    const look = async () => (await box.status(never))[0]
    expect(await look()).toMatchObject({ state: 'up', crashes: 0 })
    answers['check'] = { code: 3 }
    expect(await look()).toMatchObject({
      state: 'down',
      crashes: 1,
      saw: 'status exited with code 3',
    })
    expect(await look()).toMatchObject({ crashes: 1 })
    answers['check'] = {}
    await look()
    await box.restart(never)
    answers['check'] = { code: 3 }
    expect(await look()).toMatchObject({ state: 'down', crashes: 1 })
    clock.advance(3_600_000)
    expect(await look()).toMatchObject({ crashes: 0 })
  })

  it('is nothing without a status command, and an error where it cannot be run', async () => {
    const { host } = machine({
      check: { missing: true, code: null },
      slow: { aborted: true, code: null },
    })
    const status = (one: Partial<CommandService>) =>
      createCommandManager(host, service(one), fakeClock()).status(never)
    expect(await status({ start: 'begin' })).toEqual([])
    await expect(status({ status: 'check' })).rejects.toThrow('check cannot be run on main')
    await expect(status({ status: 'slow' })).rejects.toThrow('did not end in time')
  })
})

describe('restart', () => {
  const commands = { start: ['begin', 'a b'], stop: 'halt', status: 'check' } as const
  const restart = (
    answers: Record<string, Partial<RunResult>>,
    more: Partial<CommandService> = commands,
  ) => {
    const { host, ran, environments } = machine(answers)
    const box = createCommandManager(host, service({ ...more, env: { COLOR: 'no' } }), fakeClock())
    return { box, ran, environments, done: box.restart(never) }
  }

  it('stops, then starts, with the variables of the service', async () => {
    const { box, ran, environments, done } = restart({})
    await done
    expect(ran).toEqual(['halt', 'begin a b'])
    expect(environments).toEqual([{ COLOR: 'no' }, { COLOR: 'no' }])
    expect(box.restartSteps()).toEqual(['halt', 'begin "a b"'])
  })

  it('starts what could not be stopped because it did not run', async () => {
    const { ran, done } = restart({ halt: { code: 1 }, check: { code: 1 } })
    await done
    expect(ran).toEqual(['halt', 'check', 'begin a b'])
  })

  it('never starts a second copy', async () => {
    const running = restart({ halt: { code: 1, err: 'busy\n' } })
    await expect(running.done).rejects.toThrow('halt on main exited with code 1: busy')
    expect(running.ran).toEqual(['halt', 'check'])
    const unknown = restart({ halt: { code: 1 } }, { start: 'begin', stop: 'halt' })
    await expect(unknown.done).rejects.toThrow('halt on main exited with code 1')
    expect(unknown.ran).toEqual(['halt'])
  })

  it('says what failed', async () => {
    await expect(restart({ 'begin a b': { code: 2, err: 'one\ntwo\n' } }).done).rejects.toThrow(
      'begin "a b" on main exited with code 2: two',
    )
    await expect(restart({}, { stop: 'halt' }).done).rejects.toThrow('it has no start command')
  })
})

describe('a reload', () => {
  it('is a restart, and says how long the last one took', async () => {
    const clock = fakeClock()
    const { host, ran } = machine({})
    const slow: Host = {
      ...host,
      run: (command, options) => {
        clock.advance(300)
        return host.run(command, options)
      },
    }
    const box = createCommandManager(slow, service({ start: 'begin', stop: 'halt' }), clock)
    expect(await box.reloading(never)).toEqual({ gap: 2000 })
    await box.reload(never)
    expect(ran).toEqual(['halt', 'begin'])
    expect(await box.reloading(never)).toEqual({ gap: 600 })
  })
})

describe('start and stop', () => {
  const commands = { start: 'begin', stop: 'halt', status: 'check' } as const

  it('never start a second copy, and wait until the only one has ended', async () => {
    const clock = fakeClock()
    const { host, ran, answers } = machine({})
    const box = createCommandManager(host, service(commands), clock)
    await box.status(never)
    await box.start(never)
    expect(ran).toEqual(['check', 'check'])
    const done = box.stop(never)
    await expect.poll(() => clock.pending()).toBe(1)
    answers['check'] = { code: 3 }
    clock.advance(250)
    await done
    expect(ran.slice(2)).toEqual(['halt', 'check', 'check'])
    expect(await box.status(never)).toMatchObject([{ state: 'down', crashes: 0 }])
    await box.start(never)
    expect(ran.slice(-2)).toEqual(['check', 'begin'])
  })

  it('say what failed, and which command there is none of', async () => {
    const box = (more: Partial<CommandService>, answers: Record<string, Partial<RunResult>> = {}) =>
      createCommandManager(machine(answers).host, service(more), fakeClock())
    await expect(box({ stop: 'halt' }).start(never)).rejects.toThrow(
      'The service box cannot be started: it has no start command',
    )
    await expect(box({ start: 'begin' }).stop(never)).rejects.toThrow(
      'The service box cannot be stopped: it has no stop command',
    )
    await expect(box({ start: 'begin' }, { begin: { code: 2 } }).start(never)).rejects.toThrow(
      'begin on main exited with code 2',
    )
    await expect(box(commands, { halt: { code: 1 } }).stop(never)).rejects.toThrow(
      'halt on main exited with code 1',
    )
  })
})
