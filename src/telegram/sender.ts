import { GrammyError, HttpError, InputFile } from 'grammy'
import type { Api } from 'grammy'
import type { InlineKeyboardMarkup } from 'grammy/types'
import type { Clock } from '../contract/clock.ts'
import type { Log } from '../contract/log.ts'
import type { Delivery, Sender, Verdict } from '../contract/sender.ts'
import { withLimit } from './call.ts'
import type { ApiSignal } from './call.ts'
import { failureOf } from './failure.ts'
import type { Lesser } from './failure.ts'
import type { Pace } from './limits.ts'
import { render } from './render.ts'
import type { Rendered } from './render.ts'
import type { Words } from './words.ts'

export interface SenderParts {
  readonly api: Api
  readonly words: Words
  readonly pace: Pace
  readonly clock: Clock
  readonly log: Log
  /** Told of every final verdict, so that who cannot be reached becomes known. */
  readonly onVerdict?: (chat: number, verdict: Verdict) => void
}

/** For one attempt; a file may take longer than a text. */
const textMs = 15_000
const fileMs = 60_000

type Fewer = ReadonlySet<Lesser>

/**
 * Sends and edits. One attempt per delivery, plus at most one more for each thing that Telegram turned
 * down and the message can do without: markup, buttons, its topic. Never throws, never retries.
 */
export function createSender(parts: SenderParts): Sender {
  return {
    async deliver(delivery, signal) {
      const wait = parts.pace.ready(delivery.chat.id)
      if (wait > 0) return { is: 'later', after: wait, why: 'pace', wholeBot: false }
      const verdict = await attempt(parts, delivery, signal, new Set())
      if (verdict.is === 'later' && verdict.wholeBot) parts.pace.hold(verdict.after)
      parts.onVerdict?.(delivery.chat.id, verdict)
      return verdict
    },
  }
}

async function attempt(
  parts: SenderParts,
  delivery: Delivery,
  signal: AbortSignal,
  fewer: Fewer,
): Promise<Verdict> {
  const { pace, log } = parts
  // A lesser attempt does not wait for its turn again, or a full bucket would send it back for ever.
  pace.took(delivery.chat.id)
  try {
    const messageId = await carryOut(parts, delivery, signal, fewer)
    return { is: 'sent', messageId }
  } catch (error) {
    const failure = failureOf(error, delivery.chat.id)
    const ours = !(error instanceof GrammyError || error instanceof HttpError)
    if (ours) log.error({ err: error, chat: delivery.chat.id }, 'message could not be made')
    if ('verdict' in failure) return failure.verdict
    if ('unchanged' in failure) {
      const messageId = delivery.op === 'edit' ? delivery.messageId : 0
      return { is: 'sent', messageId }
    }
    const { lesser } = failure
    if (fewer.has(lesser))
      return { is: 'never', why: 'refused', detail: `refused without ${lesser}` }
    log.warn({ chat: delivery.chat.id, lesser }, 'Telegram refused a part of a message')
    return attempt(parts, delivery, signal, new Set([...fewer, lesser]))
  }
}

function carryOut(
  { api, words, clock, log }: SenderParts,
  delivery: Delivery,
  signal: AbortSignal,
  fewer: Fewer,
): Promise<number> {
  const rendered = render(delivery.message, words, { late: delivery.late })
  if (rendered.faults.length > 0) log.error({ faults: rendered.faults }, 'buttons left out')
  const limit = rendered.file && delivery.op === 'send' ? fileMs : textMs
  return withLimit(clock, limit, signal, (bounded) =>
    delivery.op === 'send'
      ? send(api, delivery, rendered, fewer, bounded)
      : edit(api, delivery, rendered, fewer, bounded),
  )
}

async function send(
  api: Api,
  delivery: Extract<Delivery, { op: 'send' }>,
  rendered: Rendered,
  fewer: Fewer,
  signal: ApiSignal,
): Promise<number> {
  const { chat, sound, replyTo } = delivery
  const topic = fewer.has('no-topic') ? undefined : chat.topic
  const common = {
    ...markup(rendered, fewer),
    disable_notification: !sound,
    ...(topic !== undefined && { message_thread_id: topic }),
    ...(replyTo !== undefined && {
      reply_parameters: { message_id: replyTo, allow_sending_without_reply: true },
    }),
  }
  const { text, ...format } = words(rendered, fewer)
  const sent = rendered.file
    ? await api.sendDocument(
        chat.id,
        new InputFile(rendered.file.bytes, rendered.file.name),
        { ...common, ...format, caption: text },
        signal,
      )
    : await api.sendMessage(
        chat.id,
        text,
        { ...common, ...format, link_preview_options: { is_disabled: true } },
        signal,
      )
  return sent.message_id
}

async function edit(
  api: Api,
  { chat, messageId }: Extract<Delivery, { op: 'edit' }>,
  rendered: Rendered,
  fewer: Fewer,
  signal: ApiSignal,
): Promise<number> {
  const { text, ...format } = words(rendered, fewer)
  const other = { ...markup(rendered, fewer), ...format }
  const preview = { link_preview_options: { is_disabled: true } }
  await api.editMessageText(chat.id, messageId, text, { ...other, ...preview }, signal)
  return messageId
}

const words = ({ html, plain }: Rendered, fewer: Fewer) =>
  fewer.has('plain') ? { text: plain } : { text: html, parse_mode: 'HTML' as const }

const markup = ({ keyboard }: Rendered, fewer: Fewer): { reply_markup?: InlineKeyboardMarkup } =>
  keyboard.length > 0 && !fewer.has('bare') ? { reply_markup: { inline_keyboard: keyboard } } : {}
