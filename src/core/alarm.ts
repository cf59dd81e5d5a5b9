/** How long the database may be out of order before it is said: a lock, a full log, come and go. */
const patience = 15_000
/** Between two sounds, milliseconds. */
const soundEvery = 5 * 60_000

/** What is wrong with a subject now, as it looks without a memory. */
export interface Wrong {
  readonly key: string
  readonly critical: boolean
}

export interface AlarmFacts {
  /** Monotonic milliseconds: now, since when there is trouble, and of the last sound of any alarm. */
  readonly now: number
  readonly since: number
  readonly soundAt: number | null
  /** This trouble was told. */
  readonly told: boolean
  /** The message as it stands in the chat is not what it would say now. */
  readonly changed: boolean
  readonly wrong: readonly Wrong[]
  /** Since when each of it has been so; what is seen twice is no passing doubt. */
  readonly first: ReadonlyMap<string, number>
  /** What a sound has told already. */
  readonly heard: ReadonlySet<string>
}

/** What to do about trouble that cannot be written down: `send` has a sound. */
export function decideAlarm(facts: AlarmFacts): 'send' | 'edit' | 'nothing' {
  const { now, since, soundAt, told, changed, wrong, first, heard } = facts
  const mayRing = soundAt === null || now - soundAt >= soundEvery
  if (!told) return mayRing && now - since >= patience ? 'send' : 'nothing'
  const unheard = wrong.some(
    ({ key, critical }) => critical && (first.get(key) ?? now) < now && !heard.has(key),
  )
  if (unheard && mayRing) return 'send'
  return changed ? 'edit' : 'nothing'
}
