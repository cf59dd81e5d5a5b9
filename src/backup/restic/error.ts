import { OperatorError } from '../../contract/error.ts'
import { shownAddress } from './address.ts'
import type { Repository, ResticFailure, Summary } from './types.ts'

/** What restic could not do, in words for the operator. */
export class ResticError extends OperatorError {
  readonly failure: ResticFailure
  /** Of a run that could not read everything: what it has put into the repository all the same. */
  readonly summary: Summary | undefined

  constructor(failure: ResticFailure, message: string, advice?: string, summary?: Summary) {
    super(message, advice)
    this.failure = failure
    this.summary = summary
  }
}

/** What was tried, and what came of it. */
export interface Seen {
  /** "reading the snapshots". */
  readonly doing: string
  /** Where restic ran. */
  readonly host: string
  /** In restic's own words, without secrets. */
  readonly words: string
}

type Said = readonly [message: string, advice: string]

const says: Readonly<
  Record<ResticFailure, (repository: Repository, where: string, seen: Seen) => Said>
> = {
  missing: (_, where) => [
    `There is no ${where}`,
    'See whether it was moved, and whether its disk is mounted.',
  ],
  password: (_, where) => [
    `The password does not open the ${where}`,
    'Give `password` the one that the repository was made with; see docs/runbooks/lost-repository-password.md.',
  ],
  locked: ({ name }, where, { words }) => [
    `The ${where} is locked: ${words.replace(/^.*repository is already /i, '')}`,
    `Wait for its holder, or see who that is and whether it still lives: /backup ${name} unlock`,
  ],
  full: (_, where, { doing, words }) => [
    `${doing} found no room left, ${where}: ${words}`,
    'Make room there, or keep fewer snapshots.',
  ],
  refused: (_, where, { doing, words }) => [
    `${doing} was refused, ${where}: ${words}`,
    'See the rights and keys that the bot has there. Where nothing may be removed, say `append_only: true`.',
  ],
  away: (_, where, { host, words }) => [
    `The ${where} cannot be reached from ${host}: ${words}`,
    'See whether its server runs and the network is up; the next run tries again.',
  ],
  damaged: (_, where, { words }) => [
    `The ${where} is damaged: ${words}`,
    'Remove nothing from it, and go through docs/runbooks/corrupted-repository.md.',
  ],
  partial: ({ name }, _, { words }) => [
    `Not all of ${name} could be read: ${words}`,
    'See whether it is still there, and whether the bot may read it.',
  ],
  absent: (_, __, { host, words }) => [
    `There is no restic that can be used on ${host}: ${words}`,
    'Install restic 0.14 or newer: apt-get install restic',
  ],
  other: (_, where, { doing, words }) => [
    `${doing} failed, ${where}: ${words}`,
    'Run restic there by hand, with the same repository, to see more.',
  ],
}

/** The error for what restic could not do with a repository. */
export function resticError(
  failure: ResticFailure,
  repository: Repository,
  seen: Seen,
  summary?: Summary,
): ResticError {
  const where = `repository of ${repository.name} (${shownAddress(repository.url)})`
  const [message, advice] = says[failure](repository, where, seen)
  return new ResticError(failure, message, advice, summary)
}
