import { expect, test } from 'vitest'
import { jsonSchema } from '../../src/config/schema-json.ts'
import { valueAt } from '../../src/config/path.ts'
import { kinds } from './kinds.ts'

const schema = jsonSchema(kinds)
const keysAt = (...path: string[]) => Object.keys(Object(valueAt(schema, ['properties', ...path])))

test('an editor learns the keys of every kind, and refuses others', () => {
  const alternatives = valueAt(schema, ['properties', 'checks', 'additionalProperties', 'anyOf'])
  if (!Array.isArray(alternatives)) throw new Error('no alternatives')
  const disk = alternatives.find((one) => valueAt(one, ['properties', 'kind', 'const']) === 'disk')
  expect(Object.keys(Object(valueAt(disk, ['properties'])))).toEqual(
    expect.arrayContaining(['path', 'every', 'warning']),
  )
  expect(valueAt(disk, ['required'])).toEqual(['kind'])
  expect(valueAt(disk, ['additionalProperties'])).toBe(false)
  expect(alternatives).toHaveLength(kinds.checks.size - 2)
})

test('services have the keys of their kind, but not the name that stands above them', () => {
  const keys = keysAt('services', 'additionalProperties', 'properties')
  expect(keys).toEqual(expect.arrayContaining(['manager', 'health', 'restart']))
  expect(keys).not.toContain('service')
})

test('nothing is required at the top, and nothing else is allowed there', () => {
  expect(schema).toMatchObject({ additionalProperties: false })
  expect(schema).not.toHaveProperty('required')
})

test('it can be written for installations without any plug-in', () => {
  expect(() => JSON.stringify(jsonSchema({ checks: new Map(), fixes: new Map() }))).not.toThrow()
})
