import type { House } from '../contract/house.ts'
import type { ReleaseView } from '../contract/view.ts'
import type { Release } from '../store/releases.ts'
import type { Context } from './context.ts'
import { keyOf } from './views.ts'

const viewOf = (
  { id: _id, state: _state, liveSince, lived, ...release }: Release,
  now: number,
): ReleaseView => ({
  ...release,
  live: liveSince !== null,
  lived: lived + (liveSince === null ? 0 : Math.max(0, now - liveSince)),
})

/** What can be deployed, and what was. */
export function releasesOf({
  clock,
  store,
  services,
}: Context): Pick<House, 'deployable' | 'releases'> {
  const releases = (service: string): readonly ReleaseView[] =>
    store.releases
      .of(service)
      .filter(({ state }) => state === 'whole')
      .map((release) => viewOf(release, clock.now()))
  return {
    releases,
    deployable: () =>
      services().flatMap(({ name, deploy }) => {
        if (!deploy) return []
        const live = releases(name).find((one) => one.live)
        return [{ service: name, key: keyOf(name), branch: deploy.branch, ...(live && { live }) }]
      }),
  }
}
