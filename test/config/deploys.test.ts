import fc from 'fast-check'
import { expect, test } from 'vitest'
import { configOf, issuesOf } from './load.ts'

/** A service `web` with these lines under `deploy`, and these beside it. */
const file = (deploy: string, beside = 'manager: { pm2: web }, health: "http://127.0.0.1:3000/"') =>
  `services:\n  web:\n    { ${beside}, deploy: { ${deploy} } }\n`

const least = 'repo: /srv/git/web.git, path: /srv/web'
const deployOf = (text: string, beside?: string) => configOf(file(text, beside)).services[0]?.deploy
const said = (text: string, beside?: string) =>
  issuesOf(file(text, beside)).map((issue) =>
    issue.replace(/^\d+:\d+: services\.web\.deploy\.?/, ''),
  )

test('what the file leaves out', () => {
  expect(deployOf(least)).toEqual({
    repo: '/srv/git/web.git',
    branch: 'main',
    path: '/srv/web',
    shared: [],
    validate: [],
    build: [],
    backup: [],
    strategy: 'reload',
    exclusive: false,
    healthy: { within: 60_000, for: 10_000 },
    watch: 0,
    autoRollback: false,
    bake: 0,
    keep: 5,
    retry: 1,
    timeout: 900_000,
  })
})

test('every key of the contract and ours', () => {
  const env = { HOOK_SECRET: 'a-secret-of-the-hook' }
  const text = file(
    `${least}, branch: release/2, shared: [.env, uploads/], validate: ["npm ci", [npm, test]], build: ["npm ci"],
      backup: [app-db], strategy: blue-green, healthy: { within: 30s }, watch: 10m, auto_rollback: true,
      bake: 24h, keep: 2, retry: 3, timeout: 1h, start: [pm2, start, app.js],
      ports: { blue: 3001, green: 3002 }, nginx: { include: /etc/nginx/web.conf },
      webhook: { secret: "\${HOOK_SECRET}", auto: true }`,
  )
  const backups =
    'backups: { app-db: { source: { paths: [/a] }, repository: /b, password: hunter2222 } }'
  const config = configOf(`${text}${backups}\n`, { env })
  expect(config.services[0]?.deploy).toMatchObject({
    branch: 'release/2',
    shared: ['.env', 'uploads'],
    validate: ['npm ci', ['npm', 'test']],
    healthy: { within: 30_000, for: 10_000 },
    bake: 86_400_000,
    retry: 3,
    start: ['pm2', 'start', 'app.js'],
    blueGreen: {
      ports: { blue: 3001, green: 3002 },
      include: '/etc/nginx/web.conf',
      test: ['nginx', '-t'],
      reload: ['nginx', '-s', 'reload'],
    },
    webhook: { secret: 'a-secret-of-the-hook', auto: true },
  })
  expect(config.secrets).toContain('a-secret-of-the-hook')
})

test('a secret of a webhook that stands in the file itself is hidden too', () => {
  expect(configOf(file(`${least}, webhook: { secret: plainly-here }`)).secrets).toContain(
    'plainly-here',
  )
})

test('~ is the home directory, in path and repo', () => {
  expect(deployOf('repo: ~/git/web, path: ~/web/')).toMatchObject({
    repo: '/home/asha/git/web',
    path: '/home/asha/web',
  })
})

