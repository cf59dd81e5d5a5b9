import { type Block, gap, line, type Message, t } from '../../contract/message.ts'
import type { Incident } from '../incident.ts'
import { endedLine, type Guidance, headline, openButtons } from './incident.ts'

/** What the first message after the installation says. */
export interface Arrival {
  readonly at: number
  readonly host: string
  readonly checks: number
  readonly services: number
  /** Operators who cannot be written to until they press Start. */
  readonly unreachable: readonly string[]
}

/** The one message of the first run: hello, and what is already wrong. */
export function firstRunMessage(
  arrival: Arrival,
  incidents: readonly Incident[],
  guidanceOf: (incident: Incident) => Guidance,
): Message {
  const open = incidents.filter((one) => one.endedAt === null)
  const ended = incidents.filter((one) => one.endedAt !== null)
  const wrong: Block[] =
    incidents.length === 0
      ? [line('first-run-well')]
      : [
          gap,
          line('first-run-wrong', { count: open.length }),
          { list: [...open.map(headline), ...ended.map(endedLine)] },
        ]
  return {
    about: arrival.at,
    blocks: [
      line('first-run-title', { host: arrival.host }),
      line('first-run-watching', { checks: arrival.checks, services: arrival.services }),
      ...wrong,
      ...(arrival.unreachable.length > 0
        ? [gap, line('first-run-unreachable', { names: arrival.unreachable.join(', ') })]
        : []),
      gap,
      line('first-run-hint'),
    ],
    buttons: openButtons(open, guidanceOf),
  }
}

/** A time in which the bot saw nothing. */
export interface Blindness {
  readonly from: number
  readonly until: number
  /** How often it happened, and for how long in all. */
  readonly times: number
  readonly total: number
}

export const blindMessage = (blind: Blindness): Message => ({
  about: blind.until,
  blocks: [
    {
      line: t('blind', {
        from: { time: blind.from },
        until: { time: blind.until },
        times: blind.times,
        total: { span: blind.total },
      }),
    },
  ],
})

/** A reload that was refused: the config before it stays in force. */
export const reloadRefused = (at: number, issues: readonly string[]): Message => ({
  about: at,
  blocks: [line('reload-refused'), { code: issues.slice(0, 20) }],
})
