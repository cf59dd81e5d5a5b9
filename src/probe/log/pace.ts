import { setImmediate } from 'node:timers/promises'

/** Work between two breaths, about a millisecond of it; a line costs its length and a little. */
const breath = 128 * 1024
const lineCost = 64
/** More for what is parsed and folded. */
const matchCost = 256
/** Work of a run, so that lines of two bytes cannot make it endless. */
const most = 64 * 1024 * 1024

/** Keeps a long piece of work from holding up everything else. */
export interface Pace {
  /** Counts a line's work. @returns whether it is time to let others run, by `rest` */
  spend(length: number, matched: boolean): boolean
  rest(): Promise<void>
  exhausted(): boolean
}

export function createPace(): Pace {
  let spent = 0
  let rested = 0
  return {
    spend(length, matched) {
      spent += length + (matched ? matchCost : lineCost)
      return spent - rested >= breath
    },
    async rest() {
      rested = spent
      await setImmediate()
    },
    exhausted: () => spent >= most,
  }
}
