import { gap, line, type Message, t, type Text } from '../../contract/message.ts'
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

const order = ['judged', 'composed', 'stored', 'waited', 'delivered', 'edited'] as const

/** The test is over: how long each stage took. */
export function testAlertOver({ by, incident, guidance, stages }: TestAlert): Message {
  const shown = order.flatMap((stage): Text[] => {
    const took = stages[stage]
    return took === undefined ? [] : [t(`test-alert-${stage}`, { took: { span: took } })]
  })
  const { judged, composed, stored, waited = 0, delivered = 0 } = stages
  const total = judged + composed + stored + waited + delivered
  return {
    about: incident.openedAt,
    blocks: [
      line('test-alert-over', { by, name: nameOf(incident), total: { span: total } }),
      { list: shown },
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
