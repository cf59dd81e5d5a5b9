import { describe, expect, test } from 'vitest'
import { issuesOf } from './load.ts'

/** Every row: what it is, the file, and all that is said about it, with line and column. */
type Row = readonly [name: string, file: string, issues: readonly string[]]

const form: readonly Row[] = [
  ['a tab as indentation', 'checks:\n\tdisk: 1\n', ['2:1: indented with a tab, expected blanks']],
  [
    'uneven indentation',
    'notify:\n  chat: 1\n quiet_hours: off\n',
    ['3:1: indented differently from its neighbours, expected the same column'],
  ],
  [
    'a key twice',
    'timezone: UTC\nlanguage: en\ntimezone: UTC\n',
    ['3:1: this key stands here twice, expected each key once'],
  ],
  [
    'a name twice in one line',
    'hosts: { main: {}, main: {} }\n',
    ['1:20: this key stands here twice, expected each key once'],
  ],
  [
    'the same name as number and text',
    'checks: { 1: {}, "1": {} }\n',
    ['1:18: this key stands here twice, expected each key once'],
  ],
  ['a list', '- a\n- b\n', ['1:1: found a list, expected a map of settings']],
  ['a word', 'hello\n', ['1:1: found "hello", expected a map of settings']],
  [
    'a threshold without quotes',
    'checks:\n  disk: { kind: disk, warning: > 85% }\n',
    ['2:32: a threshold without quotes, expected quotes around it, such as "> 85%"'],
  ],
  [
    'a threshold without quotes on a line of its own',
    'checks:\n  disk:\n    kind: disk\n    warning: > 85%\n',
    ['4:16: a threshold without quotes, expected quotes around it, such as "> 85%"'],
  ],
  [
    'a variable without quotes in braces',
    'checks: { site: { kind: http, url: ${SITE} } }\n',
    ['1:37: ${NAME} without quotes inside { }, expected "${NAME}"'],
  ],
  [
    'an open bracket',
    'checks:\n  disk: { kind: disk, hosts: [main }\n',
    ['2:36: something is missing here, expected a closing quote, bracket, brace or comma'],
  ],
  [
    'two documents',
    '---\ntimezone: UTC\n---\nlanguage: en\n',
    ['3:1: a second document, expected one "---" at most'],
  ],
  ['a tag', 'timezone: !!js/function x\n', ['1:11: an unknown tag, expected a plain value']],
  [
    'an alias to nothing',
    'timezone: *zone\n',
    ['1:11: an alias to nothing, expected the name of an anchor above it'],
  ],
  ['a key that is a list', '? [a]\n: 1\n', ['1:3: this key is no name, expected a text']],
  [
    'a key that would be a prototype',
    'hosts:\n  __proto__: {}\n',
    ['2:3: this key is no name, expected a text'],
  ],
  ['a merge of no map', '<<: 5\n', ['1:1: nothing to merge, expected <<: *name']],
]

