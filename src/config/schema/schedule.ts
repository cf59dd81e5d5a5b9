import { z } from 'zod'
import { validate } from 'node-cron'

const cronForm = 'expected five fields of node-cron, such as "0 9 * * 1"'

/** A wall-clock schedule. node-cron also takes six fields and @names, which the contract does not. */
export const schedule = z
  .string({ error: cronForm })
  .refine((text) => text.trim().split(/\s+/).length === 5 && validate(text), cronForm)
  .transform((text) => text.trim().replace(/\s+/g, ' '))
  .meta({ examples: ['0 9 * * *'] })
