import { z } from 'zod'
import {
  defaultsSwitch,
  host,
  language,
  laterSections,
  notify,
  operators,
  timezone,
} from './general.ts'
import { secrets } from './secrets.ts'

/** The keys of the whole file. Named things are validated one by one, with their kinds' own schemas. */
export const file = z
  .strictObject({
    timezone: timezone.describe('IANA name; default: the machine’s'),
    language: language.describe('A file in locales/; default en'),
    defaults: defaultsSwitch,
    operators: operators.describe('Who may do what; replaces ALLOWED_USERS'),
    notify: notify.describe('Who is told, and when'),
    hosts: z
      .record(z.string(), host)
      .describe('Machines; main, this one, exists without being listed'),
    services: z.unknown().describe('What an operator restarts and reads the logs of'),
    checks: z.unknown().describe('What is watched'),
    fixes: z.unknown().describe('What may be done about it'),
    tasks: z.unknown().describe('What is done on a schedule'),
    backups: z.unknown().describe('What is backed up, where to, and how that is proven'),
    secrets: secrets.describe('When each secret was last changed; never the secret itself'),
    ...laterSections,
  })
  .partial()
