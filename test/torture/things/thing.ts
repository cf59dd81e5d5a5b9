/** Something that the bot watches. Whoever tortures decides whether it is broken, so the truth is known. */
export interface Thing {
  /** Of its check or service in the config. */
  readonly name: string
  /** Its lines in the config, by section. */
  readonly config: {
    readonly checks?: string
    readonly fixes?: string
    readonly services?: string
  }
  break(): Promise<void> | void
  mend(): Promise<void> | void
  broken(): boolean
  /** How often a fix has really acted on it, by the fix's name. */
  acted?(): Readonly<Record<string, number>>
  close?(): Promise<void> | void
}

/** Every check looks once a second and is told of at once. */
export const often = 'every: 1s, timeout: 5s, failures: 1, recover: 1, notify: at-once'
