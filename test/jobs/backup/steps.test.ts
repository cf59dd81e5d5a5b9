import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { StepContext } from '../../../src/flow/jobs/kind.ts'
import backup from '../../../src/jobs/backup.ts'
import { keepWords, stepLines } from '../../../src/jobs/backup/lines.ts'
import { type BackupMemory, planOfBackup, unknownYet } from '../../../src/jobs/backup/memory.ts'
import drill from '../../../src/jobs/drill.ts'
import { planOfDrill, unknownYet as unknownDrill } from '../../../src/jobs/drill/memory.ts'
import unlock from '../../../src/jobs/unlock.ts'
import verify from '../../../src/jobs/verify.ts'

const memory: BackupMemory = {
  ...unknownYet,
  backup: 'site',
  safety: false,
  since: 0,
  began: 0,
  stop: 'web',
  until: 'upload',
  keeps: true,
  verdict: 'good',
}
const common = { backup: 'site', since: 0, began: 0 }

describe('the steps of what is about backups', () => {
  test('are those that their plans name, no more and no less', () => {
    const all = [
      [backup, planOfBackup(memory)],
      [drill, planOfDrill({ ...unknownDrill, ...common, loads: true })],
    ] as const
    for (const [{ steps }, plan] of all) {
      const { steps: named, extras, tidying, failing } = plan
      const known = [...named, ...extras, ...tidying, ...failing]
      expect(Object.keys(steps).toSorted()).toEqual(known.toSorted())
    }
  })

  test('are each named in the locale', () => {
    const texts = readFileSync(new URL('../../../locales/en.ftl', import.meta.url), 'utf8')
    for (const { steps } of [backup, drill, unlock, verify])
      for (const step of Object.keys(steps)) expect(texts).toContain(`\njob-step-${step} = `)
  })

  test('touch a service only from its stop until its start', () => {
    expect(backup.touches({ ...memory, stopped: null })).toEqual(['web'])
    expect(backup.touches({ ...memory, stopped: true })).toEqual(['web'])
    expect(backup.touches({ ...memory, stopped: false })).toEqual([])
    expect(backup.touches({ ...memory, stop: null })).toEqual([])
    for (const step of ['halt', 'stage', 'start-again', 'upload'])
      expect([step, backup.steps[step]?.disturbs]).toEqual([step, 'service'])
    for (const { steps } of [drill, unlock, verify])
      for (const { disturbs } of Object.values(steps)) expect(disturbs).not.toBe('service')
  })

  test('cannot be cancelled where a service stands still for good, or something is removed', () => {
    for (const step of ['clear', 'halt', 'start-again', 'keep', 'tidy', 'record'])
      expect([step, backup.steps[step]?.cancellable]).toEqual([step, undefined])
    expect(backup.steps['tidy']?.tidies).toBe(true)
  })

  test('say in plain words what is kept', () => {
    expect(keepWords({ last: 5 })).toBe('the last 5')
    expect(keepWords({ last: 5, daily: 7 })).toBe('the last 5, 7 daily')
  })

  test('name a database as its server does', () => {
    const source = { kind: 'postgres', url: 'postgresql://db/odd%20db' } as const
    const how = { stop: null, until: 'stage', keeps: false } as const
    const lines = stepLines({ source, repository: '/r', keep: null }, how)
    expect(lines[0]).toBe('pg_dump of odd db, read through once')
  })

  test('start nothing again that is held since a restore', async () => {
    const said: string[] = []
    const config = { host: 'main', repository: '/r', password: 'secret', env: {} }
    const context = {
      backup: () => config,
      host: () => ({ name: 'main', processes: async () => [] }),
      scratch: (name: string) => `/nowhere/${name}`,
      redact: (text: string) => text,
      say: (text: string) => void said.push(text),
      signal: new AbortController().signal,
      holds: { of: () => ({ at: 0, backup: 'site' }) },
    }
    // As much of it as this step uses: it asks no manager.
    const run = backup.steps['start-again']?.run(
      { ...memory, stopped: true },
      context as unknown as StepContext<BackupMemory>,
    )
    expect(await run).toEqual({ stopped: false })
    expect(said).toEqual(['web stays stopped: it is held since a restore'])
  })

  test('remove nothing unless the run is good and nobody forbids it', () => {
    expect(planOfBackup(memory).extras).toEqual(['keep'])
    expect(planOfBackup({ ...memory, verdict: 'doubtful' }).extras).toEqual([])
    expect(planOfBackup({ ...memory, keeps: false }).extras).toEqual([])
  })
})
