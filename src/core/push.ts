import type { Push, PushOutcome } from '../contract/push.ts'

/** What is known of a service when a push to it is judged. */
export interface PushContext {
  readonly branch: string
  /** The commit that serves now. */
  readonly live: string | undefined
  /** The commit that was taken up last, whatever became of it. */
  readonly last: string | undefined
  /** This commit was taken up before. */
  readonly known: boolean
  /** The config says that a push is deployed without asking. */
  readonly auto: boolean
}

/**
 * What to do about a push. A commit is deployed without a person once only: a delivery that somebody
 * recorded and sends again leads to a question at most.
 */
export function decidePush(push: Push, around: PushContext): PushOutcome {
  if (push.ref !== `refs/heads/${around.branch}`) return 'another-branch'
  if (push.commit === around.live) return 'already-live'
  if (push.commit === around.last) return 'already-offered'
  return around.auto && !around.known ? 'deploying' : 'offered'
}
