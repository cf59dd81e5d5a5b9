import { expect, test } from 'vitest'
import { defineHandler } from '../../src/contract/handler.ts'
import { createRegistry, parseCommand } from '../../src/telegram/commands.ts'
import { createFlood } from '../../src/telegram/flood.ts'
import { manualClock } from './support.ts'

const parsed = (text: string) => parseCommand(text, 'Mechanic_Bot')

test.each([
  ['/status', { name: 'status', args: [], foreign: false, addressed: false }],
  ['/Silence  db\n 1h ', { name: 'silence', args: ['db', '1h'], foreign: false, addressed: false }],
  ['/status@mechanic_bot x', { name: 'status', args: ['x'], foreign: false, addressed: true }],
  ['/status@other_bot', { name: 'status', args: [], foreign: true, addressed: false }],
  ['status', undefined],
  ['/', undefined],
  ['/über', undefined],
  ['/status: now', undefined],
])('%s', (text, command) => expect(parsed(text)).toEqual(command))

test('a flood of arguments is cut', () => {
  expect(parsed(`/a ${'x '.repeat(500)}`)?.args.length).toBe(20)
})

const handler = (commands: string[], role: 'viewer' | 'admin' = 'viewer') =>
  defineHandler({
    kind: 'x',
    commands: Object.fromEntries(commands.map((name) => [name, { role, about: `does ${name}` }])),
    presses: { [`${commands[0]}-press`]: { role } },
    onCommand: () => undefined,
  })

test('menu, roles and near names come from the handlers', () => {
  const registry = createRegistry([handler(['status', 'silence']), handler(['settings'], 'admin')])
  expect(registry.menu('viewer').map(({ name }) => name)).toEqual(['status', 'silence'])
  expect(registry.menu('admin').length).toBe(3)
  expect(registry.nearest('statsu', 'viewer')).toEqual(['status'])
  expect(registry.nearest('sil', 'viewer')).toEqual(['silence'])
  expect(registry.nearest('setings', 'viewer')).toEqual([])
  expect(registry.press('status-press')?.role).toBe('viewer')
  expect(registry.command('nothing')).toBeUndefined()
})

test('two handlers for the same thing are a mistake', () => {
  expect(() => createRegistry([handler(['a']), handler(['b', 'a'])])).toThrow('two handlers for /a')
})

test('a flood is told once, then met with silence until there is room again', () => {
  const clock = manualClock()
  const flood = createFlood(clock, 3)
  expect([1, 2, 3, 4, 5].map(() => flood(1))).toEqual(['pass', 'pass', 'pass', 'warn', 'silent'])
  expect(flood(2)).toBe('pass')
  clock.advance(59_999)
  expect(flood(1)).toBe('silent')
  clock.advance(1)
  expect(flood(1)).toBe('pass')
})
