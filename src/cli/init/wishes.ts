import { notify, timezone } from '../../config/schema/general.ts'
import type { Wishes } from './draft.ts'
import type { InitOutside } from './outside.ts'

const range = /^(\d{1,2}:\d\d)\s*(?:-|–|to)\s*(\d{1,2}:\d\d)$/

/** `22:00-07:00`, `off`; undefined for anything else. */
export function readQuiet(answer: string): Wishes['quiet'] | undefined {
  if (/^(?:off|no|none)$/i.test(answer)) return null
  const [, from = '', to = ''] = range.exec(answer) ?? []
  const hours = { from: from.padStart(5, '0'), to: to.padStart(5, '0') }
  return notify.safeParse({ quiet_hours: hours }).success ? hours : undefined
}

/** Asks where the operator lives and when they sleep. */
export async function askTimes({
  questions,
  machineZone,
}: InitOutside): Promise<Pick<Wishes, 'timezone' | 'quiet'>> {
  const zone = await questions.choose('Your time zone', machineZone, (answer) =>
    timezone.safeParse(answer).success
      ? { value: answer }
      : { problem: 'A time zone has a name such as Asia/Kolkata or Europe/London.' },
  )
  const quiet = await questions.choose(
    'Quiet hours, in which only what is critical reaches you (or off)',
    '22:00-07:00',
    (answer) => {
      const value = readQuiet(answer)
      return value === undefined
        ? { problem: 'Two different times of day such as 22:00-07:00, or off.' }
        : { value }
    },
  )
  return { timezone: zone, quiet }
}

/** The ISO date that a calendar in that zone shows. */
export const dateIn = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at)
