import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Check, Example } from '../../src/contract/check.ts'
import type { Unit, Value } from '../../src/contract/metric.ts'
import type { Reading } from '../../src/contract/reading.ts'
import { alternatives, parseThreshold } from '../../src/config/threshold.ts'
import { parseDuration } from '../../src/contract/units.ts'
import { hanging } from '../support/facts.ts'
import type { Facts } from '../support/facts.ts'
import { startServer, tlsFixture } from '../support/server.ts'
import type { ServerFact } from '../support/server.ts'
import { contextOf } from './context.ts'

/** What every kind of check must keep to. The folder is the list: a new file is tested at once. */

const folder = new URL('../../checks/', import.meta.url)
const kinds = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))

const load = async (kind: string): Promise<Check> => {
  const module: { default: Check } = await import(new URL(`${kind}.ts`, folder).href)
  return module.default
}

interface Staged {
  readonly params: unknown
  readonly close: () => Promise<void>
}

/** Gives an example that names a server one on a free port, and its params what leads there. */
async function stage(check: Check, example: Example<string>): Promise<Staged> {
  const written = structuredClone(example.params)
  if (!('server' in example.facts)) {
    return { params: check.params.parse(written), close: async () => {} }
  }
  const server = await startServer(example.facts['server'] as ServerFact)
  const { url } = written
  if (typeof url === 'string') {
    const moved = new URL(url)
    moved.port = String(server.port)
    written['url'] = moved.href
  }
  if ('port' in written) written['port'] = server.port
  if ('ca' in written) written['ca'] = tlsFixture('root.pem')
  return { params: check.params.parse(written), close: server.close }
}

/** Times that a real server took are not the example's. */
function timeless(check: Check, readings: readonly Reading[], facts: Facts): readonly Reading[] {
  if (!('server' in facts)) return readings
  return readings.map((reading) => ({
    ...reading,
    metrics: Object.fromEntries(
      Object.entries(reading.metrics).map(([name, value]) => [
        name,
        check.metrics[name]?.unit === 'duration' && typeof value === 'number' ? 34 : value,
      ]),
    ),
    ...(reading.saw !== undefined && {
      saw: reading.saw.replace(/in [\d.]+ m?s/, 'in 34 ms'),
    }),
  }))
}

/** Numbers are numbers, flags are flags, and either may be unknown. */
const fits = (unit: Unit | undefined, value: Value | undefined): boolean => {
  if (unit === undefined) return false
  if (value === null || value === undefined) return true
  return unit === 'flag' ? typeof value === 'boolean' : Number.isFinite(value)
}

function expectWellFormed(check: Check, readings: readonly Reading[]): void {
  expect(new Set(readings.map(({ subject }) => subject)).size).toBe(readings.length)
  for (const { metrics, saw, units } of readings) {
    expect(saw ?? 'x').toMatch(/^[^\n]{1,300}$/)
    for (const [name, value] of Object.entries(metrics)) {
      const unit = check.metrics[name]?.unit ?? units?.[name]
      expect(check.openMetrics || Object.hasOwn(check.metrics, name)).toBe(true)
      expect({ name, unit, value, fits: fits(unit, value) }).toMatchObject({ fits: true })
    }
  }
}

const garbage: readonly unknown[] = ['garbage', null, 17, { total: 'NaN' }]
/** A command may write anything; what cannot be is a status like this. */
const garbledRuns: readonly unknown[] = [{ code: 'NaN' }, null, 17, { code: 1e9 }]
/** Facts that are asked for over a connection or of another program. */
const waitsFor = ['run', 'server', 'service', 'pm2', 'page']
/** Facts that are no measurement. */
const notMeasured = ['server', 'now', 'look', 'read', 'backup']

