import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'
import { createStandin } from '../../src/standin/standin.ts'
import { calm, environmentOf } from '../support/bot.ts'
import { tempHome } from '../support/home.ts'
import { startProcess } from './support/process.ts'

test.each(['SIGTERM', 'SIGINT'] as const)('%s is a clean end: exit status 0', async (signal) => {
  const standin = createStandin({ clock: systemClock })
  await standin.start()
  onTestFinished(() => standin.stop())
  const home = tempHome()
  writeFileSync(join(home, 'mechanic.yaml'), calm)
  const bot = startProcess({ ...environmentOf(home, standin), HTTP_LISTEN: 'off' })
  onTestFinished(() => bot.kill())
  await standin.waitForPoll(20_000)
  expect(await bot.end(signal)).toBe(0)
})
