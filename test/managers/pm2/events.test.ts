import { describe, expect, it } from 'vitest'
import { historyEvent, signalNote } from '../../../src/managers/pm2/events.ts'

const process = {
  pm_id: 0,
  name: 'web',
  status: 'stopped',
  pm_uptime: 1000,
  exit_code: 0,
  autorestart: false,
}
const event = (name: string, more: object = {}) => ({
  event: name,
  at: 5000,
  process: { ...process, ...more },
})

describe('what PM2 writes about an end', () => {
  const note = (text: string) => signalNote({ data: text, process: { pm_id: 'PM2' } })

  it('names the signal, but for SIGINT, which it also writes where there was none', () => {
    expect(note('App [web:0] exited with code [0] via signal [SIGKILL]\n')).toEqual({
      id: 0,
      signal: 'SIGKILL',
    })
    expect(note('App [a [b]:12] exited with code [0] via signal [SIGSEGV]\n')).toEqual({
      id: 12,
      signal: 'SIGSEGV',
    })
    expect(note('App [web:0] exited with code [1] via signal [SIGINT]\n')).toBeNull()
    expect(note('App [web:0] online\n')).toBeNull()
    expect(signalNote(null)).toBeNull()
  })
})

describe('an exit', () => {
  const exit = (more: object = {}, note: Parameters<typeof historyEvent>[1] = null) =>
    historyEvent(event('exit', more), note, 9999)?.event

  it('with the status `stopped` was a death, with `stopping` it was ordered', () => {
    expect(exit()).toEqual({
      is: 'exit',
      at: 5000,
      started: 1000,
      code: 0,
      signal: null,
      ordered: false,
      errored: false,
    })
    expect(exit({ status: 'stopping' })).toMatchObject({ ordered: true })
    expect(exit({ status: 'errored' })).toMatchObject({ ordered: false, errored: true })
  })

  it('takes the signal of its own process only', () => {
    expect(exit({}, { id: 0, signal: 'SIGKILL' })).toMatchObject({ signal: 'SIGKILL' })
    expect(exit({}, { id: 1, signal: 'SIGKILL' })).toMatchObject({ signal: null })
  })

  it('with a stop code was wanted, though not by kill -9, which looks the same', () => {
    expect(exit({ stop_exit_codes: [0] })).toMatchObject({ ordered: true })
    expect(exit({ stop_exit_codes: [0] }, { id: 0, signal: 'SIGKILL' })).toMatchObject({
      ordered: false,
    })
    expect(exit({ stop_exit_codes: [3] })).toMatchObject({ ordered: false })
  })

  it('of a scheduled run was wanted when it succeeded', () => {
    expect(exit({ cron_restart: '0 * * * *' })).toMatchObject({ ordered: true })
    expect(exit({ cron_restart: '0 * * * *', exit_code: 1 })).toMatchObject({ ordered: false })
    expect(exit({ cron_restart: '0 * * * *', autorestart: true })).toMatchObject({ ordered: false })
  })

  it('of the old half of a reload says nothing', () => {
    expect(exit({ pm_id: '_old_0' })).toBeUndefined()
  })
})

describe('other events', () => {
  it('are a start, an ordered stop, or nothing', () => {
    expect(historyEvent(event('online', { status: 'online' }), null, 0)?.event).toEqual({
      is: 'start',
      at: 5000,
      started: 1000,
      autorestart: false,
      scheduled: false,
    })
    expect(historyEvent(event('stop'), null, 0)?.event).toEqual({ is: 'stop', at: 5000 })
    expect(historyEvent(event('restart'), null, 0)).toBeNull()
    expect(historyEvent('nonsense', null, 0)).toBeNull()
  })
})
