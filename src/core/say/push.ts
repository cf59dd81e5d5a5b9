import type { Push } from '../../contract/push.ts'
import { type Block, line, type Message, t } from '../../contract/message.ts'

/** What git shows of a commit. */
const shortCommit = 7

/** Commits that could be deployed now, and the button that asks about it. */
export interface Offer {
  readonly service: string
  /** Of the service, as it fits into a button. */
  readonly key: string
  readonly branch: string
  readonly push: Push
  readonly at: number
  /** Why it was not deployed without asking, where it should have been. */
  readonly why?: string
}

/** Who pushed what, with a button that asks as `/deploy` does. */
export function offerMessage({ service, key, branch, push, at, why }: Offer): Message {
  const { pusher, commits, commit, subject, author } = push
  const failed: readonly Block[] = why === undefined ? [] : [line('push-not-deployed', { why })]
  return {
    about: at,
    blocks: [
      line('push-title', { service, pusher, branch, commits }),
      line('push-commit', { commit: commit.slice(0, shortCommit), subject, author }),
      ...failed,
    ],
    buttons: [[{ label: t('button-deploy', { service }), press: `deploy:${key}` }]],
  }
}

/** As the audit and the job's message name who began a deploy: "webhook (asha)". */
export const webhookOf = ({ pusher }: Push): string => `webhook (${pusher})`
