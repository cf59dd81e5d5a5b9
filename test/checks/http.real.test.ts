import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import http from '../../checks/http.ts'
import { createAuthority } from '../support/authority.ts'
import { freePort, startNginx } from '../support/nginx.ts'
import { probeOne } from './run.ts'

const missing = ['nginx', 'openssl'].filter((name) => spawnSync(name, ['-v']).error !== undefined)
if (missing.length > 0) console.log(`skipped: apt-get install ${missing.join(' ')}`)

let directory = ''
let stop = (): void => {}
const port = { plain: 0, good: 0, expired: 0 }

const tls = (name: string, number: number): string =>
  `server { listen 127.0.0.1:${number} ssl; ssl_certificate ${name}.pem; ssl_certificate_key ${name}.key; return 200 "secure"; }`

const config = (): string => `
events {}
http {
  access_log off;
  client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp; scgi_temp_path temp;
  server {
    listen 127.0.0.1:${port.plain};
    location = /health { default_type application/json; return 200 '{"state":"READY"}'; }
    location = /moved { return 301 /health; }
    location = /broken { proxy_pass http://127.0.0.1:1; }
    location = /private { auth_basic "x"; auth_basic_user_file users; root .; }
  }
  ${tls('good', port.good)}
  ${tls('expired', port.expired)}
}`

describe.skipIf(missing.length > 0)('a real nginx', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'nginx-'))
    const authority = createAuthority(directory)
    authority.certify('good', -10, 10)
    authority.certify('expired', -10, -3.5)
    setDefaultCACertificates([
      ...getCACertificates(),
      readFileSync(join(directory, 'ca.pem'), 'utf8'),
    ])
    for (const name of ['plain', 'good', 'expired'] as const) port[name] = await freePort()
    writeFileSync(join(directory, 'users'), 'me:{PLAIN}pass word\n')
    writeFileSync(join(directory, 'private'), 'in')
    stop = await startNginx(directory, config(), port.expired)
  })
  afterAll(() => {
    stop()
    rmSync(directory, { recursive: true })
  })

  const url = (path: string): string => `http://127.0.0.1:${port.plain}${path}`

  test('is up where it is, and its answer is judged', async () => {
    const expected = { json: '$.state', not: 'ERROR' }
    for (const path of ['/health', '/moved']) {
      const reading = await probeOne(http, { url: url(path), expect: expected })
      expect(reading.metrics).toMatchObject({ down: false, unmet: false, status: 200 })
    }
    const reading = await probeOne(http, {
      url: url('/health'),
      expect: { json: '$.state', not: 'READY' },
    })
    expect(reading).toMatchObject({
      metrics: { unmet: true },
      saw: expect.stringContaining('$.state is "READY"'),
    })
  })

  test('is down where what stands behind it is', async () => {
    const reading = await probeOne(http, { url: url('/broken') })
    expect(reading.metrics).toMatchObject({ down: true, status: 502 })
  })

  test('lets those in who have the password', async () => {
    expect((await probeOne(http, { url: url('/private') })).metrics).toMatchObject({ status: 401 })
    const withPassword = url('/private').replace('//', '//me:pass%20word@')
    expect((await probeOne(http, { url: withPassword })).metrics).toMatchObject({ status: 200 })
  })

  test('a good certificate is verified', async () => {
    const reading = await probeOne(http, {
      url: `https://localhost:${port.good}/`,
      expect: 'secure',
    })
    expect(reading.metrics).toMatchObject({ down: false, unmet: false })
  })

  test('an expired certificate is down, with when it expired, unless it is not to be verified', async () => {
    const expired = `https://localhost:${port.expired}/`
    const now = Date.now()
    const reading = await probeOne(http, { url: expired }, {}, { now })
    expect(reading.saw).toMatch(/^certificate expired 3d 12h ago$|^certificate expired 3d 11h ago$/)
    expect(reading.metrics).toMatchObject({ down: true, status: null })
    const trusting = await probeOne(http, { url: expired, verify: false })
    expect(trusting.metrics).toMatchObject({ down: false })
  })

  test('a certificate for another name is told as that', async () => {
    const reading = await probeOne(http, { url: `https://127.0.0.1:${port.good}/` })
    expect(reading.saw).toBe('certificate is for another name')
  })
})
