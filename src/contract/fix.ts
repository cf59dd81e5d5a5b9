import type { z } from 'zod'
import type { Host } from './host.ts'
import type { Reading } from './reading.ts'
import type { Services } from './service.ts'

/** Policy reads this: safe and disruptive fixes run by themselves, destructive ones ask first. */
export type Risk = 'safe' | 'disruptive' | 'destructive'

export interface FixContext {
  readonly host: Host
  readonly services: Services
  /** The reading that complained. */
  readonly reading: Reading
  /** Aborted when the fix's `timeout` has passed or the bot stops. */
  readonly signal: AbortSignal
  readonly now: number
  /** An operator ordered it, so that it may undo what a person did. */
  readonly ordered?: boolean
}

/** One thing that will be done, shown to the operator word for word before it is. */
export interface Step {
  readonly show: string
  /** What the step acts on, in the fix's own terms. Plain JSON, because a plan is stored. */
  readonly act: unknown
}

export interface Done {
  /** What came of it: "freed 1.2 GiB in 14 files". */
  readonly result: string
}

/** Where a fault may be made: nothing outside of it is touched. */
export interface Scratch {
  /** Absolute, real path of an empty directory, mode 0700; all that is in it is removed at the end. */
  readonly directory: string
  readonly host: Host
  /** Aborted when the rehearsal's time is up or the bot stops. */
  readonly signal: AbortSignal
  /** Epoch milliseconds. */
  readonly now: number
}

/** One entry of a config file, by its name. */
export type Entry = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** A scratch place set up so that all is well there, and how to make the fault in it. */
export interface Stage {
  /** What is made, in a few words: "3 old files in a directory". */
  readonly fault: string
  /** One check, or one service, that sees the fault: in the config file's own words. */
  readonly watch: { readonly checks: Entry } | { readonly services: Entry }
  /** The fix's settings in the config file's words, pointed at the scratch place. */
  readonly params: Readonly<Record<string, unknown>>
  /** What had to be other than in the config, a line each: "files of 64 KiB instead of 1 GiB". */
  readonly differs?: readonly string[]
  /** Makes the fault, at a stroke as far as the check can see. */
  make(): Promise<void>
  /**
   * What the check cannot tell: that nothing else was changed. Returns what was seen, in a few words.
   *
   * @throws OperatorError when something was
   */
  proof?(): Promise<string>
  /**
   * Ends what was started. It is not called after a crash: a process must be recognizable by a
   * program that lies in the scratch directory, and is killed by that.
   */
  clean?(): Promise<void>
}

export interface FixDefinition<P extends z.ZodObject, S> {
  readonly kind: string
  readonly summary: string
  readonly risk: Risk
  readonly params: P
  /** How long the same identity must stay healthy before the fix counts as verified. */
  readonly hold?: string
  /** Within what time the first good reading must come. */
  readonly within?: string
  /** Reads; changes nothing. */
  look(params: z.output<P>, context: FixContext): Promise<S>
  /** Pure. An empty plan means that there is nothing this fix could do. */
  plan(seen: S, params: z.output<P>): readonly Step[]
  /** Carries out one step. Throws an error for the operator when it could not. */
  act(step: Step, params: z.output<P>, context: FixContext): Promise<Done>
  /**
   * For kinds that know how to make the fault they repair: sets up a place where it can be made.
   *
   * @throws OperatorError when these settings cannot be rehearsed
   */
  rehearsal?(params: z.output<P>, scratch: Scratch): Promise<Stage>
}

export interface Fix {
  readonly brand: 'fix'
  readonly kind: string
  readonly summary: string
  readonly risk: Risk
  readonly params: z.ZodObject
  readonly hold?: string
  readonly within?: string
  readonly look: (params: unknown, context: FixContext) => Promise<unknown>
  readonly plan: (seen: unknown, params: unknown) => readonly Step[]
  readonly act: (step: Step, params: unknown, context: FixContext) => Promise<Done>
  readonly rehearsal?: (params: unknown, scratch: Scratch) => Promise<Stage>
}

/** Declares a kind of fix; see {@link FixDefinition}. The check that complained judges its success. */
export function defineFix<P extends z.ZodObject, S>(definition: FixDefinition<P, S>): Fix {
  const { look, plan, act, rehearsal, hold, within } = definition
  return {
    brand: 'fix',
    kind: definition.kind,
    summary: definition.summary,
    risk: definition.risk,
    params: definition.params,
    ...(hold !== undefined && { hold }),
    ...(within !== undefined && { within }),
    look: (params, context) => look(params as z.output<P>, context),
    plan: (seen, params) => plan(seen as S, params as z.output<P>),
    act: (step, params, context) => act(step, params as z.output<P>, context),
    ...(rehearsal && {
      rehearsal: (params, scratch) => rehearsal(params as z.output<P>, scratch),
    }),
  }
}
