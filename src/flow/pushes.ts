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
/** An offer that was sent longer ago is too far up in the chat for an edit to be seen. */
const offerLasts = 60 * minute
/** Characters that are shown of what a sender writes. */
const widestLine = 200
const widestName = 60

/** The push that is about to be deployed, until its job is written down. */
const pendingName = (service: string): string => `push-pending:${service}`

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

export interface Pushes extends Hooks {
  /** Offers what an earlier run of the program was about to deploy. To be called until it does not throw. */
  recover(): void
}

/** Pushes to the services that are deployed: offered, or deployed at once where the config says so. */
export function createPushes({ context, jobs, poke }: PushesOutside): Pushes {
  const { clock, log, store, redact } = context
  const deployOf = (service: string): DeployConfig | undefined =>
    context.services().find(({ name }) => name === service)?.deploy

  /** Services whose push is about to be deployed by this run of the program. */
  const underWay = new Set<string>()

  /** Cut only now: of a secret that was cut nothing is known. */
  const clean = (push: Push): Push => ({
    ...push,
    subject: redact(push.subject).slice(0, widestLine).toWellFormed(),
    author: redact(push.author).slice(0, widestName).toWellFormed(),
    pusher: redact(push.pusher).slice(0, widestName).toWellFormed(),
  })

  const hasBegun = (service: string, since: number): boolean =>
    (jobs.deployedAt(service) ?? -Infinity) >= since

  /** The message that may be said anew: nobody has acted on it, and somebody will see the edit. */
  const openOffer = (service: string): number | null => {
    const last = store.pushes.last(service)
    if (!last || last.notice === null || hasBegun(service, last.at)) return null
    const notice = store.notices.get(last.notice)
    if (!notice || notice.state === 'dead' || notice.state === 'dropped') return null
    const { sentAt } = notice
    return sentAt === null || clock.now() - sentAt < offerLasts ? last.notice : null
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
      store.meta.clear(pendingName(service))
    })
    poke()
  }

  /** Nothing more is to be done about it than what was written down. */
  const takeUp = (service: string, { commit }: Push): void =>
    store.pushes.put(service, { commit, at: clock.now(), notice: null })

  const deploy = (service: string, branch: string, push: Push): void => {
    store.atomically(() => {
      takeUp(service, push)
      store.meta.setText(pendingName(service), JSON.stringify(push))
    })
    underWay.add(service)
    jobs
      .begin('deploy', { service, ref: push.commit }, webhookOf(push))
      .then(
        () => store.meta.clear(pendingName(service)),
        (error: unknown) => {
          log.warn({ err: error, service }, 'a pushed commit was not deployed')
          offer(service, branch, push, redact(messageOf(error)))
        },
      )
      .catch((error: unknown) => log.error({ err: error }, 'a push could not be written down'))
      .finally(() => underWay.delete(service))
  }

  /** What the end of an earlier run of the program has cut short, before its job was written down. */
  const recover = (service: string, branch: string): void => {
    const text = store.meta.text(pendingName(service))
    const last = store.pushes.last(service)
    if (text === null || underWay.has(service)) return
    if (!last || hasBegun(service, last.at)) return store.meta.clear(pendingName(service))
    offer(service, branch, JSON.parse(text) as Push, 'the bot was restarted before it began')
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
      // Also what needs nothing is known from now on, when its delivery is sent again.
      if (outcome === 'already-live') takeUp(service, push)
      if (outcome === 'deploying') deploy(service, config.branch, push)
      if (outcome === 'offered') offer(service, config.branch, push)
      const what = `push ${service} ${push.commit.slice(0, shortCommit)}`
      store.audit.add({ at: clock.now(), who: webhookOf(push), what, result: outcome })
      return outcome
    },
    refused: countedKnocks(context),
    recover() {
      for (const { name, deploy: config } of context.services())
        if (config) recover(name, config.branch)
    },
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
