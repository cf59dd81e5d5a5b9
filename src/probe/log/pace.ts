import { setImmediate } from 'node:timers/promises'

/** Work is counted in bytes. Reading a line costs as much as so many of them, measured: 2 µs. */
const lineCost = 128
/** Folding one that counts, likewise: 8 µs. */
const matchCost = 512
/** Work between two breaths: some milliseconds. */
export const breath = 64 * 1024
/** Work of a run, so that lines of two bytes cannot make it endless: some seconds at worst. */
const most = 96 * 1024 * 1024

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
