import type { Change, World } from './world.ts'

/**
 * Waits for the first value that `pick` finds: `already` when it is there, else in one of the changes to come.
 *
 * @param timeoutMs in real time even under a clock set by hand: it keeps a test from hanging
 * @throws Error after that time; `describe` says what there was instead
 */
export function waitUntil<T>(
  world: World,
  already: T | undefined,
  pick: (change: Change) => T | undefined,
  { timeoutMs, describe }: { readonly timeoutMs: number; readonly describe: () => string },
): Promise<T> {
  if (already !== undefined) return Promise.resolve(already)
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      world.listeners.delete(listener)
      settle()
    }
    const fail = (why: string): void =>
      finish(() => reject(new Error(`${why}; there is: ${describe()}`)))
    const listener = (change: Change): void => {
      const found = pick(change)
      if (found !== undefined) finish(() => resolve(found))
      else if (change.kind === 'stopped') fail('the stand-in was stopped')
    }
    const timer = setTimeout(() => fail(`waited ${timeoutMs} ms in vain`), timeoutMs)
    world.listeners.add(listener)
  })
}
