import { z } from 'zod'
import { schedule } from './schedule.ts'
import { duration, line, later, onOff } from './values.ts'

const clockForm = 'expected a time of day such as "22:00"'

const clock = z.string({ error: clockForm }).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, clockForm)

/** Telegram's ids fit 52 bits. https://core.telegram.org/bots/api#user */
const largest = 2 ** 52

export const userId = z.int().min(1, 'expected a Telegram user id, a positive number').max(largest)

const chatForm = 'expected a chat: a user id, a group id such as -1001234567890, or { id, topic }'

const chatId = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,16}$/)
      .transform(Number),
  ])
  .refine((id) => Number.isInteger(id) && id !== 0 && Math.abs(id) <= largest)

/** A user, a group, or one topic of a group. */
const chat = z.union(
  [
    chatId.transform((id) => ({ id })),
    z
      .strictObject({ id: chatId, topic: z.int().min(1).optional() })
      .transform(({ id, topic }) => (topic === undefined ? { id } : { id, topic })),
  ],
  { error: chatForm },
)

const role = z.enum(['viewer', 'operator', 'admin'])

export const operators = z
  .array(
    z.strictObject({
      id: userId.describe('Telegram user id'),
      name: line.max(60).optional().describe('How alerts and the audit call them'),
      role: role.default('operator').describe('viewer < operator < admin'),
    }),
  )
  .min(1, 'expected at least one operator')

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Numbers as ISO 8601 has them: 1 = Monday … 7 = Sunday. */
const weekday = z.enum(weekdays).transform((day) => weekdays.indexOf(day) + 1)

const quietHours = z
  .strictObject({
    from: clock,
    to: clock,
    days: z
      .array(weekday)
      .min(1)
      .exactOptional()
      .describe('Weekdays on which the quiet hours begin; default: all'),
  })
  .refine(({ from, to }) => from !== to, 'expected two different times, or quiet_hours: off')

const off = z.union([z.literal('off'), z.literal(false)])

export const notify = z.strictObject({
  chat: chat.optional().describe('Where alerts go; default: the first admin'),
  quiet_hours: z
    .union([quietHours, off])
    .default({ from: '22:00', to: '07:00' })
    .describe('Hold everything but critical; off to have none'),
  heartbeat: z
    .union([
      z.strictObject({
        schedule: schedule.default('0 9 * * *'),
        send: z.enum(['on-change', 'always', 'never']).default('on-change'),
      }),
      off,
    ])
    .default({ schedule: '0 9 * * *', send: 'on-change' })
    .describe('One summary of everything, on a schedule; off for none'),
  escalate: later('Who is told next when nobody acknowledges'),
  ping_out: z
    .strictObject({
      url: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }),
      every: duration(10_000, 86_400_000).default(60_000).describe('Between two pings'),
    })
    .optional()
    .describe('An outside service that notices when the bot falls silent'),
})

const zoneForm = 'expected an IANA time zone such as Asia/Kolkata'

function isZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).format(0) !== ''
  } catch {
    return false
  }
}

export const timezone = z.string({ error: zoneForm }).refine(isZone, zoneForm)

export const language = z.string({ error: 'expected a language such as en' })

export const host = z.strictObject({
  local: z.literal(true, 'expected true, or nothing').optional().describe('This machine'),
  role: line.optional().describe('What the machine is for, shown with it'),
  ssh: later('How OpenSSH reaches it'),
})

export const defaultsSwitch = onOff.describe('Keep the built-in checks of this machine')

/** Whole sections of the file that other issues bring. */
export const laterSections = {
  maintenance: later('Windows in which alerts are held'),
  routes: later('Alerts to different chats'),
  witnesses: later('A second opinion from elsewhere'),
  public: later('The public status page'),
  confirm: later('Confirmations by one-time password'),
}
