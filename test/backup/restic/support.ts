import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createRestic, type Restic } from '../../../src/backup/restic/restic.ts'
import type { Repository } from '../../../src/backup/restic/types.ts'
import type { Tool } from '../../../src/backup/tool.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import type { RepositoryKind, RepositoryPlace } from '../../support/repositories.ts'
import { startRepository } from '../../support/repositories.ts'

/** A directory that takes more than memory should; gone when the test ends. */
export function tempPlace(): string {
  const root = mkdtempSync(join(tmpdir(), 'mechanic-backup-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }))
  return root
}

export interface Driven {
  readonly root: string
  readonly place: RepositoryPlace
  readonly repository: Repository
  readonly tool: Tool
  readonly restic: Restic
  /** What the driver has told. */
  readonly said: string[]
}

/** A host's tool that only ends with the test. */
export function createTool(said: string[] = []): Tool {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  return {
    host: createLocalHost('main', { clock: systemClock }),
    signal: abort.signal,
    say: (text) => void said.push(text),
  }
}

/** A driver for a place of some kind where nothing is yet; it does not wait between tries. */
export async function drive(
  kind: RepositoryKind,
  { appendOnly = false, name = 'web' } = {},
): Promise<Driven> {
  const root = tempPlace()
  const place = await startRepository(kind, root, { appendOnly })
  onTestFinished(place.stop)
  const { url, password, env } = place
  const repository = { name, url, password, env, cache: join(root, 'cache') }
  const said: string[] = []
  const tool = createTool(said)
  return { root, place, repository, tool, said, restic: createRestic(repository, tool, noPause) }
}

/**
 * The same driver, but its restic is begun by a script.
 *
 * @param line of the shell; it ends by becoming `restic "$@"`
 */
export function begunBy({ root, repository, tool }: Driven, line: string): Driven['restic'] {
  const bin = join(root, 'bin')
  const path = process.env['PATH'] ?? ''
  mkdirSync(bin)
  writeFileSync(join(bin, 'restic'), `#!/bin/sh\nPATH='${path}'\n${line}\n`)
  chmodSync(join(bin, 'restic'), 0o755)
  const env = { ...repository.env, PATH: `${bin}:${path}` }
  return createRestic({ ...repository, env }, tool, noPause)
}

export const noPause = (): Promise<void> => Promise.resolve()
