import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempHome } from '../../support/home.ts'

/** A service that two commands run: a file says that it is up, another one counts its starts. */
export interface FileService {
  /** For `manager:` in the config. */
  readonly manager: string
  readonly folder: string
  up(): void
  down(): void
  /** How often it was started by its start command. */
  starts(): number
}

/**
 * A service without processes of its own, up at first. Its status takes a process of `test`.
 *
 * @param start a shell line that comes after the start was counted
 */
export function fileService(start = 'touch up'): FileService {
  const folder = tempHome()
  const up = join(folder, 'up')
  const starts = join(folder, 'starts')
  const line = `cd ${folder} && echo start >> starts && ${start}`
  const service: FileService = {
    folder,
    manager: JSON.stringify({
      command: { start: ['sh', '-c', line], status: ['test', '-e', up] },
    }),
    up: () => writeFileSync(up, ''),
    down: () => rmSync(up, { force: true }),
    starts: () =>
      existsSync(starts) ? readFileSync(starts, 'utf8').trimEnd().split('\n').length : 0,
  }
  service.up()
  return service
}
