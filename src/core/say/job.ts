import {
  type Block,
  type Button,
  line,
  type Message,
  type Text,
  t,
  verbatim,
} from '../../contract/message.ts'
import type { JobEnd, StepRecord } from '../job/record.ts'

/** Characters shown of a line of output: a phone is narrow. */
const widest = 160

/** A job that is under way, as its message shows it. */
export interface JobSight {
  readonly id: number
  readonly headline: Text
  /** What is being done; absent before the first step. */
  readonly step?: {
    readonly text: Text
    /** Its place among the planned ones; absent for one that nobody plans. */
    readonly number?: number
    readonly of: number
    /** Milliseconds so far. */
    readonly elapsed: number
    readonly cancellable: boolean
    /** Somebody has pressed Cancel. */
    readonly cancelling: boolean
    /** How far it has come. */
    readonly progress?: Text
  }
  /** The last lines of its output, without secrets. */
  readonly output: readonly string[]
  /** The step that a restart of the bot has cut short, in words. */
  readonly cutShort: Text | null
}

/** What a step is called where neither its kind nor the locale has a name for it. */
export const stepName = (step: string): Text => {
  const words = step.replaceAll('-', ' ')
  return { id: `job-step-${step}`, pattern: words.charAt(0).toUpperCase() + words.slice(1) }
}

const button = (id: string, verb: string, job: number): Button => ({
  label: t(`button-${id}`),
  press: `${verb}:${job}`,
})

const restarted = (step: Text | null): Block[] =>
  step === null ? [] : [line('job-restarted', { step })]

function stepLine(step: NonNullable<JobSight['step']>): Text {
  const { text, number, of, elapsed, cancelling } = step
  const place = number === undefined ? text : t('job-step-of', { step: text, number, of })
  const shown =
    elapsed < 1_000 ? place : t('job-step-elapsed', { step: place, elapsed: { span: elapsed } })
  return cancelling ? t('job-step-cancelling', { shown }) : shown
}

const clipped = (lines: readonly string[]): string[] => lines.map((one) => one.slice(0, widest))

const shown = (lines: readonly string[]): Block[] =>
  lines.length > 0 ? [{ code: clipped(lines) }] : []

/** The one message of a job while it runs. */
export function jobMessage(job: JobSight): Message {
  const { step, output } = job
  const code = clipped(output)
  const cancel = step?.cancellable === true && !step.cancelling
  return {
    blocks: [
      line('job-running', { headline: job.headline }),
      ...(step ? [{ line: stepLine(step) }] : []),
      ...(step?.progress ? [{ line: step.progress }] : []),
      ...restarted(job.cutShort),
      ...(code.length > 0 ? [{ code, folded: true, title: t('job-output') } satisfies Block] : []),
    ],
    ...(cancel && { buttons: [[button('job-cancel', 'job-cancel', job.id)]] }),
  }
}

/** A job that has ended, as its message shows it for good. */
export interface JobOver {
  readonly id: number
  readonly end: JobEnd
  /** Milliseconds in all; `usual` where that is slow. */
  readonly took: number
  readonly usual: number | null
  /** Who ordered it; null: the bot. */
  readonly by: string | null
  readonly cutShort: Text | null
  /** What the step that failed says of it, without secrets. */
  readonly lines: readonly string[]
  /** There is output to be had. */
  readonly hasLog: boolean
}

export function jobEndMessage(over: JobOver): Message {
  const { id, end, took, usual, by, cutShort, lines, hasLog } = over
  const span = { span: took } as const
  const rows = [
    ...(end.buttons ? [end.buttons] : []),
    ...(hasLog ? [[button('job-log', 'job-log', id)]] : []),
  ]
  return {
    blocks: [
      { line: end.text },
      ...shown(lines),
      by === null ? line('job-took', { took: span }) : line('job-took-by', { took: span, by }),
      ...(usual === null ? [] : [line('job-slower', { took: span, usual: { span: usual } })]),
      ...restarted(cutShort),
      ...(end.more ?? []),
    ],
    ...(rows.length > 0 && { buttons: rows }),
  }
}

/** What failed, as a file. */
export const jobLogMessage = (name: string, text: string): Message => ({
  blocks: [line('job-log')],
  file: { name, text },
})

/** Critical: said again, with a sound. */
export const jobAlarm = ({ text, more }: JobEnd, lines: readonly string[]): Message => ({
  blocks: [{ line: text }, ...shown(lines), ...(more ?? [])],
})

/** A job that cannot be taken to its end: its kind or its config is gone, or it does not come to one. */
export const abandonedEnd = (headline: Text, why: string): JobEnd => ({
  outcome: 'abandoned',
  ok: false,
  text: t('job-abandoned', { headline, why }),
  more: [line('job-abandoned-advice')],
  severity: 'critical',
})

/** The last step that a restart of the bot has cut short. */
export const cutShortOf = (trail: readonly StepRecord[]): string | null =>
  trail.findLast(({ end }) => end === 'cut-short')?.step ?? null

/** `/status`: "⏳ Deploying web, Building, since 07:10, Asha". */
export const plainHeadline = (kind: string, subject: string): Text =>
  verbatim(`${kind} ${subject}`.trim())
