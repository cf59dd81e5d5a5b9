import { countPostgres } from '../../backup/postgres/counts.ts'
import type { Counts } from '../../backup/source.ts'
import { countSqlite } from '../../backup/sqlite/run.ts'
import { t, type Text } from '../../contract/message.ts'
import type { Reach } from './reach.ts'

/** Milliseconds that nobody minds to wait for a question. */
const patience = 5_000
/** Tables that are named. */
const most = 3

async function rowsNow({ config: { source }, tool }: Reach): Promise<Counts> {
  if (source.kind === 'postgres')
    return (await countPostgres(source.url, tool.signal, patience)).counts
  if (source.kind === 'sqlite') return (await countSqlite(source.path, tool, patience)).counts
  return {}
}

/**
 * Tables whose rows a restore would change, the greatest change first. What cannot be counted in time,
 * because it is large or broken, is left out.
 */
export async function rowTexts(then: Counts, reach: Reach): Promise<readonly Text[]> {
  if (Object.keys(then).length === 0) return []
  const now = await rowsNow(reach).catch((): Counts => ({}))
  const change = (table: string): number => Math.abs((then[table] ?? 0) - (now[table] ?? 0))
  return Object.keys(now)
    .filter((table) => change(table) > 0)
    .toSorted((a, b) => change(b) - change(a))
    .slice(0, most)
    .map((table) => t('restore-rows', { table, now: now[table] ?? 0, was: then[table] ?? 0 }))
}
