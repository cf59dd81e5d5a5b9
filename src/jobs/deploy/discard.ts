import type { Releases } from '../../store/releases.ts'
import type { Place } from './place.ts'

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
