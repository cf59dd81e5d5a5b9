import { z } from 'zod'
import { duration } from './values.ts'

const dateForm = 'expected the date it was last changed, such as 2026-01-31'

/** A day of the calendar as ISO 8601 writes it; 2026-02-30 is none. */
const date = z
  .string({ error: dateForm })
  .refine((text) => z.iso.date().safeParse(text).success, dateForm)
  .meta({ examples: ['2026-01-31'] })

const day = 86_400_000

/** When each secret was last changed. Never a secret itself. */
export const secrets = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,59}$/, 'expected a name such as BOT_TOKEN'),
  z.strictObject({
    rotated: date.describe('Day on which it was last changed'),
    every: duration(day)
      .default(90 * day)
      .describe('Change it again after this long'),
  }),
)
