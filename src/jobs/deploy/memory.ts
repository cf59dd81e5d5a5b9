import { planOf, type Plan } from '../../core/deploy/plan.ts'
import type { Findings } from '../../core/deploy/course.ts'
import type { Baseline } from '../../core/deploy/watch.ts'
import type { Colour } from '../../contract/service.ts'
import type { ReleaseSnapshot } from '../../store/releases.ts'
import type { SeenProcess } from './gone.ts'

/** What a deploy or rollback keeps from step to step. `null`: not found out, or not there. */
export interface DeployMemory extends Findings {
  readonly service: string
  readonly host: string
  readonly ref: string
  /** All 40 digits; of a rollback, what is known of them. */
  readonly commit: string
  readonly short: string
  readonly author: string
  readonly subject: string
  readonly strategy: 'reload' | 'blue-green' | 'stop-start'
  readonly exclusive: boolean
  readonly validate: boolean
  readonly rehearseOn: string | null
  readonly backup: boolean
  /** Milliseconds; 0: not at all. */
  readonly bake: number
  readonly watch: number
  readonly autoRollback: boolean
  readonly tries: number
  /** An ordered rollback: the release is there already, and stays. */
  readonly built: boolean
  /** What was backed up before anything changed. */
  readonly snapshots: readonly ReleaseSnapshot[]
  /** Backups whose repository was made by this deploy. */
  readonly made?: readonly string[]
  /** The release that is made live. */
  readonly release: string | null
  /** The release that was live when it began, and the short id of its commit. */
  readonly previous: string | null
  readonly previousShort: string | null
  /** Blue-green: the copy that is to be asked. */
  readonly colour: Colour | null
  /** Blue-green: what that copy's link pointed to before. */
  readonly colourBefore: string | null
  /** That copy, or its link, was touched. */
  readonly warmed: boolean
  readonly wasUp: boolean
  /** Exclusive: processes of the service that must be gone before another one starts. */
  readonly seen: readonly SeenProcess[]
  readonly baseline: Baseline | null
  /** The last lines of the service's log before another release wrote into it. */
  readonly logEnd: readonly string[]
  /** Deadlines that outlive a restart of the bot, epoch milliseconds. */
  readonly bakeUntil: number | null
  readonly watchUntil: number | null
  readonly waitUntil: number | null
  /** How often it waited before another try. */
  readonly waits: number
}

/** What is not known before the first step. */
export const unknownYet = {
  snapshots: [],
  release: null,
  previous: null,
  previousShort: null,
  colour: null,
  colourBefore: null,
  warmed: false,
  wasUp: false,
  seen: [],
  baseline: null,
  logEnd: [],
  bakeUntil: null,
  watchUntil: null,
  waitUntil: null,
  waits: 0,
} as const satisfies Partial<DeployMemory>

/** The steps that a deploy or rollback has, by what is known of it. */
export const planOfMemory = (memory: DeployMemory): Plan =>
  planOf({
    strategy: memory.strategy,
    validate: memory.validate,
    rehearse: memory.rehearseOn !== null,
    backup: memory.backup,
    bake: memory.bake > 0,
    watch: memory.watch > 0,
    autoRollback: memory.autoRollback,
    tries: memory.tries,
    built: memory.built,
    previous: memory.previous !== null,
    wasUp: memory.wasUp,
  })

/** The steps there are when all goes well. */
export function plannedSteps(memory: DeployMemory): readonly string[] {
  const { before, change, after } = planOfMemory(memory)
  return [...before, ...change, ...after]
}
