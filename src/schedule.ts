import cron from 'node-cron'
import type { Runs, Schedule } from './flow/outside.ts'

/** Schedules of the config, by node-cron. */
export const cronSchedule: Schedule = (pattern, timezone, run) => {
  const task = cron.schedule(pattern, run, { timezone, noOverlap: true })
  return {
    cancel: () => void task.destroy(),
    next: (count) => task.getNextRuns(count).map((date) => date.getTime()),
  }
}

/** When a schedule of the config would run next, without running anything. */
export const cronRuns: Runs = (pattern, timezone, count) => {
  const task = cron.createTask(pattern, () => undefined, { timezone })
  const runs = task.getNextRuns(count).map((date) => date.getTime())
  void task.destroy()
  return runs
}
