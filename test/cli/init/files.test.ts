import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText, writeWhole } from '../../../src/cli/init/files.ts'
import { tempHome } from '../../support/home.ts'

test('a file is replaced whole, with its mode', () => {
  const file = join(tempHome(), '.env')
  writeFileSync(file, 'old', { mode: 0o644 })
  writeWhole(file, 'new\n', 0o600)
  expect(readFileSync(file, 'utf8')).toBe('new\n')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('one that cannot be put in place leaves nothing behind', () => {
  const home = tempHome()
  mkdirSync(join(home, '.env', 'full'), { recursive: true })
  expect(() => writeWhole(join(home, '.env'), 'new', 0o600)).toThrow(/\.env cannot be written: E/)
  expect(readdirSync(home)).toEqual(['.env'])
  expect(() => writeWhole(join(home, 'gone', 'x'), 'new', 0o600)).toThrow('cannot be written')
})

test('what is no file cannot be read', () => {
  const home = tempHome()
  expect(readText(join(home, 'none'))).toBeNull()
  expect(() => readText(home)).toThrow('cannot be read: EISDIR')
})
