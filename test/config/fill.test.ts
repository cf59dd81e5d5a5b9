import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configOf, issuesOf, warningsOf } from './load.ts'

const header = (value: string, env = {}) => {
  const config = configOf(
    `checks: { s: { kind: http, url: "http://a/", headers: { H: ${value} } } }`,
    { env },
  )
  return config.checks.find(({ name }) => name === 's')?.params
}
const is = (text: string) => expect.objectContaining({ headers: { H: text } })

describe('variables', () => {
  test.each([
    ['"${A}"', 'alpha'],
    ['"x ${A}-${B}"', 'x alpha-beta'],
    ["'${A}'", 'alpha'],
    ['"$${A} $A $$ ${A}"', '${A} $A $$ alpha'],
    ['"$$${A}"', '$${A}'],
  ])('in %s', (text, expected) =>
    expect(header(text, { A: 'alpha', B: 'beta' })).toEqual(is(expected)),
  )

  test('are filled in once: what they hold is not looked into', () => {
    expect(header('"${A}"', { A: '${B} file:/etc/passwd', B: 'b' })).toEqual(
      is('${B} file:/etc/passwd'),
    )
    expect(header('"${A}"', { A: 'file:/etc/passwd' })).toEqual(is('file:/etc/passwd'))
  })

  test('stand for numbers and yes/no where those are meant', () => {
    const text = 'fixes: { f: { kind: restart, service: a, attempts: "${N}", approve: "${YES}" } }'
    expect(configOf(text, { env: { N: '5', YES: 'true' } }).fixes).toMatchObject([
      { attempts: 5, approve: true },
    ])
    expect(issuesOf(text, { env: { N: 'five', YES: 'true' } })).toEqual([
      '1:52: fixes.f.attempts: found "${N}", expected a number',
    ])
  })

  test('that are not set are told with the line and column that need them', () => {
    const text = [
      'checks:',
      '  s:',
      '    kind: http',
      '    url: "http://${HOST}:${PORT}/"',
      '    every: ${EVERY}',
    ].join('\n')
    expect(issuesOf(text, { env: { PORT: '' } })).toEqual([
      '4:18: checks.s.url: ${HOST} is not set, expected it in the environment or in .env',
      '4:26: checks.s.url: ${PORT} is empty, expected it in the environment or in .env',
      '5:12: checks.s.every: ${EVERY} is not set, expected it in the environment or in .env',
    ])
  })

  test('that are secrets are told by their name', () => {
    const text = 'backups:\n  a:\n    password: ${NOPE}\n'
    expect(issuesOf(text)).toContainEqual(expect.stringMatching(/^3:15: .*\$\{NOPE\} is not set/))
  })

  test('inside a text of several lines are told with their own line', () => {
    const text = 'checks:\n  c:\n    kind: command\n    run: |\n      one\n      two ${NOPE}\n'
    expect(issuesOf(text)).toEqual([
      '6:11: checks.c.run: ${NOPE} is not set, expected it in the environment or in .env',
    ])
  })

  test.each(['${}', '${1A}', '${A:-x}', '${A', '${toString}'])('%s is none', (text) => {
    expect(issuesOf(`timezone: '${text}'`, { env: { A: 'UTC' } })).toHaveLength(1)
  })
})

