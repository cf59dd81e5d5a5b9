import { expect, test } from 'vitest'
import { configOf, issuesOf } from './load.ts'

const weekly = 'schedule: "0 1 * * 5"'

test('a fix on a schedule, and what the file leaves out', () => {
  const config = configOf(
    'tasks:\n  tidy: { kind: clean-files, paths: [/var/tmp/x], older_than: 7d, schedule: " 0  5 * * * " }\n',
  )
  expect(config.tasks).toEqual([
    {
      name: 'tidy',
      kind: 'clean-files',
      schedule: '0 5 * * *',
      params: { paths: ['/var/tmp/x'], older_than: '7d' },
      timeout: 600_000,
      env: {},
    },
  ])
})

test('a rolling restart', () => {
  const config = configOf(`tasks: { r: { kind: rolling-restart, services: all, ${weekly} } }\n`)
  expect(config.tasks[0]?.params).toEqual({
    services: 'all',
    within: 60_000,
    for: 10_000,
    watch: 120_000,
  })
})

test.each([
  [
    'no schedule',
    'kind: rolling-restart, services: all',
    ['1:10: tasks.t.schedule: missing, expected five fields of node-cron, such as "0 9 * * 1"'],
  ],
  [
    'no time that there is',
    'kind: rolling-restart, services: all, schedule: "61 * * * *"',
    [
      '1:63: tasks.t.schedule: found "61 * * * *", expected five fields of node-cron, such as "0 9 * * 1"',
    ],
  ],
  [
    'every second',
    'kind: rolling-restart, services: all, schedule: "* * * * * *"',
    [
      '1:63: tasks.t.schedule: found "* * * * * *", expected five fields of node-cron, such as "0 9 * * 1"',
    ],
  ],
  [
    'a kind that is none',
    `kind: rolling-resart, services: all, ${weekly}`,
    ['1:21: tasks.t.kind: unknown kind "rolling-resart", did you mean "rolling-restart"?'],
  ],
  [
    'what its kind refuses',
    `kind: clean-files, paths: [/a/../b], older_than: 7d, ${weekly}`,
    ['1:42: tasks.t.paths[0]: found "/a/../b", expected a path without ..'],
  ],
  [
    'a key of fixes',
    `kind: clean-files, paths: [/a], older_than: 7d, attempts: 3, ${weekly}`,
    [expect.stringContaining('1:63: tasks.t.attempts: unknown key "attempts"')],
  ],
])('%s', (_, entry, issues) => {
  expect(issuesOf(`tasks: { t: { ${entry} } }\n`)).toEqual(issues)
})

test('services that are not there, or there twice', () => {
  const text = `defaults: off\nservices: { web: { manager: { pm2: web } } }\ntasks: { t: { kind: rolling-restart, services: [web, wbe, web], ${weekly} } }\n`
  expect(issuesOf(text)).toEqual([
    '3:54: tasks.t.services[1]: no service "wbe", expected web',
    '3:59: tasks.t.services[2]: found "web", expected each service once',
  ])
})

test('PM2 may know a service that the file does not', () => {
  expect(issuesOf(`tasks: { t: { kind: rolling-restart, services: [api], ${weekly} } }\n`)).toEqual(
    [],
  )
})
