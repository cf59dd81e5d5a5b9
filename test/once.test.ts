import { expect, test } from 'vitest'
import type { Config } from '../src/config/types.ts'
import { loadKinds } from '../src/flow/kinds.ts'
import { openChecking } from '../src/once.ts'
import { openStore } from '../src/store/store.ts'
import { configOf } from './config/load.ts'
import { tempHome } from './support/home.ts'

const text =
  'defaults: off\nbackups: { mail: { source: { sqlite: /a.db }, repository: /r, password: hunter22, max_age: 1d, continuous: true } }\n'

const look = async (config: Config, home: string) => {
  const checking = await openChecking(config, await loadKinds(), { MECHANIC_HOME: home })
  try {
    const [only] = await checking.checkOnce(['mail'])
    return only
  } finally {
    await checking.close()
  }
}

test('what is known of a backup is read beside a bot that runs, and from nowhere else', async () => {
  const config = configOf(text, { kinds: await loadKinds() })
  const home = tempHome()
  expect(await look(config, home)).toMatchObject({
    problem: expect.stringContaining('no bot has run here with this backup'),
  })
  const store = openStore(home)
  expect((await look(config, home))?.problem).toContain('no bot has run here')
  store.backups.know('mail', Date.now() - 2 * 86_400_000)
  expect(await look(config, home)).toMatchObject({
    kind: 'backup',
    subjects: [{ state: 'bad', severity: 'warning', metrics: { lag: null } }],
  })
  store.close()
  expect((await look(config, home))?.subjects).toHaveLength(1)
})
