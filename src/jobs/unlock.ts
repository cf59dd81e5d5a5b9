import type { RepositoryLock } from '../backup/restic/types.ts'
import { OperatorError } from '../contract/error.ts'
import { line, t } from '../contract/message.ts'
import { lockState } from '../core/backup/locks.ts'
import { nextMove, type Plan } from '../core/backup/course.ts'
import { whyText } from '../core/say/why.ts'
import { defineJob, type JobEnd } from '../flow/jobs/kind.ts'
import { holderOf, lockView } from './backup/locks.ts'
import { type Reach, reachOf } from './backup/reach.ts'
import { named } from './deploy/ask.ts'

interface UnlockMemory {
  readonly backup: string
  /** Epoch milliseconds. */
  readonly since: number
  readonly removed: number
  /** Who holds it still. */
  readonly still: readonly string[]
}

const plan: Plan = {
  steps: ['unlock'],
  mends: [],
  looks: ['unlock'],
  extras: [],
  tidying: [],
  failing: [],
  again: 0,
}

const within = 10 * 60_000

async function lookAt(reach: Reach, now: number) {
  const view = await lockView(reach, now, now)
  const locks = await reach.restic.locks()
  return locks.map((lock) => ({ lock, state: lockState(lock, view) }))
}

const isDead = ({ state }: { readonly state: ReturnType<typeof lockState> }): boolean =>
  state === 'left' || state === 'stale'

const removal = ({ user, host, pid }: RepositoryLock): string =>
  `remove the lock of ${user || 'somebody'} on ${host} (process ${pid})`

function endOf({ backup: name, removed, still }: UnlockMemory): JobEnd {
  return {
    outcome: 'unlocked',
    ok: true,
    text: t('unlock-job-done', { name, n: removed }),
    more: still.map((holder) => line('unlock-job-still', { holder })),
  }
}

/** Removes the locks of those who have died from a backup's repository; about `{ backup }`. */
export default defineJob<UnlockMemory>({
  kind: 'unlock',
  locks: ({ backup }) => [`unlock:${backup}`],
  subject: ({ backup }) => backup,
  touches: () => [],
  headline: ({ backup }) => t('unlock-job-headline', { name: backup }),
  async ask(about, world) {
    const { name } = world.backup(named(about, 'backup'))
    const now = world.now()
    const found = await lookAt(reachOf(name, 'asking', world), now)
    if (found.length === 0)
      throw new OperatorError(`nothing is locked in the repository of ${name}`)
    const facts = found.map(({ lock, state }) =>
      t('unlock-job-lock', { state, holder: holderOf(lock, now) }),
    )
    return {
      about: { ...about, backup: name },
      memory: { backup: name, since: now, removed: 0, still: [] },
      label: t('unlock-job-label', { name }),
      facts,
      steps: found.filter(isDead).map(({ lock }) => removal(lock)),
      warnings: found.every(isDead) ? [] : [t('unlock-job-alive')],
    }
  },
  steps: {
    unlock: {
      timeout: () => within,
      async run({ backup }, context) {
        const reach = reachOf(backup, 'unlock', context)
        const before = await reach.restic.locks()
        if (before.length > 0) await reach.restic.unlock()
        const after = await reach.restic.locks()
        const ids = new Set(after.map(({ id }) => id))
        return {
          removed: before.filter(({ id }) => !ids.has(id)).length,
          still: after.map((lock) => holderOf(lock, context.now())),
        }
      },
    },
  },
  next(memory, trail) {
    const move = nextMove(plan, trail)
    if (!('end' in move)) return move
    if (move.end.outcome === 'done') return { end: endOf(memory) }
    const args = { name: memory.backup, why: whyText(move.end.cause) }
    const { outcome } = move.end
    return { end: { outcome, ok: false, text: t(`unlock-job-${outcome}`, args) } }
  },
})
