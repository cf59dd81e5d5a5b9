import { line, type Message, t } from '../../contract/message.ts'
import type { Due, Ending } from '../remind.ts'
import { type Guidance, headline, openButtons } from './incident.ts'
import type { Incident } from '../incident.ts'

/** Secrets that are to be changed. */
export const secretsMessage = (due: readonly Due[], at: number): Message => ({
  about: at,
  blocks: [
    line('secrets-title', { count: due.length }),
    {
      list: due.map(({ name, rotated, days }) =>
        t('secrets-item', { name: { code: name }, days, rotated }),
      ),
    },
    line('secrets-advice'),
  ],
})

/** A silence that ends soon, over something critical. */
export function silenceEnds(
  { silence, incidents }: Ending,
  at: number,
  guidanceOf: (incident: Incident) => Guidance,
): Message {
  return {
    about: at,
    blocks: [
      line(silence.check === 'all' ? 'silence-ends-all' : 'silence-ends', {
        check: silence.check,
        until: { time: silence.until },
      }),
      { list: incidents.map(headline) },
    ],
    buttons: openButtons(incidents, guidanceOf),
  }
}
