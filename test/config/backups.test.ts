import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BackupConfig, Config } from '../../src/config/types.ts'
import { configOf, issuesOf } from './load.ts'

const env = {
  DATABASE_URL: 'postgres://app:hunter22@db.example.com/app',
  SCRATCH_URL: 'postgres://scratch@localhost/postgres',
  RESTIC_PASSWORD: 'correct horse',
  BACKUP_KEY: 'AKIAEXAMPLE',
}

/** The entry `b`, which must be right, beside whatever else. */
function backupOf(entry: string, beside = ''): BackupConfig {
  const [found] = load(entry, beside).backups
  if (!found) throw new Error('no backup')
  return found
}

const load = (entry: string, beside = ''): Config =>
  configOf(`${beside}backups: { b: { ${entry} } }\n`, { env })

const issues = (entry: string, beside = ''): readonly string[] =>
  issuesOf(`${beside}backups: { b: { ${entry} } }\n`, { env }).map((one) =>
    one.replace(/^\d+:\d+: backups\.b[.:] ?/, ''),
  )

const files = 'source: { paths: [/srv/a] }'
const sqlite = 'source: { sqlite: /srv/app.db }'
const to = 'repository: /backups/b, password: hunter2222'

test('the words of the contract', () => {
  const config = configOf(
    `backups:
  app-db:
    source: { postgres: "\${DATABASE_URL}" }
    repository: s3:s3.amazonaws.com/bucket/app
    password: \${RESTIC_PASSWORD}
    env: { AWS_ACCESS_KEY_ID: "\${BACKUP_KEY}" }
    schedule: "30 2 * * *"
    keep: { daily: 7, weekly: 4, monthly: 12 }
    max_age: 26h
    drill: { schedule: "0 4 * * 0", url: "\${SCRATCH_URL}", expect: [{ query: "SELECT 1", at_least: 1 }] }
`,
    { env },
  )
  expect(config.backups).toEqual([
    {
      name: 'app-db',
      host: 'main',
      source: { kind: 'postgres', url: env.DATABASE_URL },
      repository: 's3:s3.amazonaws.com/bucket/app',
      password: 'correct horse',
      env: { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' },
      schedule: '30 2 * * *',
      keep: { daily: 7, weekly: 4, monthly: 12 },
      appendOnly: false,
      maxAge: 26 * 3_600_000,
      timeout: 6 * 3_600_000,
      verify: { schedule: expect.stringMatching(/^\d+ 5 \* \* 6$/), parts: 10 },
      drill: {
        schedule: '0 4 * * 0',
        url: env.SCRATCH_URL,
        expect: [{ query: 'SELECT 1', atLeast: 1 }],
      },
      exclusive: false,
    },
  ])
  expect(config.tasks).toMatchObject([
    { name: 'backup:app-db', kind: 'backup', about: { backup: 'app-db' }, schedule: '30 2 * * *' },
    { name: 'verify:app-db', kind: 'verify', about: { backup: 'app-db' } },
    { name: 'drill:app-db', kind: 'drill', about: { backup: 'app-db' }, schedule: '0 4 * * 0' },
  ])
  const check = config.checks.find(({ name }) => name === 'app-db')
  expect(check).toMatchObject({ kind: 'backup', hosts: ['main'], params: { backup: 'app-db' } })
  expect(check?.levels.map(({ severity, text }) => `${severity} ${text}`)).toEqual([
    'critical age > 78h',
    'warning age > 26h',
    'warning failing > 6h',
    'warning failed',
    'warning overdue',
  ])
})

describe('what the file leaves out', () => {
  test('without a schedule nothing is done by itself, and everything stays', () => {
    const config = load(`${files}, ${to}`)
    expect(config.tasks).toEqual([])
    expect(config.backups[0]).toMatchObject({ keep: null, verify: { parts: 10 } })
  })

  test('verify: off has no schedule; its parts and schedule may be named', () => {
    const daily = 'schedule: "0 1 * * *"'
    expect(backupOf(`${files}, ${to}, ${daily}, verify: off`).verify).toEqual({ parts: 10 })
    const own = 'verify: { schedule: "0 6 * * 1", parts: 4 }'
    expect(backupOf(`${files}, ${to}, ${own}`).verify).toEqual({ schedule: '0 6 * * 1', parts: 4 })
  })

  test('it runs where its service runs, and is as exclusive as that', () => {
    const service =
      'services: { v: { manager: { systemd: v }, deploy: { repo: r, path: /srv/v, exclusive: true } } }\n'
    const stop = 'source: { paths: [/srv/a], stop: v }'
    expect(backupOf(`${stop}, ${to}`, service)).toMatchObject({ host: 'main', exclusive: true })
    expect(backupOf(`${stop}, ${to}, exclusive: false`, service).exclusive).toBe(false)
    expect(backupOf(`${files}, ${to}, exclusive: true`).exclusive).toBe(true)
    const signer = 'source: { paths: ["/var/lib/v/slashing_protection.sqlite*"] }'
    expect(backupOf(`${signer}, ${to}`).exclusive).toBe(true)
    expect(backupOf(`${signer}, ${to}, exclusive: false`).exclusive).toBe(false)
  })

  test('paths are whole ones', () => {
    const config = backupOf(
      'source: { paths: [~/mail, ./x/, /srv/*.db] }, repository: ~/backups/, password: hunter2222',
    )
    expect(config.source).toEqual({
      kind: 'paths',
      paths: ['/home/asha/mail', `${process.cwd()}/x`, '/srv/*.db'],
    })
    expect(config.repository).toBe('/home/asha/backups')
  })
})

describe('the state of the bot itself', () => {
  test('needs no source, runs daily, and is continuous where there is a place for it', () => {
    const self = configOf(`backups: { self: { ${to} } }`).backups[0]
    expect(self).toMatchObject({
      source: {
        kind: 'self',
        database: resolve('var/mechanic.db'),
        config: resolve('mechanic.yaml'),
        env: resolve('.env'),
      },
      schedule: '30 3 * * *',
      keep: { daily: 7, weekly: 4, monthly: 12 },
      continuous: { replica: '/backups/b.continuous/self' },
    })
    expect(configOf(`backups: { self: { ${to}, append_only: true } }`).backups[0]?.keep).toBe(null)
    const rest = 'repository: "rest:https://b.example.com/", password: hunter2222'
    expect(configOf(`backups: { self: { ${rest} } }`).backups[0]?.continuous).toBeUndefined()
    expect(configOf(`backups: { self: { ${to}, continuous: off } }`).backups[0]?.continuous).toBe(
      undefined,
    )
  })

  test('is no name for anything else', () => {
    expect(issuesOf(`backups: { self: { ${files}, ${to} } }`)).toEqual([
      expect.stringContaining('self is the state of the bot, expected no source, or another name'),
    ])
  })
})

describe('a replica', () => {
  test.each([
    ['/backups/b', '/backups/b.continuous/b'],
    ['s3:s3.amazonaws.com/bucket/app', 's3://bucket/app.continuous/b'],
    ['s3:s3.eu-west-1.amazonaws.com/bucket', 's3://bucket/continuous/b'],
    [
      's3:https://minio.example.com:9000/bucket/app/',
      's3://bucket/app.continuous/b?endpoint=https%3A%2F%2Fminio.example.com%3A9000',
    ],
    ['sftp:bk@nas:/srv/b', 'sftp://bk@nas/srv/b.continuous/b'],
    ['sftp://bk@nas:2222//srv/b', 'sftp://bk@nas:2222/srv/b.continuous/b'],
  ])('beside %s is %s', (repository, replica) => {
    const entry = `${sqlite}, repository: "${repository}", password: hunter2222, continuous: true`
    expect(backupOf(entry).continuous).toEqual({
      replica,
      retention: 7 * 86_400_000,
      maxLag: 300_000,
    })
  })

  test('may be named, and adds its lag to the check', () => {
    const config = load(
      `${sqlite}, ${to}, continuous: { replica: /mnt/r, retention: 2d, max_lag: 10m }`,
    )
    expect(config.backups[0]?.continuous).toEqual({
      replica: '/mnt/r',
      retention: 2 * 86_400_000,
      maxLag: 600_000,
    })
    expect(config.checks.at(-1)?.levels.map(({ text }) => text)).toContain('lag > 10m')
  })

  test.each([
    ['rest:https://b.example.com/', 'continuous: true'],
    ['sftp:nas:b', 'continuous: { retention: 1d }'],
  ])('has no place beside %s', (repository, continuous) => {
    expect(
      issues(`${sqlite}, repository: "${repository}", password: hunter2222, ${continuous}`),
    ).toEqual(['continuous: no replica can be kept in this repository, expected replica: ADDRESS'])
  })

  test('is of one database alone', () => {
    const one = `${sqlite}, ${to}, continuous: { replica: /mnt/r }`
    expect(issuesOf(`backups: { a: { ${one} }, b: { ${one} } }`)).toEqual([
      expect.stringContaining(
        'backups.b.continuous: expected a replica that is not also that of a',
      ),
    ])
  })
})

test('a stanza, by its name or with its config', () => {
  const source = 'source: { postgres: "postgres://localhost/app" }'
  expect(backupOf(`${source}, ${to}, stanza: main`).stanza).toEqual({ name: 'main' })
  expect(backupOf(`${source}, ${to}, stanza: { name: main, config: ~/p.conf }`).stanza).toEqual({
    name: 'main',
    config: '/home/asha/p.conf',
  })
})

test.each([
  ['no source', to, 'source: missing, expected postgres, sqlite or paths'],
  ['no repository', `${files}, password: hunter2222`, 'repository: missing, expected a text'],
  [
    'the password by a file',
    `${files}, ${to}, env: { RESTIC_PASSWORD_FILE: /etc/key }`,
    'env: found a map of settings, expected one without RESTIC_REPOSITORY and RESTIC_PASSWORD',
  ],
  ['no password', `${files}, repository: /b`, 'password: missing, expected the password of'],
  ['two sources', `source: { sqlite: /a, paths: [/b] }, ${to}`, 'expected exactly one of postgres'],
  [
    'no path',
    `source: { sqlite: a.db }, ${to}`,
    'source.sqlite: found "a.db", expected an absolute',
  ],
  [
    'a service stopped for PostgreSQL',
    `source: { postgres: "postgres://localhost/a", stop: web }, ${to}`,
    'source.stop: found "web": PostgreSQL is copied while it runs',
  ],
  ['no address', `source: { postgres: db.example.com }, ${to}`, 'expected an address such as'],
  ['no scheme', `${files}, repository: host/bucket, password: pw12`, 'expected an absolute direct'],
  ['a slip', `${files}, repository: "sftpp:host:/b", password: pw12`, 'did you mean "sftp"?'],
  ['a misspelt key', `${files}, ${to}, max-age: 1d`, 'did you mean "max_age"?'],
  ['no schedule', `${files}, ${to}, schedule: "61 * * * *"`, 'expected five fields of node-cron'],
  ['a keep that keeps nothing', `${files}, ${to}, keep: {}`, 'expected how many snapshots stay'],
  ['a keep of nothing', `${files}, ${to}, keep: { daily: 0 }`, 'keep.daily: found 0, expected'],
  [
    'a keep that nobody can apply',
    `${files}, ${to}, append_only: true, keep: { daily: 7 }`,
    'keep: an append-only repository refuses to remove anything',
  ],
  [
    'a question without an answer',
    `${files}, ${to}, drill: { expect: [{ query: SELECT 1 }] }`,
    'drill.expect[0]: found a map of settings, expected at_least, at_most or equals',
  ],
  [
    'a server for files',
    `${files}, ${to}, drill: { url: "postgres://localhost/a" }`,
    'drill.url: only PostgreSQL is restored to a server',
  ],
  ['files as they change', `${files}, ${to}, continuous: true`, 'Litestream replicates SQLite'],
  ['a stanza of SQLite', `${sqlite}, ${to}, stanza: main`, 'stanza: pgBackRest is for PostgreSQL'],
  ['a stanza that is an option', `${sqlite}, ${to}, stanza: --x`, 'expected the name of a stanza'],
  ['a host', `${files}, ${to}, host: mian`, 'host: no host "mian", did you mean "main"?'],
])('refuses %s', (_, entry, words) => {
  const found = issues(entry)
  expect(found.join('\n')).toContain(words)
  expect(found).toHaveLength(1)
})

test.each([
  ['/srv', '/srv/backups'],
  ['/srv/backups', '/srv/backups'],
  ['/srv/*', '/srv/backups/deep'],
  ['/srv/**', '/srv/backups'],
])('a repository inside of the source %s would hold itself', (path, repository) => {
  const entry = `source: { paths: ["${path}"] }, repository: ${repository}, password: hunter2222`
  expect(issues(entry)).toEqual([expect.stringContaining('this place is inside of the source')])
})

test('a repository beside the source is fine', () => {
  expect(
    issues('source: { paths: [/srv/a, "/srv/*.db"] }, repository: /srv/ab, password: hunter2222'),
  ).toEqual([])
})

describe('names', () => {
  test('of services and backups that must be there', () => {
    const off = 'defaults: off\nservices: { web: { manager: { pm2: web } } }\n'
    expect(issues(`source: { paths: [/a], stop: wbe }, ${to}`, off)).toEqual([
      'source.stop: no service "wbe", expected web',
    ])
    const deploy = (names: string) =>
      `services: { web: { manager: { pm2: web }, deploy: { repo: r, path: /srv/w, backup: ${names} } } }\n`
    expect(issues(`${files}, ${to}`, deploy('[b]'))).toEqual([])
    expect(issuesOf(deploy('[b]'))).toEqual([
      expect.stringContaining(
        'services.web.deploy.backup[0]: no backup "b", expected its name under',
      ),
    ])
    expect(issues(`${files}, ${to}`, deploy('[b, b]'))).toEqual([
      expect.stringContaining('found "b", expected each backup once'),
    ])
  })

  test('that a service or a check has are taken', () => {
    expect(issues(`${files}, ${to}`, 'checks: { b: { kind: disk } }\n')).toEqual([
      'a check has this name, and a backup is a check itself, expected another name',
    ])
    expect(issues(`${files}, ${to}`, 'services: { b: { manager: { pm2: b } } }\n')).toEqual([
      'a service has this name, and a backup is a check itself, expected another name',
    ])
  })

  test('of built-in checks give way', () => {
    const { checks } = configOf(`backups: { disk: { ${files}, ${to} } }`)
    const kinds = checks.map(({ name, kind }) => `${name} ${kind}`)
    expect(kinds).toContain('disk backup')
    expect(kinds).toContain('main-disk disk')
  })

  test('of the kind are no check to be written', () => {
    expect(issuesOf('checks: { x: { kind: backup, backup: b } }')).toEqual([
      expect.stringContaining('unknown kind "backup"'),
    ])
  })
})

describe('secrets', () => {
  test('are the password, the keys, and those in addresses', () => {
    const { secrets } = load(
      `source: { postgres: "postgres://app:pg-secret@db/app" }, repository: "rest:https://u:rest-secret@b.example.com/", password: restic-secret, env: { AWS_SECRET_ACCESS_KEY: aws-secret, AWS_REGION: eu-west-1 }`,
    )
    expect(secrets).toEqual(
      expect.arrayContaining(['pg-secret', 'rest-secret', 'restic-secret', 'aws-secret']),
    )
    expect(secrets).not.toContain('eu-west-1')
  })

  test('are not the accounts of servers, or every postgres would be hidden', () => {
    const { secrets } = load(
      'source: { postgres: "postgres://postgres@db/app" }, repository: "sftp://backup@nas//srv", password: hunter2222',
    )
    expect(secrets).not.toContain('postgres')
    expect(secrets).not.toContain('backup')
  })

  test('are in no fault', () => {
    const wrong = issuesOf(
      'backups: { b: { source: { postgres: "postgres//app:pg-secret@db" }, repository: "rst:https://u:rest-secret@b/", password: [restic-secret] } }',
    )
    expect(wrong.length).toBeGreaterThan(0)
    expect(wrong.join()).not.toMatch(/rest-secret|restic-secret/)
  })
})
