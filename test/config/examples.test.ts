import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadKinds } from '../../src/flow/kinds.ts'
import { issuesOf } from './load.ts'

const folder = fileURLToPath(new URL('../../examples', import.meta.url))
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
const env = {
  PLATFORM_API: 'https://api.example.com',
  PLATFORM_TOKEN: 'a-token',
  DATABASE_URL: 'postgres://app@localhost/app',
  RESTIC_PASSWORD: 'correct horse',
  BACKUP_KEY: 'AKIAEXAMPLE',
  BACKUP_SECRET: 'a-secret-key',
}

test('there are examples', () => {
  expect(files.length).toBeGreaterThanOrEqual(3)
})

test.each(files)('examples/%s can be used as it is', async (file) => {
  const kinds = await loadKinds()
  const text = readFileSync(`${folder}/${file}`, 'utf8')
  expect(issuesOf(text, { kinds, env })).toEqual([])
})
