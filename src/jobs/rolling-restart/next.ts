import { type Block, line, t } from '../../contract/message.ts'
import type { StepRecord } from '../../core/job/record.ts'
import type { Move } from '../../flow/jobs/kind.ts'
import type { RollingMemory } from './memory.ts'

/** A step may be cut short by so many restarts of the bot in a row before it is given up. */
const mostCut = 3

const cutTooOften = 'the bot was restarted in the middle of it each time'

const names = (list: readonly string[]): string => list.join(', ')

/** The records of the service whose turn it is. */
function ofThisOne(trail: readonly StepRecord[]): readonly StepRecord[] {
  const over = trail.findLastIndex(({ step, end }) => step === 'watch' && end === 'done')
  return trail.slice(over + 1)
}

const cutInARow = (trail: readonly StepRecord[]): number =>
  trail.length - 1 - trail.findLastIndex(({ end }) => end !== 'cut-short')

/** What was restarted and what was not begun: in every message that ends early. */
function standing({ restarted, services, at }: RollingMemory, from = at + 1): readonly Block[] {
  const waiting = services.slice(from).map(({ name }) => name)
  return [
    ...(restarted.length > 0 ? [line('rolling-restarted', { names: names(restarted) })] : []),
    ...(waiting.length > 0 ? [line('rolling-not-begun', { names: names(waiting) })] : []),
  ]
}

const newsBlocks = ({ news }: RollingMemory): readonly Block[] =>
  news.map(({ service, patterns }) => ({
    code: patterns,
    title: t('rolling-news', { service, count: patterns.length }),
  }))

/** The one that did not come back ends it: those that wait are still what they were. */
function notBack(memory: RollingMemory, why: string): Move {
  const { name, severity } = memory.services[memory.at] ?? { name: '?', severity: 'warning' }
  return {
    end: {
      outcome: 'not-back',
      ok: false,
      severity: severity === 'critical' ? 'critical' : 'warning',
      text: t('rolling-not-back', { name, why }),
      more: [...standing(memory), line('rolling-not-back-advice', { name }), ...newsBlocks(memory)],
    },
  }
}

/** It ends before the next one, or before `from`. */
function interrupted(memory: RollingMemory, why: string, from = memory.at + 1): Move {
  const { name } = memory.services[memory.at] ?? { name: '?' }
  return {
    end: {
      outcome: 'interrupted',
      ok: false,
      severity: 'warning',
      text: t('rolling-interrupted', { name, why }),
      more: [...standing(memory, from), ...newsBlocks(memory)],
    },
  }
}

/** Of one that was never touched (somebody else was at it, its manager is away) nobody says it is gone. */
const notRestarted = (memory: RollingMemory, why: string): Move =>
  memory.begunAt === 0 ? interrupted(memory, why, memory.at) : notBack(memory, why)

const cancelled = (memory: RollingMemory): Move => ({
  end: {
    outcome: 'cancelled',
    ok: false,
    severity: 'info',
    text: t('rolling-cancelled', { task: memory.task }),
    more: standing(memory),
  },
})

function allDone(memory: RollingMemory): Move {
  const { restarted, stopped, news } = memory
  const text =
    restarted.length === 0
      ? t('rolling-nothing')
      : t('rolling-done', { names: names(restarted), count: restarted.length })
  return {
    end: {
      outcome: news.length > 0 ? 'new-errors' : 'restarted',
      ok: true,
      severity: news.length > 0 ? 'warning' : 'info',
      text,
      more: [
        ...(stopped.length > 0 ? [{ line: t('rolling-stopped', { names: names(stopped) }) }] : []),
        ...newsBlocks(memory),
      ],
    },
  }
}

const turn = (memory: RollingMemory): Move =>
  memory.at < memory.services.length ? { step: 'restart' } : allDone(memory)

/** Once more only where the bot was killed in the middle of it each time, and not for ever. */
const mayTryAgain = (mine: readonly StepRecord[]): boolean => {
  const restarts = mine.filter(({ step }) => step === 'restart')
  return restarts.length < mostCut && restarts.every(({ end }) => end === 'cut-short')
}

function afterSettling(memory: RollingMemory, mine: readonly StepRecord[], last: StepRecord): Move {
  const isDone = memory.fresh || mine.findLast(({ step }) => step === 'restart')?.end === 'done'
  if (last.end === 'done' && isDone) return { step: 'watch' }
  if (last.end === 'done' && !mayTryAgain(mine)) return interrupted(memory, cutTooOften)
  if (last.end === 'done') return { step: 'restart' }
  if (last.end === 'failed' && mayTryAgain(mine)) return { step: 'restart' }
  return notBack(memory, last.why ?? 'unknown')
}

/**
 * One service after the other: restart, settle, watch. A restart that was cut short is judged first:
 * healthy and new means that it was done; else it is made once more. Watching is only done again.
 */
export function nextOfRolling(memory: RollingMemory, trail: readonly StepRecord[]): Move {
  const mine = ofThisOne(trail)
  const last = mine.at(-1)
  if (last === undefined) return turn(memory)
  if (last.end === 'cancelled') return cancelled(memory)
  if (last.end === 'cut-short' && cutInARow(mine) >= mostCut)
    return interrupted(memory, last.why ?? 'unknown')
  if (last.step === 'restart') {
    if (last.end === 'cut-short') return { step: 'settle' }
    if (last.end !== 'done') return notRestarted(memory, last.why ?? 'unknown')
    return memory.leftAlone ? { step: 'watch' } : { step: 'settle' }
  }
  if (last.end === 'cut-short') return { step: last.step }
  if (last.step === 'settle') return afterSettling(memory, mine, last)
  return last.end === 'done' ? turn(memory) : interrupted(memory, last.why ?? 'unknown')
}

/** Patterns as they are shown: cut for a phone. */
export const shownPatterns = (patterns: readonly string[]): readonly string[] =>
  patterns.slice(0, 5).map((pattern) => pattern.slice(0, 200))
