import type { Message } from '../../contract/message.ts'
import type { Digest } from '../digest.ts'
import type { Incident } from '../incident.ts'
import { briefMessage } from './digest.ts'
import { type Guidance, incidentMessage } from './incident.ts'
import { type Arrival, firstRunMessage } from './note.ts'

/** What a message that tells incidents is about, beside them. */
export type Occasion =
  | { readonly kind: 'incident' }
  | { readonly kind: 'brief'; readonly digest: Digest }
  | { readonly kind: 'first-run'; readonly arrival: Arrival }

/** A message that tells incidents, as they stand now. */
export function composeNotice(
  occasion: Occasion,
  incidents: readonly Incident[],
  guidanceOf: (incident: Incident) => Guidance,
): Message {
  if (occasion.kind === 'brief') return briefMessage(occasion.digest, incidents, guidanceOf)
  if (occasion.kind === 'first-run') return firstRunMessage(occasion.arrival, incidents, guidanceOf)
  return incidentMessage(incidents, guidanceOf)
}
