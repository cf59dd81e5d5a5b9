import { z } from 'zod'
import type { StanzaConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Tool } from '../tool.ts'
import { clusterOf } from './config.ts'
import { ownerOf } from './owner.ts'
import type { As } from './owner.ts'
import { runBackrest } from './run.ts'

/** What can be restored: any point between these, epoch milliseconds. */
export interface Points {
  readonly from: number
  readonly to: number
  /** Bytes of the server's data, as of its newest backup. */
  readonly bytes: number
}

/** What `pgbackrest info --output=json` says, as far as it matters here; times are in seconds. */
const infoForm = z.array(
  z.object({
    name: z.string(),
    status: z.object({ code: z.number(), message: z.string() }),
    archive: z.array(
      z.object({
        id: z.string(),
        max: z.string().nullable(),
        database: z.object({ id: z.number() }),
      }),
    ),
    backup: z.array(
      z.object({
        error: z.boolean().nullish(),
        database: z.object({ id: z.number() }),
        timestamp: z.object({ start: z.number(), stop: z.number() }),
        info: z.object({ size: z.number() }),
      }),
    ),
  }),
)
export type Info = z.output<typeof infoForm>[number]

/** The newest piece of the log that was archived, and the oldest good backup of the same server. */
export interface Reach {
  readonly from: number
  readonly bytes: number
  /** In the repository: `archive/app/15-1/0000000100000000`, where a name begins with `segment`. */
  readonly directory: string
  readonly segment: string
}

function parse(text: string, stanza: string): Info | undefined {
  try {
    return infoForm.parse(JSON.parse(text)).find(({ name }) => name === stanza)
  } catch (thrown) {
    throw new OperatorError(
      `pgbackrest info of the stanza ${stanza} said what nobody can read`,
      'See that pgBackRest is of version 2.30 or newer.',
      thrown,
    )
  }
}

/** Pure: null while there is neither backup nor archive. A backup is whole at its end alone. */
export function reachOf({ name, archive, backup }: Info): Reach | null {
  const newest = archive.findLast(({ max }) => max !== null)
  if (newest === undefined || newest.max === null) return null
  const good = backup.filter(
    ({ error, database }) => error !== true && database.id === newest.database.id,
  )
  const [first, last] = [good[0], good.at(-1)]
  if (first === undefined || last === undefined) return null
  return {
    from: first.timestamp.stop * 1000,
    bytes: last.info.size,
    directory: `archive/${name}/${newest.id}/${newest.max.slice(0, 16)}`,
    segment: newest.max,
  }
}

const listForm = z.record(z.string(), z.object({ time: z.number().optional() }))

/** When the newest piece of the log came into the repository: everything before that is in it. */
async function archivedAt(
  stanza: StanzaConfig,
  { directory, segment }: Reach,
  as: As,
  tool: Tool,
): Promise<number | null> {
  const text = await runBackrest(stanza, ['repo-ls', '--output=json', directory], as, tool)
  const list = listForm.safeParse(JSON.parse(text))
  const found = Object.entries(list.data ?? {}).find(([name]) => name.startsWith(`${segment}-`))
  const time = found?.[1].time
  return time === undefined ? null : time * 1000
}

/**
 * The points in time that a stanza can be restored to; null while there is none.
 *
 * @throws OperatorError
 */
export async function stanzaPoints(stanza: StanzaConfig, tool: Tool): Promise<Points | null> {
  const as = await ownerOf(await clusterOf(stanza, tool.host), tool)
  const info = parse(await runBackrest(stanza, ['info', '--output=json'], as, tool), stanza.name)
  const reach = info === undefined ? null : reachOf(info)
  if (reach === null) return null
  const { from, bytes } = reach
  const to = await archivedAt(stanza, reach, as, tool)
  return to === null || to < from ? null : { from, to, bytes }
}
