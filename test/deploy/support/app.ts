import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is wrong with a release; `works`: nothing. */
export type Mode =
  | 'works'
  | 'fails-validation'
  | 'fails-to-build'
  | 'builds-for-ever'
  /** 10,000 lines, 50 MB in all, with a secret in every hundredth. */
  | 'noisy'
  | 'answers-503'
  | 'answers-wrongly'
  | 'hangs'
  | 'dies'

export const noisyLines = 10_000

const server = `
const { createServer } = require('node:http')
const greeting = require('greeting')
const { version, mode } = require('./release.json')

const server = createServer((request, response) => {
  if (mode === 'hangs') return
  if (mode === 'answers-503') return response.writeHead(503).end('no')
  response.end(mode === 'answers-wrongly' ? 'goodbye' : greeting(version))
})
server.listen(Number(process.env.PORT), '127.0.0.1')
if (mode === 'dies') setTimeout(() => process.exit(3), 5_000)
// Connections that the master of the cluster has handed over already are served first.
process.once('SIGINT', () => {
  setTimeout(() => server.close(() => setTimeout(() => process.exit(0), 50)), 100)
})
`

const build = `
const { mkdirSync, writeFileSync } = require('node:fs')
const { mode } = require('./release.json')
require('greeting')
mkdirSync('dist', { recursive: true })
if (mode === 'fails-to-build') {
  console.error('build.cjs: cannot find module ./missing')
  process.exit(2)
}
if (mode === 'builds-for-ever') setInterval(() => {}, 1_000)
if (mode === 'noisy') {
  const filling = 'x'.repeat(5_200)
  for (let line = 0; line < ${noisyLines}; line++)
    writeFileSync(1, line + (line % 100 === 0 ? ' ' + process.env.APP_PASSWORD + ' ' : ' ') + filling + '\\n')
}
writeFileSync('dist/built', '')
`

const validate = `
const { mode } = require('./release.json')
if (mode === 'fails-validation') {
  console.error('1 test failed: says hello')
  process.exit(1)
}
`

const offline = ['--offline', '--no-audit', '--no-fund'] as const

/** As the config lists it. */
export const npmCi = JSON.stringify(['npm', 'ci', ...offline])

/** A Node application whose one dependency is a tarball beside it. Takes some seconds. */
export function writeApp(folder: string, scratch: string): void {
  const npm = (cwd: string, ...argv: readonly string[]) =>
    execFileSync('npm', [...argv, ...offline], { cwd, stdio: 'pipe', timeout: 60_000 })
  const package_ = join(scratch, 'greeting')
  mkdirSync(package_, { recursive: true })
  writeFileSync(join(package_, 'package.json'), '{"name":"greeting","version":"1.0.0"}')
  writeFileSync(join(package_, 'index.js'), `module.exports = (name) => 'hello ' + name\n`)
  npm(package_, 'pack')
  const tarball = readdirSync(package_).find((name) => name.endsWith('.tgz')) ?? ''
  mkdirSync(join(folder, 'vendor'), { recursive: true })
  copyFileSync(join(package_, tarball), join(folder, 'vendor', tarball))
  const manifest = {
    name: 'web',
    version: '1.0.0',
    private: true,
    dependencies: { greeting: `file:vendor/${tarball}` },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  for (const [name, text] of Object.entries({ server, build, validate }))
    writeFileSync(join(folder, `${name}.cjs`), text)
  writeFileSync(join(folder, '.gitignore'), 'node_modules\ndist\n')
  npm(folder, 'install', '--package-lock-only')
}

/** What one release says of itself. */
export const writeRelease = (folder: string, version: string, mode: Mode): void =>
  writeFileSync(join(folder, 'release.json'), JSON.stringify({ version, mode }))
