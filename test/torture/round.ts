import type { Arena } from './arena.ts'
import type { Dice } from './dice.ts'

/** What one round will do, rolled already. */
export interface Prepared {
  /** In a few words, for the report. */
  readonly says: string
  /** Does it, and takes it back. @returns what was seen and must not be */
  run(arena: Arena): Promise<readonly string[]>
}

/** A kind of torment. Pure: the same dice prepare the same. */
export type Kind = (dice: Dice) => Prepared

export const nothingSeen: readonly string[] = []
