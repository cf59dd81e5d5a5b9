import { describe, expect, test } from 'vitest'
import { issuesOf } from './load.ts'

/** Every row: what it is, the file, and all that is said about it, with line and column. */
type Row = readonly [name: string, file: string, issues: readonly string[]]

const references: readonly Row[] = [
  [
    'a fix that does not exist',
    'checks: { disk: { kind: disk, fix: free-dsk } }\nfixes: { free-disk: { kind: clean-files, paths: [/a], older_than: 7d } }\n',
    ['1:36: checks.disk.fix: no fix "free-dsk", did you mean "free-disk"?'],
  ],
  [
    'a fix where there is none',
    'checks: { disk: { kind: disk, fix: x } }\n',
    ['1:36: checks.disk.fix: no fix "x", expected its name under fixes'],
  ],
  [
    'a host that does not exist',
    'checks: { disk: { kind: disk, hosts: [mian] } }\n',
    ['1:38: checks.disk.hosts: no host "mian", did you mean "main"?'],
  ],
  [
    'a host of a service',
    'services: { web: { manager: { pm2: web }, host: edge } }\n',
    ['1:49: services.web.host: no host "edge", expected main'],
  ],
  [
    'a second local machine',
    'hosts:\n  edge: { local: true }\n',
    ['2:3: hosts.edge: only main is this machine, expected ssh for any other'],
  ],
  [
    'a name that is a word of its own',
    'checks:\n  all: { kind: disk }\n',
    ['2:3: checks.all: "all" means every check, expected another name'],
  ],
  [
    'a name with a blank',
    'checks:\n  my disk: { kind: disk }\n',
    ['2:3: checks.my disk: expected a name of 1 to 40 letters, digits, "-", "_" or "."'],
  ],
  [
    'a check and a service of one name',
    'services: { web: { manager: { pm2: web } } }\nchecks:\n  web: { kind: disk }\n',
    ['3:3: checks.web: a service has this name and is a check itself, expected another name'],
  ],
  [
    'a service without manager',
    'services:\n  web: { restart: auto }\n',
    ['2:3: services.web.manager: missing, expected a map of settings'],
  ],
  [
    'a service with two managers',
    'services: { web: { manager: { pm2: web, systemd: web } } }\n',
    [
      '1:29: services.web.manager: found a map of settings, expected exactly one of pm2, systemd or command',
    ],
  ],
  [
    'a service that nothing starts',
    'services: { web: { restart: auto, manager: { command: { status: "pgrep web" } } } }\n',
    [
      '1:46: services.web.manager.command: nothing starts it, expected start because of restart: auto',
    ],
  ],
  [
    'a service that nothing looks at',
    'services: { web: { manager: { command: { start: web } } } }\n',
    [
      '1:31: services.web.manager.command: nothing tells whether it runs, expected status, or health beside manager',
    ],
  ],
  [
    'a unit name that is an option',
    'services: { web: { manager: { systemd: --now } } }\n',
    ['1:40: services.web.manager.systemd: found "--now", expected the name of a systemd unit'],
  ],
  [
    'a restart of nothing',
    'defaults: off\nfixes: { r: { kind: restart, service: web } }\n',
    ['2:39: fixes.r.service: no service "web"'],
  ],
  [
    'a log of nothing',
    'defaults: off\nchecks: { l: { kind: log, service: web, warning: matches > 0 } }\n',
    ['2:36: checks.l.service: no service "web"'],
  ],
  [
    'the kind of services as a check',
    'checks: { web: { kind: service, service: web } }\n',
    [
      '1:24: checks.web.kind: unknown kind "service", expected one of cpu, memory, swap, load, disk, log, systemd, pm2, http or command',
    ],
  ],
]

const later: readonly Row[] = [
  [
    'hosts over SSH',
    'hosts:\n  edge: { ssh: eth2-claw }\nchecks: { disk: { kind: disk, hosts: [main, edge] } }\n',
    ['2:11: hosts.edge.ssh: not built yet, expected it to be left out'],
  ],
  [
    'containers',
    'services: { web: { manager: { docker: web } } }\n',
    ['1:31: services.web.manager.docker: not built yet, expected it to be left out'],
  ],
  [
    'escalation',
    'notify:\n  escalate: { critical: [{ after: 5m, to: 1002 }], warning: [] }\n',
    ['2:3: notify.escalate: not built yet, expected it to be left out'],
  ],
  [
    'dependencies',
    'checks: { disk: { kind: disk, depends_on: [net] } }\n',
    ['1:31: checks.disk.depends_on: not built yet, expected it to be left out'],
  ],
  [
    'one-time passwords',
    'fixes: { f: { kind: restart, service: a, confirm: totp } }\n',
    ['1:42: fixes.f.confirm: not built yet, expected it to be left out'],
  ],
  [
    'a kind of task',
    'tasks: { r: { kind: report, period: 7d, schedule: "0 0 * * 1" } }\n',
    [
      '1:21: tasks.r.kind: kind "report" is not built yet, expected one of restart, command, clean-files or rolling-restart',
    ],
  ],
  ...['maintenance', 'routes', 'witnesses', 'public'].map((key): Row => [
    key,
    `timezone: UTC\n${key}: { a: { b: c } }\n`,
    [`2:1: ${key}: not built yet, expected it to be left out`],
  ]),
]

describe.each([
  ['references', references],
  ['of later issues', later],
])('faults: %s', (_, rows) => {
  test.each(rows)('%s', (_name, file, issues) => expect(issuesOf(file)).toEqual(issues))
})

test('everything wrong is said at once, in the order of the file', () => {
  const file = [
    'timezone: Nowhere',
    'checks:',
    '  a: { kind: disk, every: 5x, fix: nothing }',
    '  b: { kind: htpt }',
    'fixes:',
    '  c: { kind: clean-files, paths: [/a], older_than: 7d, attempts: 0 }',
  ].join('\n')
  expect(issuesOf(file).map((issue) => issue.split(':', 2).join(':'))).toEqual([
    '1:11',
    '3:27',
    '4:14',
    '6:66',
  ])
})

test('what later issues bring may stand there empty', () => {
  expect(
    issuesOf(
      'maintenance: {}\nbackups:\ntasks:\npublic: off\nnotify: { escalate: { critical: [], warning: [] } }\n',
    ),
  ).toEqual([])
})

test('a file that is no text', () => {
  const bytes = Buffer.concat([Buffer.from('timezone: UTC\n# '), Buffer.from([0xff, 0xfe])])
  expect(issuesOf(bytes)).toEqual(['2:3: not UTF-8, expected a text file'])
})

test('a file that is too large', () => {
  expect(issuesOf('#'.repeat(1024 * 1024 + 1))).toEqual([
    '1:1: larger than 1 MiB, expected a configuration file',
  ])
})

test('aliases that multiply without end', () => {
  const levels = Array.from(
    { length: 12 },
    (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`,
  )
  expect(issuesOf(['a0: &a0 x', ...levels].join('\n'))).toEqual([
    '1:1: more than a configuration can hold once its aliases are filled in',
  ])
})

test('an alias inside itself', () => {
  expect(issuesOf('hosts: &h { main: *h }\n')).toEqual([
    '1:1: more than a configuration can hold once its aliases are filled in',
  ])
})

test.each(['['.repeat(100_000), '{a: '.repeat(100_000), '- '.repeat(100_000)])(
  'nesting without end',
  (file) => {
    expect(issuesOf(file)).toHaveLength(1)
  },
)
