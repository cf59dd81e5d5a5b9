import type { Release, Releases } from '../../store/releases.ts'
import type { Place } from './place.ts'

/** What a release is called in a message: by its commit, or where nobody knows that, by its own name. */
export const shortOf = ({ commit, name }: Pick<Release, 'commit' | 'name'>): string =>
  commit.slice(0, 7) || name

const links = ['current', 'blue', 'green'] as const

/** The releases that a link points to. */
export const linkedOf = async ({
  place,
}: {
  readonly place: Place
}): Promise<ReadonlySet<string | null>> =>
  new Set(await Promise.all(links.map((link) => place.live(link))))

/**
 * Removes a release. A whole one leaves the list before its directory goes; a half one was never in
 * it, and goes first, because on a full disk that makes the room to write it down.
 */
export async function discard(
  place: Place,
  releases: Releases,
  service: string,
  name: string,
): Promise<void> {
  if (releases.state(service, name) === 'whole') releases.mark(service, name, 'gone')
  await place.remove(name)
  releases.mark(service, name, 'gone')
}
