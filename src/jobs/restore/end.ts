import { dirname } from 'node:path'
import { type Block, line, t } from '../../contract/message.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import type { RestoreEnd } from '../../core/restore/course.ts'
import { endless, whyText } from '../../core/say/why.ts'
import type { JobEnd } from '../../flow/jobs/kind.ts'
import { type RestoreMemory, timeOf } from './memory.ts'

/** A path or name as a shell takes it. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

const code = (...lines: readonly string[]): Block => ({ code: lines })

const commandLine = (...words: readonly string[]): string => words.map(quoted).join(' ')

/** Where it is, how to look at it, how to remove it. */
function sideBlocks({ kind, server, placed }: RestoreMemory): Block[] {
  const place = placed ?? ''
  const lines =
    kind === 'postgres'
      ? [commandLine('psql', ...server, place), commandLine('dropdb', ...server, place)]
      : [commandLine('ls', '-la', place), commandLine('rm', '-r', place)]
  return [
    line(kind === 'postgres' ? 'restore-is-database' : 'restore-is-directory', {
      place: { code: place },
    }),
    line('restore-look'),
    code(...lines),
  ]
}

/** Where what was live is kept, and the line that removes it; nothing where all had been deleted. */
function asideBlocks({ kind, server, kept }: RestoreMemory): Block[] {
  if (kept.length === 0) return []
  const verb = kind === 'postgres' ? ['dropdb', ...server] : ['rm', '-r']
  const places = new Set(kind === 'postgres' ? kept : kept.map((path) => dirname(path)))
  return [
    line('restore-kept-aside'),
    code(...Array.from(places, (place) => commandLine(...verb, place))),
  ]
}

/** How to come back to what was live before. */
function savedBlocks({ backup, saved, doubt }: RestoreMemory): Block[] {
  if (saved === null) return []
  const why = endless(doubt)
  return [
    line('restore-saved'),
    code(`/restore ${backup} ${shortId(saved)}`),
    ...(doubt === null ? [] : [line('restore-saved-doubt', { why })]),
  ]
}

/** Those that had been stopped before are not started, and the reader may have forgotten them. */
function restingBlocks({ exclusive, services: all, ran }: RestoreMemory): Block[] {
  const resting = all.filter((name) => !ran.includes(name))
  if (exclusive || resting.length === 0) return []
  return [
    line('restore-resting', { services: resting.join(', ') }),
    code(...resting.map((name) => `/restart ${name}`)),
  ]
}

const liveBlocks = (memory: RestoreMemory, { stopped }: RestoreEnd): Block[] => [
  ...asideBlocks(memory),
  ...savedBlocks(memory),
  ...(stopped ? [] : restingBlocks(memory)),
]

const services = ({ services: all }: RestoreMemory): string => all.join(', ')

/** Who may never run twice is called stopped only where that was seen. */
const heldId = ({ cause }: RestoreEnd) =>
  cause?.step === 'stop' ? 'restore-held-unseen' : 'restore-held'

/** What a person has to do about services. */
function serviceBlocks(memory: RestoreMemory, end: RestoreEnd): Block[] {
  const { exclusive, held } = memory
  return [
    ...end.notes.map((note) => line('restore-note', { why: whyText(note) })),
    ...(exclusive ? [line('restore-exclusive')] : []),
    ...(end.stopped && held ? [line(heldId(end), { services: services(memory) })] : []),
    ...(end.stopped && !exclusive ? [line('restore-stopped', { services: services(memory) })] : []),
  ]
}

const ids = {
  done: { side: 'restore-done-side', live: 'restore-done-live' },
  unchanged: { side: 'restore-unchanged', live: 'restore-unchanged' },
  cancelled: { side: 'restore-cancelled', live: 'restore-cancelled' },
  undone: { side: 'restore-undone', live: 'restore-undone' },
  stuck: { side: 'restore-stuck', live: 'restore-stuck' },
} as const

const outcomes = {
  done: 'restored',
  unchanged: 'failed',
  cancelled: 'cancelled',
  undone: 'failed',
  stuck: 'restore-stuck',
} as const

/** Where neither the old nor the new is whole: every place, so that it can be put right by hand. */
const stuckBlocks = (memory: RestoreMemory, end: RestoreEnd): Block[] => [
  line('restore-stuck-trouble', { why: whyText(end.trouble) }),
  line('restore-stuck-places'),
  code(...memory.entries.map(({ live, fresh, aside }) => `${live} ← ${aside} | ${fresh ?? ''}`)),
]

/** A way on where only the safety backup was in the way. */
const unsafeBlocks = ({ backup, words }: RestoreMemory, end: RestoreEnd): Block[] =>
  end.outcome === 'unchanged' && end.cause?.step === 'safety'
    ? [line('restore-without-safety'), code(`/restore ${backup} ${words} live unsafe`)]
    : []

function blocksOf(memory: RestoreMemory, end: RestoreEnd): Block[] {
  const isDone = end.outcome === 'done'
  const done = memory.to === 'side' ? sideBlocks : liveBlocks
  return [
    ...(isDone && memory.proven !== '' ? [line('restore-proven', { what: memory.proven })] : []),
    ...(isDone ? done(memory, end) : []),
    ...(end.outcome === 'stuck' ? stuckBlocks(memory, end) : []),
    ...unsafeBlocks(memory, end),
    ...serviceBlocks(memory, end),
    ...(end.left ? [line('restore-left')] : []),
  ]
}

/** How a restore ended, in words. */
export function restoreEnd(memory: RestoreMemory, end: RestoreEnd): JobEnd {
  const { backup, to } = memory
  const well = end.outcome === 'done' && end.notes.length === 0
  const id = end.outcome === 'done' && !well ? 'restore-done-sick' : ids[end.outcome][to]
  const isUrgent = end.outcome === 'stuck' || end.notes.length > 0
  const { cause } = end
  return {
    outcome: outcomes[end.outcome],
    ok: well,
    text: t(id, { backup, at: timeOf(memory), why: whyText(cause) }),
    more: blocksOf(memory, end),
    ...(cause && cause.end !== 'cancelled' && { shows: cause.step }),
    ...(isUrgent && { severity: 'critical' as const }),
  }
}
