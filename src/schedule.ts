import cron from 'node-cron'
import type { Schedule } from './flow/outside.ts'

/** Schedules of the config, by node-cron. */
export const cronSchedule: Schedule = (pattern, timezone, run) => {
  const task = cron.schedule(pattern, run, { timezone, noOverlap: true })
  return {
    cancel: () => void task.destroy(),
    next: (count) => task.getNextRuns(count).map((date) => date.getTime()),
  }
}
