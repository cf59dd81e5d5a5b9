import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../../e2e/support/wait.ts'
import { hasRestic } from '../../support/repositories.ts'
import { scratch } from '../../support/tool.ts'
import { ask, labels, run, said } from '../support/chat.ts'
import { setClock } from '../support/clock.ts'
import { openHouse } from '../support/house.ts'
import { startLedger } from '../support/ledger.ts'

const minutes = 60_000

/** The one Litestream that a bot runs. */
function litestreamOf(home: string): number | undefined {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n')
  const own = all.find((line) => line.includes(`${home}/scratch`) && line.includes(' replicate '))
  return own === undefined ? undefined : Number.parseInt(own, 10)
}

const card = async (bot: Parameters<typeof ask>[0]): Promise<string> =>
  (await ask(bot, '/backup ledger', (one) => labels(one).includes('Verify ledger'))).text

/** Asks again until the card says so. */
async function shows(bot: Parameters<typeof ask>[0], what: RegExp): Promise<void> {
  const end = performance.now() + 2 * minutes
  for (;;) {
    const text = await card(bot)
    if (what.test(text)) return
    if (performance.now() > end) throw new Error(`waited for ${what}; there is: ${text}`)
  }
}

test.skipIf(!hasRestic)('a replica that falls behind', { timeout: 6 * minutes }, async () => {
  const path = join(scratch(), 'app.db')
  const ledger = await startLedger(path)
  const clock = setClock()
  const { bot } = await openHouse({
    backups: {
      ledger: {
        source: JSON.stringify({ sqlite: path }),
        continuous: '{ max_lag: 1m }',
      },
    },
    clock,
  })
  expect(await run(bot, '/backup ledger now')).toMatch(/^✅/)
  await shows(bot, /replica is \d+ (?:ms|s) behind/)
  const pid = await until(
    () => litestreamOf(bot.home),
    30_000,
    () => 'no litestream',
  )
  process.kill(pid, 'SIGSTOP')
  const before = bot.said().at(-1)?.message_id ?? 0
  clock.set(10 * minutes)
  const told = await said(bot, before, ({ text }) => text.startsWith('🟠 ledger lag'), 3 * minutes)
  expect(told.text).toMatch(/its replica is 1\dm[^]* behind/)
  expect(await card(bot)).toMatch(/replica is 1\d m[^]* behind/)
  process.kill(pid, 'SIGCONT')
  clock.set(0)
  await ledger.kill()
  await shows(bot, /replica is (?:\d+ ms|\d s) behind/)
  expect(await run(bot, '/backup ledger now')).toMatch(/^✅/)
  expect(await run(bot, '/backup ledger drill')).toMatch(/^✅/)
})
