import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StanzaConfig } from '../../src/config/types.ts'
import { postgresBin, startPostgres } from './postgres.ts'
import type { Cluster } from './postgres.ts'

export const hasBackrest = postgresBin !== null && spawnSync('pgbackrest', ['version']).status === 0
if (!hasBackrest) console.log('skipped: needs pgBackRest (Debian: pgbackrest)')

export interface ArchivedCluster extends Cluster {
  readonly stanza: StanzaConfig
  /** Runs pgBackRest as who the server runs as. */
  backrest(...args: readonly string[]): void
}

/** A server whose log pgBackRest archives into a repository of its own; it has no backup yet. */
export async function startArchived(): Promise<ArchivedCluster> {
  const place = mkdtempSync(join(tmpdir(), 'pgbackrest-'))
  const config = join(place, 'pgbackrest.conf')
  const stanza = { name: 'demo', config }
  const archive = `pgbackrest --config=${config} --stanza=demo archive-push %p`
  const cluster = await startPostgres(['archive_mode = on', `archive_command = '${archive}'`])
  for (const name of ['repo', 'log', 'lock']) mkdirSync(join(place, name))
  const lines = [
    '[global]',
    ...['repo1', 'log', 'lock'].map((name) => `${name}-path=${join(place, name.replace('1', ''))}`),
    'repo1-retention-full=2',
    'start-fast=y',
    '[demo]',
    `pg1-path=${cluster.data}`,
    `pg1-socket-path=${cluster.socket}`,
    `pg1-port=${cluster.port}`,
    'pg1-user=postgres',
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  const { user } = cluster
  for (const name of user ? ['', 'repo', 'log', 'lock'] : [])
    chownSync(join(place, name), user?.uid ?? 0, user?.gid ?? 0)
  const backrest = (...args: readonly string[]): void => {
    const argv = [`--config=${config}`, '--stanza=demo', '--log-level-console=off', ...args]
    execFileSync('pgbackrest', argv, { ...user, cwd: '/', stdio: 'pipe' })
  }
  backrest('stanza-create')
  return {
    ...cluster,
    stanza,
    backrest,
    async stop() {
      await cluster.stop()
      rmSync(place, { recursive: true, force: true })
    },
  }
}
