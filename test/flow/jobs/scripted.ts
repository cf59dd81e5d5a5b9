import { OperatorError } from '../../../src/contract/error.ts'
import { verbatim } from '../../../src/contract/message.ts'
import {
  defineJob,
  type JobEnd,
  type JobStep,
  type StepContext,
  type StepEnd,
  type StepRecord,
} from '../../../src/flow/jobs/kind.ts'

export const names = ['make', 'swap', 'watch', 'sweep'] as const
export type Name = (typeof names)[number]

/** What follows a step that ended so; nothing: the end. */
export type Table = Readonly<Record<string, Name | undefined>>

/** done · fail · hang (until it is told to end) · slow (30 s) · stubborn (ends when it likes) */
export type Act = 'done' | 'fail' | 'fault' | 'hang' | 'slow' | 'stubborn'

export interface Script {
  readonly first: Name
  readonly table: Table
  /** Steps after which it ends in any case. */
  readonly most: number
}

type Memory = { readonly script: Script; readonly n: number }

export const endOf = (trail: readonly StepRecord[]): JobEnd => {
  const ok = trail.every(({ end }) => end === 'done')
  const how = trail.map(({ step, end }) => `${step} ${end}`).join(', ')
  return {
    outcome: ok ? 'worked' : 'broke',
    ok,
    text: verbatim(`${ok ? '✅' : '❌'} It is over: ${how}`),
  }
}

export const minute = 60_000

/** What a test decides about the steps, and what it sees of them. */
export interface Stage {
  /** What steps do, in their order; then they are done at once. */
  acts: Act[]
  readonly begun: { readonly job: number; readonly step: string }[]
  /** Called when a step runs. */
  onRun: (job: number, step: string) => void
  run: (step: string, context: StepContext<Memory>) => Promise<void>
}

export const stageOf = (): Stage => ({
  acts: [],
  begun: [],
  onRun: () => undefined,
  run: async () => undefined,
})

async function play(act: Act, { pause, say }: StepContext<Memory>): Promise<void> {
  say(`now ${act}`)
  if (act === 'fail') throw new OperatorError('it does not work with hunter22', 'Try another one.')
  if (act === 'fault') throw new TypeError('x is not a function')
  if (act === 'hang') await pause(1e9)
  if (act === 'slow') await pause(30_000)
  if (act === 'stubborn') await pause(1e9).catch(() => undefined)
}

/** A kind of job whose course is data. */
export function scripted(stage: Stage, options: { readonly live?: boolean } = {}) {
  const step = (name: Name, traits: Omit<JobStep<Memory>, 'timeout' | 'run'>): JobStep<Memory> => ({
    ...traits,
    timeout: () => 5 * minute,
    async run({ n }, context) {
      stage.begun.push({ job: context.job, step: name })
      stage.onRun(context.job, name)
      await stage.run(name, context)
      await play(stage.acts.shift() ?? 'done', context)
      return { n: n + 1 }
    },
  })
  return defineJob<Memory>({
    kind: 'script',
    ...options,
    locks: () => ['script:web'],
    subject: () => 'web',
    touches: () => ['web'],
    headline: () => verbatim('Playing web'),
    planned: () => ['make', 'swap', 'watch'],
    async ask(about) {
      const script = JSON.parse(about['script'] ?? '{}') as Script
      return {
        about,
        memory: { script, n: 0 },
        label: verbatim('Play web'),
        facts: [verbatim('A fact of it')],
        steps: ['make', 'swap'],
        warnings: [],
      }
    },
    steps: {
      make: step('make', { cancellable: true }),
      swap: step('swap', { disturbs: 'service' }),
      watch: step('watch', { disturbs: 'nothing', cancellable: true }),
      sweep: step('sweep', { tidies: true }),
    },
    next({ script }, trail) {
      const last = trail.at(-1)
      if (!last) return { step: script.first }
      const step =
        trail.length >= script.most ? undefined : script.table[`${last.step} ${last.end}`]
      return step === undefined ? { end: endOf(trail) } : { step }
    },
  })
}

const ends: readonly StepEnd[] = ['done', 'failed', 'late', 'cancelled', 'cut-short']
export const edges = names.flatMap((name) => ends.map((end) => `${name} ${end}`))

/** make → swap → watch; whatever else happens is swept up. */
export const usual: Script = {
  first: 'make',
  most: 12,
  table: {
    'make done': 'swap',
    'make failed': 'sweep',
    'make cancelled': 'sweep',
    'make cut-short': 'sweep',
    'swap done': 'watch',
    'swap failed': 'sweep',
    'swap cut-short': 'sweep',
  },
}
