/** One try of the fix, as its event log tells it; times in milliseconds. */
export interface RehearsedTry {
  /** Exactly what was done. */
  readonly steps: readonly string[]
  readonly ok: boolean
  /** What the action said, or why it failed. */
  readonly result: string
  /** What the check saw at last. */
  readonly after: string
  /** From the decision to the end of the action, and from there to the verdict. */
  readonly acted: number
  readonly verified: number
}

/** What came of playing a fix through. Plain data, for the chat and for scripts. */
export interface Rehearsal {
  /** As the config names it. */
  readonly fix: string
  readonly kind: string
  /**
   * fixed: the fault was made, seen, fixed and verified, and nothing is left of it · failed: it was
   * not · planned: the kind cannot make its fault; only the plan was made.
   */
  readonly is: 'fixed' | 'failed' | 'planned'
  /** Why it failed, or could not be begun. */
  readonly problem?: string
  readonly advice?: string
  /** What was made. */
  readonly fault?: string
  /** How long after the fault the incident was open, and what the check saw. */
  readonly seen?: { readonly after: number; readonly saw: string; readonly limit: string }
  readonly tries: readonly RehearsedTry[]
  /** What would be done, of a plan alone. */
  readonly plan: readonly string[]
  /** That nothing else was touched. */
  readonly proof?: string
  /** What was other than in the config. */
  readonly differs: readonly string[]
  /** Nothing is left: no file, no process. */
  readonly clean: boolean
  /** Milliseconds in all. */
  readonly took: number
}

/** A fix that may be named. */
export interface RehearsalChoice {
  readonly name: string
  readonly kind: string
  /** Whether its kind knows how to make the fault; else only its plan can be shown. */
  readonly playable: boolean
}

/** Playing fixes through, one at a time. */
export interface Rehearsing {
  /** Every fix of the config, those that can be played through first. */
  list(): readonly RehearsalChoice[]
  /**
   * @param name one of `list`
   * @throws OperatorError when another rehearsal runs, or there is no such fix
   */
  run(name: string): Promise<Rehearsal>
}
