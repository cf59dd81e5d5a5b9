import { z } from 'zod'
import { durationForm, formatDuration, parseDuration } from '../units.ts'

const day = 86_400_000

/** The longest duration that makes sense anywhere in the file, in milliseconds. */
const longest = 3_660 * day

/** A duration as text, milliseconds after parsing; at least `least` milliseconds. */
export const duration = (least = 0, most = longest) =>
  z
    .string({ error: `expected ${durationForm}` })
    .transform((text, context) => {
      const ms = parseDuration(text)
      if (ms !== undefined && ms >= least && ms <= most) return ms
      const bound =
        ms === undefined
          ? durationForm
          : ms < least
            ? `at least ${formatDuration(least)}`
            : `at most ${formatDuration(most)}`
      context.addIssue({ code: 'custom', message: `expected ${bound}` })
      return z.NEVER
    })
    .meta({ examples: ['30s', '5m', '2h', '7d'] })

const lineForm = 'expected a text of one line'

/** A text of one line. */
export const line = z
  .string({ error: lineForm })
  .min(1, lineForm)
  .max(1_000, 'expected at most 1000 characters')
  .refine((text) => !/\p{Cc}/u.test(text), lineForm)

/** What a check, service, fix or host may be called. */
export const namePattern = /^[A-Za-z0-9_.-]{1,40}$/

const nameForm = 'a name of 1 to 40 letters, digits, "-", "_" or "."'

/** Why a name will not do, or undefined when it will. */
export const nameProblem = (name: string): string | undefined => {
  if (!namePattern.test(name)) return `expected ${nameForm}`
  return name === 'all' ? '"all" means every check, expected another name' : undefined
}

const command = 'a command: a text that runs under sh -c, or a list of its words'

/** An argv, or a line for `sh -c`: only the config file can say the latter. */
export const commandLine = z
  .union([z.string().min(1), z.tuple([z.string().min(1)], z.string())], {
    error: `expected ${command}`,
  })
  .describe(`${command[0]?.toUpperCase()}${command.slice(1)}`)

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A map of short texts; numbers and yes/no are taken as the texts they are written as. */
const texts = (key: z.ZodString) =>
  z.record(
    key,
    z.union([z.string(), z.number(), z.boolean()], { error: 'expected a text' }).transform(String),
  )

export const environment = texts(
  z.string().regex(variable, 'expected the name of a variable, such as PGHOST'),
).describe('Variables for the commands it runs, which never see the bot’s own environment')

export const labels = texts(z.string().min(1).max(60)).describe('Words of your own')

export const severity = z.enum(['info', 'warning', 'critical'])

/** `on` and `off` are plain texts in YAML 1.2. */
export const onOff = z
  .union([z.boolean(), z.enum(['on', 'off'])], { error: 'expected on or off' })
  .transform((value) => value === true || value === 'on')

/** Nothing, `off`, or only empty lists and maps: written down, but asking for nothing. */
export function isIdle(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 'off') return true
  return typeof value === 'object' && Object.values(value).every(isIdle)
}

/** The name of a part of the surface that another issue brings: it may be empty, not used. */
export const later = (about: string) =>
  z
    .unknown()
    .refine(isIdle, 'not built yet, expected it to be left out')
    .optional()
    .describe(`${about}. Not built yet: refused.`)
