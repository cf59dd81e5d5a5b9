import { z } from 'zod'
import type { Entry, RepositoryLock, Snapshot } from './types.ts'

/** What restic writes with --json: doc/075_scripting. Unknown fields and messages come with versions. */

/** restic writes nanoseconds. */
const instant = z.string().transform((text, context) => {
  const at = Date.parse(text)
  if (Number.isNaN(at)) context.addIssue(`no time: ${text}`)
  return at
})
const digits = z.string().regex(/^[0-9a-f]+$/)
const count = z.number().nonnegative()

export const summarySchema = z.object({
  message_type: z.literal('summary'),
  // What is 0 may be left out.
  total_files_processed: count.default(0),
  total_bytes_processed: count.default(0),
  data_added: count.default(0),
  snapshot_id: digits,
})

export const statusSchema = z.object({
  message_type: z.literal('status'),
  total_bytes: count.default(0),
  bytes_done: count.default(0),
  bytes_restored: count.optional(),
  seconds_remaining: count.optional(),
})

/** What could not be read. */
export const unreadSchema = z.object({
  message_type: z.literal('error'),
  item: z.string(),
})

const snapshotSchema = z
  .object({
    id: digits,
    time: instant,
    hostname: z.string().default(''),
    paths: z.array(z.string()),
    tags: z.array(z.string()).nullish(),
  })
  .transform(({ id, time, hostname, paths, tags }): Snapshot => ({
    id,
    at: time,
    host: hostname,
    paths,
    tags: tags ?? [],
  }))
export const snapshotsSchema = z.array(snapshotSchema)

export const lockSchema = z
  .object({
    time: instant,
    exclusive: z.boolean(),
    hostname: z.string(),
    username: z.string(),
    pid: z.int(),
  })
  .transform(({ time, hostname, username, exclusive, pid }): Omit<RepositoryLock, 'id'> => ({
    at: time,
    exclusive,
    host: hostname,
    user: username,
    pid,
  }))

const kinds: Readonly<Record<string, Entry['kind']>> = { file: 'file', dir: 'dir' }
export const entrySchema = z
  .object({
    path: z.string(),
    type: z.string(),
    size: count.default(0),
  })
  .transform(({ path, type, size }): Entry => ({ path, kind: kinds[type] ?? 'other', size }))

export const sizeSchema = z.object({ total_size: count, total_file_count: count })

/** The value that a line of JSON holds; undefined for what is none. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Every line that is such a message; others are passed over. */
export const messagesIn = <T>(text: string, schema: z.ZodType<T>): readonly T[] =>
  text.split('\n').flatMap((line) => {
    if (!/^\s*[{[]/.test(line)) return []
    const { success, data } = schema.safeParse(jsonOf(line))
    return success ? [data] : []
  })

/** The whole text as one value; null where it is not what it should be. */
export function valueIn<T>(text: string, schema: z.ZodType<T>): T | null {
  const { success, data } = schema.safeParse(jsonOf(text))
  return success ? data : null
}