describe('secret files', () => {
  let folder = ''
  const write = (name: string, content: string | Uint8Array, mode = 0o600) => {
    writeFileSync(join(folder, name), content)
    chmodSync(join(folder, name), mode)
  }
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mechanic-config-'))
    write('token', 'hunter2-token\n')
    write('open', 'hunter2-open\n', 0o644)
    write('empty', '\n')
    write('binary', Buffer.from([0xff, 0xfe]))
    write('large', 'x'.repeat(70_000))
    mkdirSync(join(folder, 'folder'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const text = (path: string) =>
    `checks: { s: { kind: http, url: "http://a/", headers: { H: "file:${path}" } } }`
  const options = () => ({
    file: join(folder, 'mechanic.yaml'),
    home: folder,
    env: { DIR: folder },
  })

  test.each(['token', './token', '~/token', '${DIR}/token'])('are read from %s', (path) => {
    const config = configOf(text(path), options())
    expect(config.checks.find(({ name }) => name === 's')?.params).toEqual(is('hunter2-token'))
    expect(config.secrets).toContain('hunter2-token')
    expect(warningsOf(text(path), options())).toEqual([])
  })

  test('from an absolute place, or a file: URL', () => {
    expect(configOf(text(`//${folder}/token`), options()).secrets).toContain('hunter2-token')
    expect(configOf(text(`${folder}/token`), options()).secrets).toContain('hunter2-token')
  })

  test('that everybody can read are warned about', () => {
    expect(warningsOf(text('open'), options())).toEqual([
      `${folder}/mechanic.yaml:1:60: checks.s.headers.H: this secret can be read by every user of the machine, expected mode 0600`,
    ])
  })

  test.each([
    ['gone', 'there is no such file'],
    ['token/x', 'there is no such file'],
    ['folder', 'no regular file'],
    ['empty', 'the file is empty'],
    ['binary', 'the file is not UTF-8'],
    ['large', 'larger than 64 KiB'],
    ['/dev/null', 'no regular file'],
  ])('%s: %s', (path, problem) => {
    expect(issuesOf(text(path), options())).toEqual([expect.stringContaining(problem)])
  })
})

describe('what must never be shown', () => {
  test('is what came from secret variables, and passwords in addresses', () => {
    const env = {
      BOT_TOKEN: '12345:abcdef',
      DATABASE_URL: 'postgres://app:p%40ssword@db/app',
      HOOK: 'https://hooks.example/?api_key=k3yk3yk3y&x=plain-value',
      GIT: 'https://ghp_sometoken@github.com/a/b',
      SSH_AUTH_SOCK: '/tmp/agent.sock',
      AUTHOR: 'Asha Rao',
      FLAG_TOKEN: 'true',
      CERT_KEY: `-----BEGIN KEY-----\n${'A'.repeat(64)}\n-----END KEY-----`,
    }
    const { secrets } = configOf('', { env })
    for (const secret of [
      '12345:abcdef',
      'p%40ssword',
      'p@ssword',
      'k3yk3yk3y',
      'ghp_sometoken',
      'A'.repeat(64),
    ])
      expect(secrets).toContain(secret)
    for (const plain of ['app', 'postgres', '/tmp/agent.sock', 'Asha Rao', 'true', 'plain-value'])
      expect(secrets).not.toContain(plain)
  })

  test('is also what the file itself says in such places', () => {
    const { secrets } = configOf(
      'checks: { s: { kind: http, url: "http://u:literal-pw@a/", headers: { Authorization: Bearer abcdefgh } } }',
    )
    expect(secrets).toEqual(expect.arrayContaining(['literal-pw', 'Bearer abcdefgh', 'abcdefgh']))
  })

  test.each([
    ['a duration', 'checks: { d: { kind: disk, every: "${MY_TOKEN}" } }'],
    ['a threshold', 'checks: { d: { kind: disk, warning: "${MY_TOKEN} > 5" } }'],
    ['a path', 'fixes: { f: { kind: clean-files, older_than: 1d, paths: ["../${MY_TOKEN}"] } }'],
    ['a kind', 'checks: { d: { kind: "${MY_TOKEN}" } }'],
    ['a fix', 'checks: { d: { kind: disk, fix: "${MY_TOKEN}" } }'],
    ['a host', 'checks: { d: { kind: disk, hosts: ["${MY_TOKEN}"] } }'],
    ['a URL', 'checks: { d: { kind: http, url: "${MY_TOKEN}" } }'],
    ['a chat', 'notify: { chat: "${MY_TOKEN}" }'],
    ['a service', 'defaults: off\nfixes: { f: { kind: restart, service: "${MY_TOKEN}" } }'],
  ])('does not appear in an error about %s', (_, text) => {
    const secret = 'zq81kvxw'
    const issues = issuesOf(text, { env: { MY_TOKEN: secret } })
    expect(issues).toHaveLength(1)
    expect(issues.join()).not.toContain('zq81')
  })

  test('nor does a password that stands in the file', () => {
    const issues = issuesOf(
      'checks: { s: { kind: http, url: "ftp://u:hunter2pw@a/", headers: { Password: [hunter2] } } }',
    )
    expect(issues.join('\n')).toMatch(/url: found "ftp:\/\/u:\*\*\*@a\/"/)
    expect(issues.join('\n')).not.toContain('hunter2')
  })
})
