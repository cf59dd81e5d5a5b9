import type { Attachment } from '../../contract/message.ts'
import { formatDuration } from '../../contract/units.ts'
import { shortened } from '../../core/job/transcript.ts'
import type { StoredStep } from '../../store/jobs.ts'
import type { Context } from '../context.ts'
import type { Running } from './running.ts'
import { cleanOf } from './showing.ts'

/** Characters of the file: more than anybody reads on a phone, and less than a message may hold. */
const room = 1024 * 1024

function heading({ number, step, begunAt, endedAt, ended, why }: StoredStep): string {
  const took = endedAt === null ? '' : `, ${formatDuration(Math.max(0, endedAt - begunAt))}`
  const at = new Date(begunAt).toISOString()
  return `=== ${number}. ${step} (${at}): ${ended ?? 'under way'}${took}${why === null ? '' : `\n${why}`}`
}

/** The output of all steps as one file; undefined when there is none. */
export function logOf(
  context: Context,
  id: number,
  running: Running | undefined,
): Attachment | undefined {
  const { store } = context
  const job = store.jobs.get(id)
  const steps = store.jobs.steps(id)
  if (!job || steps.length === 0) return undefined
  const outputs = store.jobs.outputs(id)
  const outputOf = ({ number }: StoredStep): string =>
    running?.current?.number === number
      ? running.current.transcript.text(cleanOf(context))
      : (outputs.get(number) ?? '')
  const parts = steps.map((step) => `${heading(step)}\n${outputOf(step).trimEnd()}\n`)
  const name = [job.kind, job.subject, String(id)].filter((part) => part !== '').join('-')
  return { name: `${name}.log`, text: shortened(parts.join('\n'), room) }
}
