import type { Driver } from './driver.ts'
import { hostname } from '../hostname.ts'
import { garbled } from './driver.ts'
import { resticError } from './error.ts'
import { messagesIn, summarySchema, unreadSchema } from './output.ts'
import { progressIn } from './progress.ts'
import type { Progress, Summary } from './types.ts'

export interface BackupOptions {
  /** More than the backup's name, which every snapshot has. */
  readonly tags?: readonly string[]
  readonly onProgress?: (progress: Progress) => void
}

/** Some files could not be read, and a snapshot was made without them: doc/040_backup. */
const partly = 3
/** So many are named of what could not be read. */
const named = 5

const missing = /^(.*) does not exist, skipping$/gm

/** What could not be read, as restic tells it while it goes on. */
function createUnread() {
  const paths = new Set<string>()
  let count = 0
  const add = (path: string): void => {
    count += 1
    if (paths.size < named) paths.add(path)
  }
  return {
    listen(text: string): void {
      for (const { item } of messagesIn(text, unreadSchema)) add(item)
      for (const [, path = ''] of text.matchAll(missing)) add(path)
    },
    count: () => count,
    words(): string {
      const more = count - paths.size
      return [...paths].join(', ') + (more > 0 ? ` and ${more} more` : '')
    },
  }
}

function summaryIn(driver: Driver, doing: string, out: string): Summary {
  const said = messagesIn(out, summarySchema).at(-1)
  if (!said) throw garbled(driver, doing)
  return {
    snapshot: said.snapshot_id,
    files: said.total_files_processed,
    bytes: said.total_bytes_processed,
    added: said.data_added,
  }
}

export async function backup(
  driver: Driver,
  paths: readonly string[],
  { tags = [], onProgress }: BackupOptions,
): Promise<Summary> {
  const { repository, tool, invoke } = driver
  const doing = 'The upload'
  const unread = createUnread()
  const from = ['--host', await hostname(driver.tool)]
  const tagged = [repository.name, ...tags].flatMap((tag) => ['--tag', tag])
  const { code, out } = await invoke({
    doing,
    args: ['backup', '--json', '--cleanup-cache', ...from, ...tagged, '--', ...paths],
    fine: [partly],
    onOutput: (text) => {
      unread.listen(text)
      const progress = onProgress && progressIn(text)
      if (progress) onProgress(progress)
    },
  })
  const summary = summaryIn(driver, doing, out)
  if (code === 0 && unread.count() === 0) return summary
  const words = unread.words() || 'restic does not say what'
  throw resticError('partial', repository, { doing, host: tool.host.name, words }, summary)
}