const keys: readonly Row[] = [
  [
    'a misspelt section',
    'timezone: UTC\nchekcs: {}\n',
    ['2:1: chekcs: unknown key "chekcs", did you mean "checks"?'],
  ],
  [
    'a misspelt key of every check',
    'checks:\n  disk: { kind: disk, warnign: "> 85%" }\n',
    ['2:23: checks.disk.warnign: unknown key "warnign", did you mean "warning"?'],
  ],
  [
    'a misspelt key of the kind',
    'checks:\n  disk:\n    kind: disk\n    paht: /\n',
    ['4:5: checks.disk.paht: unknown key "paht", did you mean "path"?'],
  ],
  [
    'a misspelt key deep inside',
    'checks: { site: { kind: http, url: "http://a/", expect: { jsno: "$" } } }\n',
    ['1:59: checks.site.expect.jsno: unknown key "jsno", did you mean "json"?'],
  ],
  [
    'a misspelt notify key',
    'notify:\n  quite_hours: off\n',
    ['2:3: notify.quite_hours: unknown key "quite_hours", did you mean "quiet_hours"?'],
  ],
  [
    'a key that is like no other',
    'hosts:\n  main: { zzzzzzzz: 1 }\n',
    ['2:11: hosts.main.zzzzzzzz: unknown key "zzzzzzzz", expected one of local, role or ssh'],
  ],
  [
    'no kind',
    'checks:\n  disk: { path: / }\n',
    ['2:3: checks.disk.kind: missing, expected the kind of check, such as disk or http'],
  ],
  [
    'a required key left out',
    'checks:\n  site: { kind: http }\n',
    ['2:3: checks.site.url: missing, expected a text'],
  ],
  [
    'a required key without value',
    'checks:\n  site: { kind: http, url: }\n',
    ['2:23: checks.site.url: nothing stands here, expected a text'],
  ],
  [
    'an entry without settings',
    'checks:\n  disk:\n',
    ['2:3: checks.disk: found nothing, expected a map of settings'],
  ],
  [
    'a section that is a list',
    'checks: [disk]\n',
    ['1:9: checks: found a list, expected a map of names, each with its settings'],
  ],
]

