import { stripVTControlCharacters } from 'node:util'
import type { Text } from '../../contract/message.ts'
import type { JobView } from '../../contract/view.ts'
import type { Clean } from '../../core/job/transcript.ts'
import { cutShortOf, type JobSight, plainHeadline, stepName } from '../../core/say/job.ts'
import type { StoredJob } from '../../store/jobs.ts'
import type { Context } from '../context.ts'
import type { JobKind, Memory } from './kind.ts'
import type { Running } from './running.ts'

/** Lines of output in the live message, and how far back they are looked for. */
const shownLines = 12
const shownRoom = 64 * 1024

/** Output as it may be shown: no colours, no secrets. In this order: a colour may stand in a secret. */
export const cleanOf =
  ({ redact }: Pick<Context, 'redact'>): Clean =>
  (text) =>
    redact(stripVTControlCharacters(text))

/** What goes on, also of a job whose kind is gone or does not understand its memory any more. */
export function headlineOf(
  definition: JobKind | undefined,
  { kind, subject, memory }: Pick<StoredJob, 'kind' | 'subject' | 'memory'>,
): Text {
  try {
    return definition?.headline(memory) ?? plainHeadline(kind, subject)
  } catch {
    return plainHeadline(kind, subject)
  }
}

const stepText = (kind: JobKind, step: string, memory: Memory): Text =>
  kind.stepText?.(step, memory) ?? stepName(step)

export const headlineOfRunning = ({ kind, subject, memory }: Running): Text =>
  headlineOf(kind, { kind: kind.kind, subject, memory })

/** The step that a restart of the bot has cut short, in words. */
export function cutShortText({ kind, memory, trail }: Running): Text | null {
  const step = cutShortOf(trail)
  return step === null ? null : stepText(kind, step, memory)
}

/** A running job as its message shows it. */
export function sightOf(context: Context, job: Running): JobSight {
  const { kind, memory, current } = job
  const planned = kind.planned?.(memory) ?? []
  const place = current ? planned.indexOf(current.step) : -1
  return {
    id: job.id,
    headline: headlineOfRunning(job),
    cutShort: cutShortText(job),
    output: current?.transcript.last(shownLines, shownRoom, cleanOf(context)) ?? [],
    ...(current && {
      step: {
        text: stepText(kind, current.step, memory),
        of: planned.length,
        elapsed: context.clock.monotonic() - current.begunMono,
        cancellable: current.cancellable,
        cancelling: current.cancelledBy !== null,
        ...(current.progress && { progress: current.progress }),
        ...(place >= 0 && { number: place + 1 }),
      },
    }),
  }
}

/** A running job as the rest of the program sees it. */
export function runningView(job: Running): JobView {
  const { id, kind, subject, by, startedAt, current, memory } = job
  return {
    id,
    kind: kind.kind,
    subject,
    headline: headlineOfRunning(job),
    startedAt,
    cancellable: current !== null && current.cancellable && current.cancelledBy === null,
    ...(by !== null && { by }),
    ...(current && { step: stepText(kind, current.step, memory) }),
  }
}

/** One that has ended: how, says its end. */
export function endedView(job: StoredJob): JobView {
  const { id, kind, subject, startedAt, endedAt, end } = job
  return {
    id,
    kind,
    subject,
    headline: plainHeadline(kind, subject),
    startedAt,
    cancellable: false,
    ...(job.by !== undefined && { by: job.by }),
    ...(endedAt !== null && { endedAt }),
    ...(end && { outcome: end.outcome, ok: end.ok, ended: end.text }),
  }
}
