import type { House } from '../contract/house.ts'
import type { IncidentView } from '../contract/view.ts'

/** Every incident that the bot remembers, the oldest first; their ids are consecutive from 1. */
export function* pastIncidents(house: Pick<House, 'incident'>): Generator<IncidentView> {
  for (let id = 1; ; id += 1) {
    const incident = house.incident(id)
    if (incident === undefined) return
    yield incident
  }
}
