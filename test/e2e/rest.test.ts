import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'
import { createStandin } from '../../src/standin/standin.ts'
import { calm, environmentOf } from '../support/bot.ts'
import { tempHome } from '../support/home.ts'
import { startProcess } from './support/process.ts'

/** What only a job, a question or a page of figures needs. */
const idle = [
  /\/src\/jobs\//,
  /\/src\/core\/(deploy|restore)\//,
  /\/src\/backup\/(files|pgbackrest|postgres|restic|restore|self)\//,
  /\/node_modules\/(@grammyjs\/conversations|age-encryption|execa|pg|prom-client)\//,
]

/** The modules that a bot has read once it is on duty. */
async function readWith(config: string): Promise<readonly string[]> {
  const standin = createStandin({ clock: systemClock })
  await standin.start()
  onTestFinished(() => standin.stop())
  const home = tempHome()
  const file = join(home, 'loads')
  writeFileSync(join(home, 'mechanic.yaml'), config)
  const preload = pathToFileURL(resolve('test/e2e/processes/loads.ts')).href
  const bot = startProcess({
    ...environmentOf(home, standin),
    HTTP_LISTEN: 'off',
    NODE_OPTIONS: `--import=${preload}`,
    LOADS: file,
  })
  onTestFinished(() => bot.kill())
  await standin.waitForPoll(20_000)
  expect(await bot.end()).toBe(0)
  const read = readFileSync(file, 'utf8').split('\n')
  expect(read.filter((url) => url.endsWith('/src/flow/jobs/engine.ts'))).toHaveLength(1)
  return read
}

test('a bot at rest has read nothing of what it only needs for work', async () => {
  const read = await readWith(calm)
  expect(read.filter((url) => idle.some((one) => one.test(url)))).toEqual([])
})

test('a bot that is going to have jobs has read all of them: none moves its memory', async () => {
  const backup =
    '{ source: { paths: [/srv/files] }, repository: /srv/backups, password: sesame-open }'
  const read = await readWith(`${calm}backups: { files: ${backup} }\n`)
  const kinds = readdirSync('src/jobs').filter((name) => name.endsWith('.ts'))
  expect(read.filter((url) => /\/src\/jobs\/[^/]+$/.test(url))).toHaveLength(kinds.length)
})