const values: readonly Row[] = [
  [
    'a misspelt kind',
    'checks: { site: { kind: htpt } }\n',
    ['1:25: checks.site.kind: unknown kind "htpt", did you mean "http"?'],
  ],
  [
    'a misspelt kind that is not built',
    'checks: { db: { kind: postgers } }\n',
    ['1:23: checks.db.kind: unknown kind "postgers", did you mean "postgres"?'],
  ],
  [
    'a kind that is not built',
    'checks: { db: { kind: sql } }\n',
    [
      '1:23: checks.db.kind: kind "sql" is not built yet, expected one of cpu, memory, swap, load, disk, log, systemd, pm2, http or command',
    ],
  ],
  [
    'a fix that is not built',
    'fixes: { x: { kind: sql } }\n',
    [
      '1:21: fixes.x.kind: kind "sql" is not built yet, expected one of restart, command or clean-files',
    ],
  ],
  [
    'a bad duration',
    'checks: { disk: { kind: disk, every: 5x } }\n',
    ['1:38: checks.disk.every: found "5x", expected a duration such as 30s, 5m, 2h or 7d'],
  ],
  [
    'a duration without unit',
    'checks: { disk: { kind: disk, every: 60 } }\n',
    ['1:38: checks.disk.every: found 60, expected a duration such as 30s, 5m, 2h or 7d'],
  ],
  [
    'a duration that is too short',
    'checks: { disk: { kind: disk, every: 0s } }\n',
    ['1:38: checks.disk.every: found "0s", expected at least 100ms'],
  ],
  [
    'an unknown metric',
    'checks: { disk: { kind: disk, warning: "usd > 85%" } }\n',
    ['1:40: checks.disk.warning: found "usd > 85%": no metric "usd", did you mean "used"?'],
  ],
  [
    'a unit that does not fit',
    'checks: { memory: { kind: memory, warning: "available < 5%" } }\n',
    [
      '1:44: checks.memory.warning: found "available < 5%": available is a number of bytes, expected "available > 5GiB"',
    ],
  ],
  [
    'a level that is a number',
    'checks: { disk: { kind: disk, warning: 85 } }\n',
    [
      '1:40: checks.disk.warning: found 85, expected a condition in quotes, such as "> 85%" or "down for 5m"',
    ],
  ],
  [
    'a recovery that is none',
    'checks: { disk: { kind: disk, warning: "> 85%", recover: "> 80%" } }\n',
    [
      '1:58: checks.disk.recover: found "> 80%": recovery points the same way as "> 85%", expected the other way',
    ],
  ],
  [
    'a recovery with a duration',
    'checks: { disk: { kind: disk, recover: "< 80% for 5m" } }\n',
    [
      '1:40: checks.disk.recover: found "< 80% for 5m": recovery takes no "for", expected a condition, or a number of good runs',
    ],
  ],
  [
    'a misspelt word',
    'notify: { heartbeat: { send: on-chnage } }\n',
    [
      '1:30: notify.heartbeat.send: found "on-chnage", expected one of on-change, always or never, did you mean "on-change"?',
    ],
  ],
  [
    'six fields of cron',
    'notify: { heartbeat: { schedule: "0 0 9 * * *" } }\n',
    [
      '1:34: notify.heartbeat.schedule: found "0 0 9 * * *", expected five fields of node-cron, such as "0 9 * * 1"',
    ],
  ],
  [
    'nonsense for cron',
    'notify: { heartbeat: { schedule: "99 * * * *" } }\n',
    [
      '1:34: notify.heartbeat.schedule: found "99 * * * *", expected five fields of node-cron, such as "0 9 * * 1"',
    ],
  ],
  [
    'an hour that no clock shows',
    'notify: { quiet_hours: { from: "25:00", to: "07:00" } }\n',
    ['1:32: notify.quiet_hours.from: found "25:00", expected a time of day such as "22:00"'],
  ],
  [
    'quiet hours without end',
    'notify:\n  quiet_hours: { from: "22:00" }\n',
    ['2:3: notify.quiet_hours.to: missing, expected a time of day such as "22:00"'],
  ],
  [
    'quiet hours of no length',
    'notify: { quiet_hours: { from: "07:00", to: "07:00" } }\n',
    [
      '1:24: notify.quiet_hours: found a map of settings, expected two different times, or quiet_hours: off',
    ],
  ],
  [
    'no chat',
    'notify: { chat: "@ops" }\n',
    [
      '1:17: notify.chat: found "@ops", expected a chat: a user id, a group id such as -1001234567890, or { id, topic }',
    ],
  ],
  [
    'a zone that does not exist',
    'timezone: Asia/Kolkatta\n',
    ['1:11: timezone: found "Asia/Kolkatta", expected an IANA time zone such as Asia/Kolkata'],
  ],
  [
    'an offset as zone',
    'timezone: "+05:30"\n',
    ['1:11: timezone: found "+05:30", expected an IANA time zone such as Asia/Kolkata'],
  ],
  [
    'a language without file',
    'language: fr\n',
    ['1:11: language: found "fr", expected a file in locales/, expected en or de'],
  ],
  [
    'an operator twice',
    'operators:\n  - { id: 1, name: A }\n  - { id: 1, name: B }\n',
    ['3:11: operators[1].id: found 1, expected each operator once'],
  ],
  ['nobody', 'operators: []\n', ['1:12: operators: found a list, expected at least one operator']],
  [
    'an unknown role',
    'operators: [{ id: 1, role: root }]\n',
    ['1:28: operators[0].role: found "root", expected one of viewer, operator or admin'],
  ],
  [
    'a group as operator',
    'operators: [{ id: -100 }]\n',
    ['1:19: operators[0].id: found -100, expected a Telegram user id, a positive number'],
  ],
  [
    'a plug-in’s own finding',
    'fixes: { f: { kind: clean-files, older_than: 7d, paths: [/a/../b] } }\n',
    ['1:58: fixes.f.paths[0]: found "/a/../b", expected a path without ..'],
  ],
  [
    'a wrong URL',
    'checks: { site: { kind: http, url: ftp://a/ } }\n',
    ['1:36: checks.site.url: found "ftp://a/", expected a valid URL'],
  ],
  [
    'a ping that goes nowhere, too often',
    'notify: { ping_out: { url: hc.example.com, every: 1s } }\n',
    [
      '1:28: notify.ping_out.url: found "hc.example.com", expected an http or https address',
      '1:51: notify.ping_out.every: found "1s", expected at least 10s',
    ],
  ],
]

describe.each([
  ['form', form],
  ['keys', keys],
  ['values', values],
])('faults: %s', (_, rows) => {
  test.each(rows)('%s', (_name, file, issues) => expect(issuesOf(file)).toEqual(issues))
})