test.each([
  ['no repository', 'path: /srv/web', ['repo: missing, expected a text of one line']],
  [
    'an option for a repository',
    'repo: --upload-pack=x, path: /srv/web',
    ['repo: found "--upload-pack=x", expected the address or path of a git repository'],
  ],
  [
    'the whole machine',
    'repo: /r, path: /',
    ['path: found "/", expected a directory of its own, such as /srv/web'],
  ],
  [
    'a relative path',
    'repo: /r, path: web',
    ['path: found "web", expected an absolute path, such as /srv/web'],
  ],
  [
    'a path with ..',
    'repo: /r, path: /srv/../etc',
    ['path: found "/srv/../etc", expected a path without ".."'],
  ],
  [
    'a shared path outside',
    `${least}, shared: [../x]`,
    [
      'shared[0]: found "../x", expected a path below shared/ without ".." such as .env or public/uploads',
    ],
  ],
  [
    'a shared path from the root',
    `${least}, shared: [/etc]`,
    [
      'shared[0]: found "/etc", expected a path below shared/ without ".." such as .env or public/uploads',
    ],
  ],
  [
    'a shared path inside another',
    `${least}, shared: [up, up/load]`,
    ['shared[1]: found "up/load", expected nothing inside another (up)'],
  ],
  ['one release alone', `${least}, keep: 1`, ['keep: found 1, expected at least 2']],
  ['four tries', `${least}, retry: 4`, ['retry: found 4, expected at most 3']],
  [
    'a branch that is an option',
    `${least}, branch: --all`,
    ['branch: found "--all", expected the name of a branch'],
  ],
  [
    'two copies of what must be one',
    `${least}, strategy: blue-green, exclusive: true, ports: { blue: 1, green: 2 }, nginx: { include: /x }`,
    ['exclusive: blue-green runs two copies at once, expected another strategy beside exclusive'],
  ],
  [
    'one port for two',
    `${least}, strategy: blue-green, ports: { blue: 1, green: 1 }, nginx: { include: /x }`,
    ['ports: found a map of settings, expected two different ports'],
  ],
  [
    'blue-green without its needs',
    `${least}, strategy: blue-green`,
    [
      'ports: missing, blue-green needs { blue: 3001, green: 3002 }',
      'nginx: missing, blue-green needs { include: PATH } that nginx includes in its upstream',
    ],
  ],
  [
    'a host that does not exist',
    `${least}, rehearse_on: edge`,
    ['rehearse_on: no host "edge", expected main'],
  ],
  [
    'a rehearsal at home',
    `${least}, rehearse_on: main`,
    ['rehearse_on: the service runs on main, expected another host'],
  ],
  [
    'a short secret',
    `${least}, webhook: { secret: abc }`,
    ['webhook.secret: found this value, expected at least 8 characters, better 32 by chance'],
  ],
  ['a slip of the pen', `${least}, bild: []`, ['bild: unknown key "bild", did you mean "build"?']],
])('%s', (_, text, issues) => {
  expect(said(text)).toEqual(issues)
})

test('blue-green is done by PM2 and asks each copy', () => {
  const blueGreen = `${least}, strategy: blue-green, ports: { blue: 1, green: 2 }, nginx: { include: /x }`
  expect(said(blueGreen, 'manager: { systemd: web }')).toEqual([
    'strategy: blue-green is done by PM2, expected the manager pm2',
    'strategy: blue-green asks each copy, expected health beside manager',
  ])
})

test('a service of commands is started and stopped by them', () => {
  const only = 'manager: { command: { status: "pgrep web" } }'
  expect(said(`${least}, exclusive: true`, only)).toEqual([
    ': nothing starts the service, expected start in manager.command',
    ': nothing stops the service, expected stop in manager.command',
  ])
})

test('two services do not share a place, nor stand in one another', () => {
  const two = (path: string) =>
    `services:\n  a: { manager: { pm2: a }, deploy: { repo: /r, path: /srv/web } }\n  b: { manager: { pm2: b }, deploy: { repo: /r, path: ${path} } }\n`
  for (const path of ['/srv/web', '/srv/web/', '/srv', '/srv/web/b'])
    expect(issuesOf(two(path))).toEqual([expect.stringContaining('services.b.deploy.path')])
  expect(issuesOf(two('/srv/web2'))).toEqual([])
})

test('no path that a file names leads out of where it may', () => {
  const part = fc.constantFrom('..', '.', '', 'a', '~', 'a b', '/', '...', '..a')
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const text = JSON.stringify(parts.join('/'))
      const loaded = issuesOf(file(`repo: /r, path: ${text}, shared: [${text}]`))
      if (loaded.length > 0) return
      const deploy = deployOf(`repo: /r, path: ${text}, shared: [${text}]`)
      expect(deploy?.path).toMatch(/^\/[^/]/)
      for (const path of [deploy?.path ?? '', ...(deploy?.shared ?? [])])
        expect(path.split('/')).not.toContain('..')
    }),
  )
})
