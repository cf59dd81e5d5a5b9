import type { DeployConfig } from '../config/types.ts'
import { messageOf } from '../contract/error.ts'
import type { About } from '../contract/house.ts'
import type { Hooks, Push, PushOutcome } from '../contract/push.ts'
import { decidePush } from '../core/push.ts'
import { offerMessage, webhookOf } from '../core/say/push.ts'
import type { Context } from './context.ts'
import { keyOf } from './views.ts'

/** Of the knocks of a minute so many are written down: each is a write to the disk. */
const knocksPerMinute = 10
const minute = 60_000
const shortCommit = 7

/** What pushes need of the jobs. */
export interface PushJobs {
  /** Begins one as somebody who is not a person. Rejects with why it could not begin. */
  begin(kind: string, about: About, by: string): Promise<unknown>
  /** When a deploy of the service was begun last, epoch milliseconds; null: never. */
  deployedAt(service: string): number | null
}

type Around = Pick<Context, 'clock' | 'log' | 'store' | 'redact' | 'services' | 'chat'>

export interface PushesOutside {
  readonly context: Around
  readonly jobs: PushJobs
  readonly poke: () => void
}

/** Pushes to the services that are deployed: offered, or deployed at once where the config says so. */
export function createPushes({ context, jobs, poke }: PushesOutside): Hooks {
  const { clock, log, store, redact } = context
  const deployOf = (service: string): DeployConfig | undefined =>
    context.services().find(({ name }) => name === service)?.deploy

  const clean = (push: Push): Push => ({
    ...push,
    subject: redact(push.subject),
    author: redact(push.author),
    pusher: redact(push.pusher),
  })

  /** The message that may be said anew: nobody has acted on it. */
  const openOffer = (service: string): number | null => {
    const last = store.pushes.last(service)
    const begun = jobs.deployedAt(service)
    return last && (begun === null || begun < last.at) ? last.notice : null
  }

  const offer = (service: string, branch: string, push: Push, why?: string): void => {
    const at = clock.now()
    const key = keyOf(service)
    const message = offerMessage({
      service,
      key,
      branch,
      push,
      at,
      ...(why !== undefined && { why }),
    })
    store.atomically(() => {
      const earlier = openOffer(service)
      if (earlier !== null) store.outbox.revise(earlier, message, at)
      const draft = { kind: 'offer', chat: context.chat(), message, sound: false, at } as const
      const notice = earlier ?? store.outbox.post(draft)
      store.pushes.put(service, { commit: push.commit, at, notice })
    })
    poke()
  }

  const deploy = (service: string, branch: string, push: Push): void => {
    store.pushes.put(service, { commit: push.commit, at: clock.now(), notice: null })
    jobs
      .begin('deploy', { service, ref: push.commit }, webhookOf(push))
      .catch((error: unknown) => {
        log.warn({ err: error, service }, 'a pushed commit was not deployed')
        offer(service, branch, push, redact(messageOf(error)))
      })
      .catch((error: unknown) => log.error({ err: error }, 'nobody could be told of a push'))
  }

  const judge = (service: string, { branch, webhook }: DeployConfig, push: Push): PushOutcome =>
    decidePush(push, {
      branch,
      live: store.releases.of(service).find(({ liveSince }) => liveSince !== null)?.commit,
      last: store.pushes.last(service)?.commit,
      known: store.pushes.known(service, push.commit),
      auto: webhook?.auto === true,
    })

  return {
    secret: (service) => deployOf(service)?.webhook?.secret,
    pushed(service, raw) {
      const config = deployOf(service)
      if (!config) return 'another-branch'
      const push = clean(raw)
      const outcome = judge(service, config, push)
      if (outcome === 'deploying') deploy(service, config.branch, push)
      if (outcome === 'offered') offer(service, config.branch, push)
      const what = `push ${service} ${push.commit.slice(0, shortCommit)}`
      store.audit.add({ at: clock.now(), who: webhookOf(push), what, result: outcome })
      return outcome
    },
    refused: countedKnocks(context),
  }
}

/** Strangers at a webhook are counted as those in the chat are, and no more often than the disk bears. */
function countedKnocks({ clock, log, store }: Around): () => void {
  let since = -Infinity
  let knocks = 0
  return () => {
    const now = clock.monotonic()
    if (now - since >= minute) {
      since = now
      knocks = 0
    }
    if (++knocks > knocksPerMinute) return
    const knock = { at: clock.now(), who: 'stranger', what: 'a webhook', result: 'ignored' }
    try {
      if (store.audit.knock(knock))
        log.warn({}, 'a webhook without the right signature was refused')
    } catch (error) {
      log.error({ err: error }, 'could not be written down')
    }
  }
}
