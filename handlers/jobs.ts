import { defineHandler } from '../src/contract/handler.ts'
import type { Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'

/** The buttons of long actions; what begins them are other commands. */
export default defineHandler({
  kind: 'jobs',
  commands: {},
  presses: { 'job-cancel': { role: 'operator' }, 'job-log': { role: 'operator' } },
  onCommand: () => undefined,
  onPress: (press) => (press.verb === 'job-cancel' ? cancel(press) : log(press)),
})

function cancel({ house, arg, by, answer }: Press): void {
  answer(house.cancelJob(Number(arg), by))
}

function log({ house, arg, answer, reply }: Press): void {
  const file = house.jobLog(Number(arg))
  if (!file) return answer(t('job-no-log'))
  reply({ blocks: [line('job-log')], file })
}
