import type { Clock, Timer } from '../contract/clock.ts'
import type { Loop } from '../contract/loop.ts'
import { nextSlot, phaseIn } from '../core/schedule.ts'
import { intervalOf } from '../core/subject.ts'
import type { Probing, Seen } from './probing.ts'
import type { Target } from './target.ts'

/** Probes under way at once; more than that wait their turn. */
const mostAtOnce = 64
/** The first round is over within this many milliseconds, however many checks there are. */
const firstRound = 1_000
/** A run may wait this long for its turn among many before it counts as stuck. */
const patience = 5 * 60_000

interface Wheel {
  readonly target: Target
  readonly loop: Loop
  timer: Timer | null
  running: Promise<Seen> | null
  /** Something changed while it ran: run again at once. */
  again: boolean
  stopped: boolean
}

export interface CheckingOutside {
  readonly clock: Clock
  readonly probing: Probing
  /** Judges what was seen; true while anything about the target is in doubt. */
  readonly take: (target: Target, seen: Seen) => boolean
  /** Subscribes to changes of what the target is about; returns how to stop. */
  readonly watch: (target: Target, changed: () => void) => () => void
  readonly loop: (name: string) => Loop
}

export type Checking = ReturnType<typeof createChecking>

/** Turns the wheel: each target on its own fixed slots, never twice at once, sooner when in doubt. */
export function createChecking({ clock, probing, take, watch, loop }: CheckingOutside) {
  const wheels = new Map<string, Wheel>()
  const unwatch = new Map<string, () => void>()
  const abort = new AbortController()
  const queue: (() => void)[] = []
  let atOnce = 0

  const slot = async (): Promise<void> => {
    if (atOnce >= mostAtOnce) await new Promise<void>((go) => queue.push(go))
    else atOnce++
  }
  const leave = (): void => {
    const next = queue.shift()
    if (next) next()
    else atOnce--
  }

  const once = async (target: Target): Promise<Seen> => {
    await slot()
    try {
      return await probing.probe(target, abort.signal)
    } finally {
      leave()
    }
  }

  const schedule = (wheel: Wheel, inDoubt: boolean): void => {
    if (wheel.stopped) return
    const { target } = wheel
    const mono = clock.monotonic()
    const every = intervalOf(target.check.every, inDoubt)
    const wait = wheel.again ? 0 : nextSlot(target.id, every, mono) - mono
    wheel.again = false
    target.live.nextAt = clock.now() + wait
    wheel.loop.expect(wait + patience)
    wheel.timer = clock.after(wait, () => void turn(wheel))
  }

  const turn = async (wheel: Wheel): Promise<void> => {
    wheel.timer?.cancel()
    if (wheel.stopped) return
    if (wheel.running) {
      wheel.again = true
      return
    }
    wheel.again = false
    wheel.loop.expect(wheel.target.check.timeout + patience)
    wheel.running = once(wheel.target)
    const seen = await wheel.running
    wheel.running = null
    if (wheel.stopped) return
    schedule(wheel, take(wheel.target, seen))
  }

  const changed = (wheel: Wheel): void => {
    if (wheel.running) wheel.again = true
    else void turn(wheel)
  }

  const stop = (id: string): void => {
    const wheel = wheels.get(id)
    if (!wheel) return
    wheel.stopped = true
    wheel.timer?.cancel()
    wheel.loop.rest()
    unwatch.get(id)?.()
    unwatch.delete(id)
    wheels.delete(id)
  }

  return {
    start(target: Target): void {
      stop(target.id)
      const wheel: Wheel = {
        target,
        loop: loop(`check ${target.id}`),
        timer: null,
        running: null,
        again: false,
        stopped: false,
      }
      wheels.set(target.id, wheel)
      unwatch.set(
        target.id,
        watch(target, () => changed(wheel)),
      )
      const spread = Math.min(firstRound, target.check.every)
      wheel.loop.expect(spread + patience)
      wheel.timer = clock.after(phaseIn(target.id, spread), () => void turn(wheel))
    },
    stop,
    /** Looks once more, after whatever run is under way. The result is not judged. */
    async again(target: Target): Promise<Seen> {
      const wheel = wheels.get(target.id)
      while (wheel?.running) await wheel.running
      if (!wheel) return once(target)
      const run = once(target)
      wheel.running = run
      try {
        return await run
      } finally {
        wheel.running = null
        if (!wheel.stopped && wheel.again) void turn(wheel)
      }
    },
    /** Runs it now instead of at its next slot. */
    hurry(id: string): void {
      const wheel = wheels.get(id)
      if (wheel) changed(wheel)
    },
    stopAll(): void {
      abort.abort()
      for (const id of wheels.keys().toArray()) stop(id)
    },
  }
}
