/** What is known of a deploy or rollback that decides which steps it has. */
export interface Wishes {
  readonly strategy: 'reload' | 'blue-green' | 'stop-start'
  readonly validate: boolean
  readonly rehearse: boolean
  readonly backup: boolean
  readonly bake: boolean
  readonly watch: boolean
  /** A bad watch is acted on; else it is only told. */
  readonly autoRollback: boolean
  /** Tries in all. */
  readonly tries: number
  /** The release is there already: an ordered rollback builds nothing. */
  readonly built: boolean
  /** There is a release to go back to. */
  readonly previous: boolean
  /** The service was up before anything was changed. */
  readonly wasUp: boolean
}

/** The steps of a job by what a failure in them means, each list in order. */
export interface Plan {
  /** Nothing that anybody asks is changed. */
  readonly before: readonly string[]
  /** Those of them that only look: a restart of the bot does not end them. */
  readonly looks: readonly string[]
  /** From here on what serves may be the new release. The first of them makes the change. */
  readonly change: readonly string[]
  /** The new release serves and is healthy. */
  readonly after: readonly string[]
  /** Back to what served before; may be done again from its beginning. */
  readonly undo: readonly string[]
  /** Where the change is taken up again after a crash, once it is known that it was made. */
  readonly resume: string
  /** The first step of the change is noticed by no process before the second. */
  readonly quiet: boolean
  readonly autoRollback: boolean
  readonly tries: number
}

const when = (wanted: boolean, ...steps: string[]): string[] => (wanted ? steps : [])

const changes = {
  reload: ['switch', 'activate', 'gate'],
  'stop-start': ['switch', 'stop', 'start', 'gate'],
  'blue-green': ['cut-over', 'gate'],
} as const

const resumes = { reload: 'activate', 'stop-start': 'stop', 'blue-green': 'cut-over' } as const

const undos = {
  reload: ['back', 'activate-old', 'gate-old'],
  'stop-start': ['back', 'stop-new', 'start-old', 'gate-old'],
  'blue-green': ['cut-back', 'gate-old'],
} as const

/** The steps of a deploy or rollback. */
export function planOf(wishes: Wishes): Plan {
  const { strategy, previous } = wishes
  const twoCopies = strategy === 'blue-green'
  const made = wishes.built
    ? ['fetch']
    : [
        'fetch',
        ...when(wishes.validate, 'validate'),
        ...when(wishes.rehearse, 'rehearse'),
        ...when(wishes.backup, 'backup'),
        'build',
      ]
  return {
    before: [
      ...made,
      ...when(twoCopies, 'warm', 'gate-copy'),
      ...when(twoCopies && wishes.bake, 'bake'),
      ...when(wishes.watch, 'baseline'),
    ],
    looks: ['gate-copy', 'bake', 'baseline'],
    change: changes[strategy],
    after: [...when(wishes.watch, 'watch'), ...when(twoCopies && previous, 'cool'), 'retire'],
    undo: previous ? undos[strategy] : ['withdraw', ...when(wishes.wasUp, 'gate-old')],
    resume: resumes[strategy],
    quiet: !twoCopies,
    autoRollback: wishes.autoRollback,
    tries: wishes.tries,
  }
}
