import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keepRules, removable } from '../../../src/core/backup/keep.ts'
import { hasRestic } from '../../support/repositories.ts'
import { drive } from './support.ts'

/** Beginnings and ends of hours, days, weeks, months and years. */
const times = [
  '2024-12-29 23:59:59',
  '2024-12-30 00:00:00',
  '2024-12-31 23:30:00',
  '2025-01-01 00:30:00',
  '2025-01-01 01:00:00',
  '2025-02-28 12:00:00',
  '2025-03-01 12:00:00',
  '2025-03-01 12:59:59',
  '2025-03-02 12:00:00',
  '2025-03-03 12:00:00',
]

describe.skipIf(!hasRestic)('the rules of what stays', { timeout: 120_000 }, () => {
  test('are those of restic', async () => {
    const { root, repository, restic } = await drive('directory')
    await restic.init()
    const file = join(root, 'file')
    writeFileSync(file, 'words')
    const ask = (...words: string[]): string =>
      execFileSync('restic', ['--cache-dir', repository.cache, ...words], {
        env: {
          ...process.env,
          TZ: 'UTC',
          RESTIC_REPOSITORY: repository.url,
          RESTIC_PASSWORD: repository.password,
        },
        encoding: 'utf8',
      })
    for (const time of times) ask('backup', '--tag', repository.name, '--time', time, file)
    const all = await restic.snapshots()
    const good = new Set(all.map(({ id }) => id))
    // Newer ones keep the oldest too, while a rule could keep more than there are.
    const [oldest] = all

    for (const rule of keepRules)
      for (const count of [1, 3]) {
        const said = ask('forget', '--dry-run', '--json', `--keep-${rule}`, `${count}`)
        const [{ remove }] = JSON.parse(said) as [{ remove: readonly { id: string }[] | null }]
        const ours = removable(all, { rules: { [rule]: count }, good, zone: 'UTC' }, Date.now())
        const idsOf = (some: readonly { id: string }[]) =>
          some
            .map(({ id }) => id)
            .filter((id) => id !== oldest?.id)
            .toSorted()
        expect([rule, idsOf(ours)]).toEqual([rule, idsOf(remove ?? [])])
      }
  })
})
