import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { formatIssue } from '../../../src/config/issue.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { loadKinds } from '../../../src/flow/kinds.ts'
import { configText } from '../config.ts'
import type { Kind } from '../round.ts'
import { leaks, secrets } from '../secrets.ts'
import { mutate } from './mutate.ts'

const count = 150
/** Far above what any file takes: a hang, not a slow machine. */
const longest = 5_000

const folder = resolve(import.meta.dirname, '../../../examples')
const examples = (): readonly string[] =>
  readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))

const env = { PAGE_KEY: secrets.pageKey, DB_PASSWORD: secrets.password, BOT_TOKEN: secrets.token }

type Kinds = Awaited<ReturnType<typeof loadKinds>>

/** What must not be about one file: a throw, a hang, a secret in what is said of it, no word at all. */
function faultsOf(text: string, kinds: Kinds): readonly string[] {
  const begun = performance.now()
  try {
    const loaded = loadConfig({
      file: 'mechanic.yaml',
      text,
      env,
      kinds,
      now: Date.parse('2026-11-22'),
      machineZone: 'UTC',
      home: '/root',
      languages: ['en'],
    })
    const issues = 'issues' in loaded ? loaded.issues : loaded.warnings
    const said = issues.map(formatIssue).join('\n')
    const took = performance.now() - begun
    return [
      ...('issues' in loaded && issues.length === 0 ? ['it is refused without a word'] : []),
      ...leaks(said).map((name) => `what is said of it has the secret ${name}`),
      ...(took > longest ? [`it takes ${Math.round(took)} ms`] : []),
    ]
  } catch (error) {
    return [`it throws ${String(error)}`]
  }
}

/** Config files that are wrong in every way: issues or a config, never anything else. */
export const configs: Kind = (dice) => ({
  says: `${count} mutated configs`,
  async run(arena) {
    const kinds = await loadKinds()
    const texts = [...examples(), configText(arena.things)]
    return Array.from({ length: count }).flatMap(() => {
      const text = mutate(dice, texts[dice.below(texts.length)] ?? '')
      return faultsOf(text, kinds).map((fault) => `a config: ${fault}: ${JSON.stringify(text)}`)
    })
  },
})
