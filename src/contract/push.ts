/** Commits that somebody pushed, as a signed webhook tells. Texts are the sender's own, of any length. */
export interface Push {
  /** As git names it in full: `refs/heads/main`. */
  readonly ref: string
  /** The whole id of the newest commit. */
  readonly commit: string
  /** The first line of its message. */
  readonly subject: string
  readonly author: string
  readonly pusher: string
  /** How many commits came with it; 0: the sender does not say. */
  readonly commits: number
}

/**
 * What became of a push. deploying: a deploy of it was begun · offered: operators have a button ·
 * the others: nothing was done, because of what they say.
 */
export type PushOutcome =
  | 'deploying'
  | 'offered'
  | 'another-branch'
  | 'already-live'
  | 'already-offered'

/** What webhooks ask of the program. */
export interface Hooks {
  /** Of a service's webhook; undefined: it has none. */
  secret(service: string): string | undefined
  /** A push whose signature is right. Throws when it cannot be written down. */
  pushed(service: string, push: Push): PushOutcome
  /** Somebody asked who is not let in. */
  refused(): void
}
