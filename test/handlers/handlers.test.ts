import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Handler } from '../../src/contract/handler.ts'
import { createRegistry } from '../../src/telegram/commands.ts'

const files = readdirSync('handlers').filter((name) => name.endsWith('.ts'))
const handlers = await Promise.all(
  files.map(async (file): Promise<readonly [string, Handler]> => {
    const module: { default: Handler } = await import(`../../handlers/${basename(file, '.ts')}.ts`)
    return [basename(file, '.ts'), module.default]
  }),
)

test.each(handlers)('%s declares itself under its own name', (name, handler) => {
  expect(handler).toMatchObject({ brand: 'handler', kind: name })
})

test('together they offer what the contract names, to whom it says', () => {
  const registry = createRegistry(handlers.map(([, handler]) => handler))
  const names = (role: 'viewer' | 'operator' | 'admin') =>
    registry
      .menu(role)
      .map(({ name }) => name)
      .toSorted()
  const viewer = [
    'cancel',
    'checks',
    'heartbeat',
    'help',
    'history',
    'incidents',
    'start',
    'status',
  ]
  const operator = [
    ...viewer,
    'ack',
    'backup',
    'deploy',
    'logs',
    'restart',
    'rollback',
    'run',
    'silence',
    'unsilence',
  ].toSorted()
  expect(names('viewer')).toEqual(viewer)
  expect(names('operator')).toEqual(operator)
  expect(names('admin')).toEqual([...operator, 'audit', 'restore', 'settings'].toSorted())
})

describe('menu texts', () => {
  test.each(handlers.flatMap(([, { commands }]) => Object.entries(commands)))(
    '/%s has one that Telegram takes',
    (name, { about }) => {
      expect(name).toMatch(/^[a-z0-9_]{1,32}$/)
      expect(about.length).toBeGreaterThan(0)
      expect(about.length).toBeLessThanOrEqual(256)
    },
  )
})
