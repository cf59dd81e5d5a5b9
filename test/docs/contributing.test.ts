import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import type { Check } from '../../src/contract/check.ts'
import type { Fix } from '../../src/contract/fix.ts'
import type { Handler } from '../../src/contract/handler.ts'
import { contextOf } from '../checks/context.ts'

/** The plug-ins that CONTRIBUTING.md shows are complete: they load and do what the text says. */

const root = new URL('../../', import.meta.url)
const text = readFileSync(new URL('CONTRIBUTING.md', root), 'utf8')
const sources = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, source = '']) => source)

const scratch = mkdtempSync(join(tmpdir(), 'contributing-'))
afterAll(() => rmSync(scratch, { recursive: true }))

/** Imports one of them as if it stood in its folder. */
async function load<T>(declaration: string): Promise<T> {
  const source = sources.find((one) => one.includes(`export default ${declaration}(`)) ?? ''
  const file = join(scratch, `${declaration}.ts`)
  const absolute = source
    .replaceAll("from '../src/", `from '${new URL('src/', root).href}`)
    .replaceAll("from 'zod'", `from '${import.meta.resolve('zod')}'`)
  writeFileSync(file, absolute)
  const module: { default: T } = await import(pathToFileURL(file).href)
  return module.default
}

test('the check gives the readings of its example', async () => {
  const check = await load<Check>('defineCheck')
  expect(check.kind).toBe('logins')
  for (const { params, facts, readings } of check.examples)
    expect(await check.probe(check.params.parse(params), contextOf(facts))).toEqual(readings)
})

test('the check sees nothing where its command is missing', async () => {
  const check = await load<Check>('defineCheck')
  const probed = check.probe(check.params.parse({}), contextOf({ run: { missing: true } }))
  await expect(probed).rejects.toThrow('There is no who on main')
})

test('the fix plans what it shows, and nothing where there is nothing to do', async () => {
  const fix = await load<Fix>('defineFix')
  const params = fix.params.parse({ keep: '200M' })
  const step = { show: 'journalctl --vacuum-size=200M', act: { keep: '200M' } }
  expect(fix.plan('Archived and active journals take up 1.2G in the file system.', params)).toEqual(
    [step],
  )
  expect(fix.plan('Archived and active journals take up 0B in the file system.', params)).toEqual(
    [],
  )
})

test('the handler declares its command', async () => {
  const { commands } = await load<Handler>('defineHandler')
  expect(commands).toHaveProperty('uptime.role', 'viewer')
})
