import { type Arg, gap, line, type Message, t, type Text } from '../../contract/message.ts'
import type { Incident } from '../incident.ts'
import { type Guidance, incidentMessage, nameOf } from './incident.ts'

/** How long each stage took, in milliseconds, as far as it has come. */
export interface AlertStages {
  readonly judged: number
  readonly composed: number
  readonly stored: number
  /** From the outbox to the sender. */
  readonly waited?: number
  /** From the sender to Telegram's answer. */
  readonly delivered?: number
  readonly edited?: number
}

/** What a test alert is about. */
export interface TestAlert {
  readonly by: string
  readonly incident: Incident
  readonly guidance: Guidance
  readonly stages: AlertStages
}

/** The alert as it would be, under a line that says what it is. Its buttons would be of no use. */
export function testAlertMessage({ by, incident, guidance }: TestAlert): Message {
  const { about, blocks } = incidentMessage([incident], () => guidance)
  return {
    ...(about !== undefined && { about }),
    blocks: [line('test-alert', { by }), gap, ...blocks],
  }
}

function stagesText(stages: AlertStages): Text {
  const { edited, waited = 0, delivered = 0, judged, composed, stored } = stages
  const all = { judged, composed, stored, waited, delivered }
  const spans = Object.entries(all).map(([stage, span]) => [stage, { span }])
  const text = t('test-alert-stages', Object.fromEntries(spans) as Record<string, Arg>)
  return edited === undefined
    ? text
    : t('test-alert-edited', { stages: text, edited: { span: edited } })
}

/** The test is over: how long each stage took, and once more what it said. */
export function testAlertOver({ by, incident, guidance, stages }: TestAlert): Message {
  const { judged, composed, stored, waited = 0, delivered = 0 } = stages
  const total = { span: judged + composed + stored + waited + delivered }
  return {
    about: incident.openedAt,
    blocks: [
      line('test-alert-over', { by, name: nameOf(incident), total }),
      { line: stagesText(stages) },
      gap,
      line('test-alert-said'),
      ...incidentMessage([incident], () => guidance).blocks,
    ],
  }
}

/** To who asked: the chat does not take it. */
export const testAlertRefused = (
  at: number,
  check: string,
  chat: number,
  why: string,
): Message => ({
  about: at,
  blocks: [line('test-alert-refused', { check, chat: String(chat), why })],
})