describe.each(kinds)('%s', async (kind) => {
  const check = await load(kind)

  test('is a check of the name of its file', () => {
    expect(check.brand).toBe('check')
    expect(check.kind).toBe(kind)
  })

  test('says what it is and what to do', () => {
    expect(check.summary).toMatch(/^[A-Z][^\n]{10,100}\.$/)
    expect(check.advice).toMatch(/^[A-Z][^\n]{10,160}\.$/)
    const placeholders = check.advice.match(/\{[^}]*\}/g) ?? []
    for (const one of placeholders) expect(one).toMatch(/^\{ \$(?:subject|host) \}$/)
    expect(Object.keys(check.metrics).length).toBeGreaterThan(0)
    for (const { means } of Object.values(check.metrics)) expect(means).toMatch(/^\S.{2,60}\S$/)
  })

  test('has default levels that can be read', () => {
    const { info, warning, critical, recover, every, timeout } = check.defaults
    const texts = [info, warning, critical, typeof recover === 'string' ? recover : undefined]
    for (const text of texts.filter((one) => one !== undefined)) {
      for (const one of alternatives(text)) {
        expect(parseThreshold(one, check.metrics)).not.toHaveProperty('problem')
      }
    }
    for (const text of [every, timeout].filter((one) => one !== undefined)) {
      expect(parseDuration(text)).toBeGreaterThan(0)
    }
    for (const name of check.conditions) expect(check.metrics[name]?.unit).toBe('flag')
  })

  test('takes the settings of its examples, and no unknown ones', () => {
    expect(check.examples.length).toBeGreaterThan(0)
    for (const { params } of check.examples) {
      expect(check.params.safeParse(params).error).toBeUndefined()
      expect(check.params.safeParse({ ...params, 'no-such-key': 1 }).success).toBe(false)
    }
  })

  describe.each(check.examples)('$title', (example) => {
    test('gives its readings, again on a second run, and evidence when asked', async () => {
      const { params, close } = await stage(check, example)
      try {
        const context = contextOf(example.facts)
        const readings = await check.probe(params, context)
        expect(timeless(check, readings, example.facts)).toEqual(example.readings)
        expectWellFormed(check, readings)
        expectWellFormed(check, await check.probe(params, context))
        const more = {
          processes: [],
          openDeleted: [],
          oomKills: [],
          run: '',
          logs: [],
          ...example.facts,
        }
        for (const reading of readings) {
          const found = await check.evidence?.(params, reading, {
            ...contextOf(more),
            memo: context.memo,
          })
          for (const { title, lines } of found ?? []) {
            expect(title).not.toBe('')
            expect(lines.length).toBeGreaterThan(0)
          }
        }
      } finally {
        await close()
      }
    })

    test('throws when the facts are garbage', async () => {
      const names = Object.keys(example.facts).filter((name) => !notMeasured.includes(name))
      if (names.length === 0) return
      for (const [index, one] of garbage.entries()) {
        const garbled = names.map((name) => [name, name === 'run' ? garbledRuns[index] : one])
        const facts = { ...example.facts, ...Object.fromEntries(garbled) }
        const params = check.params.parse(example.params)
        await expect(check.probe(params, contextOf(facts))).rejects.toThrow(/./)
      }
    })

    test.each(['before it starts', 'while it waits'])('ends when aborted %s', async (when) => {
      const stop = new AbortController()
      const waits = waitsFor.filter((name) => name in example.facts)
      const halted = waits.map((name) => [name, name === 'server' ? 'silent' : hanging])
      const stuck = { ...example.facts, ...Object.fromEntries(halted) }
      const { params, close } = await stage(check, { ...example, facts: stuck })
      try {
        if (when === 'before it starts') stop.abort(new Error('stopped'))
        const probed = check.probe(params, contextOf(stuck, { signal: stop.signal }))
        stop.abort(new Error('stopped'))
        const outcome = await probed.then(
          () => 'a verdict',
          () => 'none',
        )
        // What only reads facts may have been done; what was interrupted knows nothing.
        expect(waits.length > 0 ? outcome : 'none').toBe('none')
      } finally {
        await close()
      }
    })
  })
})
