import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import certificate from '../../checks/certificate.ts'
import { createAuthority } from '../support/authority.ts'
import { freePort, startNginx } from '../support/nginx.ts'
import { probeOne } from './run.ts'

const missing = ['nginx', 'openssl'].filter((name) => spawnSync(name, ['-v']).error !== undefined)
if (missing.length > 0) console.log(`skipped: apt-get install ${missing.join(' ')}`)

const mailModule = '/usr/lib/nginx/modules/ngx_mail_module.so'
const noMail = !existsSync(mailModule)
if (noMail) console.log('skipped: apt-get install libnginx-mod-mail')

const certificates = [
  'good',
  'expired',
  'early',
  'old-issuer',
  'old-cross',
  'whole',
  'part',
] as const
const mail = ['smtp', 'imap', 'pop3'] as const

let directory = ''
let stop = (): void => {}
const ports = new Map<string, number>()
const portOf = (name: string): number => ports.get(name) ?? 0

function certify(): void {
  const authority = createAuthority(directory)
  authority.certify('good', -10, 10.5)
  authority.certify('expired', -10, -3.5)
  authority.certify('early', 3.5, 90)
  authority.intermediate('young', -10, 100)
  authority.intermediate('ending', -10, 5.5)
  authority.certify('whole', -10, 60.5, 'young')
  authority.certify('old-issuer', -10, 60.5, 'ending')
  authority.crossSign('crossed', -100, -3.5)
  authority.certify('old-cross', -10, 60.5, 'crossed')
  const [leaf = ''] = readFileSync(join(directory, 'whole.pem'), 'utf8').split(/(?<=END.*\n)/)
  writeFileSync(join(directory, 'part.pem'), leaf)
  writeFileSync(join(directory, 'part.key'), readFileSync(join(directory, 'whole.key')))
}

const identity = (name: string): string =>
  `ssl_certificate ${name}.pem; ssl_certificate_key ${name}.key;`

const site = (name: string): string =>
  `server { listen 127.0.0.1:${portOf(name)} ssl; ${identity(name)} return 200 "secure"; }`

const mailServer = (protocol: string): string =>
  `server { listen 127.0.0.1:${portOf(protocol)}; protocol ${protocol}; starttls on; ${identity('good')} }`

const config = (): string => `${noMail ? '' : `load_module ${mailModule};`}
events {}
http {
  access_log off;
  client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp; scgi_temp_path temp;
  server { listen 127.0.0.1:${portOf('plain')}; return 200 "in the clear"; }
  ${certificates.map(site).join('\n  ')}
}
${noMail ? '' : `mail { server_name localhost; auth_http 127.0.0.1:1; ${mail.map(mailServer).join('\n')} }`}`

describe.skipIf(missing.length > 0)('a real nginx', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'nginx-'))
    certify()
    for (const name of ['plain', ...certificates, ...mail]) ports.set(name, await freePort())
    stop = await startNginx(directory, config(), portOf('part'))
  })
  afterAll(() => {
    stop()
    rmSync(directory, { recursive: true })
  })

  const probe = (name: string, more: Record<string, unknown> = {}) => {
    const ca = join(directory, 'ca.pem')
    const params = { host: 'localhost', port: portOf(name), ca, ...more }
    return probeOne(certificate, params, {}, { now: Date.now() })
  }
  const good = { expired: false, untrusted: false, mismatch: false, down: false }

  test.each([
    ['good', good, /^expires in 10 days \(.*\), issued by ca, for localhost$/],
    ['whole', good, /^expires in 60 days \(.*\), issued by young, for localhost$/],
    ['expired', { ...good, expired: true, untrusted: null }, /^expired 3 days ago \(/],
    ['early', { ...good, untrusted: true }, /^not valid before .* \(in 3 days\), expires/],
    ['old-issuer', good, /^issuer ending expires in 5 days \(.*\), issued by ending/],
    // Clients end the chain in the root that they trust, and never look at the one sent for others.
    ['old-cross', good, /^expires in 60 days \(.*\), issued by ca, for localhost$/],
    ['part', { ...good, untrusted: true }, /^chain incomplete: young is neither sent nor trusted/],
  ])('%s', async (name, metrics, saw) => {
    const reading = await probe(name)
    expect(reading.metrics).toMatchObject(metrics)
    expect(reading.saw).toMatch(saw)
  })

  test('days are counted to the fraction', async () => {
    expect((await probe('good')).metrics['days_left']).toBeCloseTo(10.5, 2)
    expect((await probe('expired')).metrics['days_left']).toBeCloseTo(-3.5, 2)
    expect((await probe('old-issuer')).metrics['days_left']).toBeCloseTo(5.5, 2)
  })

  test('an authority that is not named in the config is not trusted', async () => {
    const reading = await probe('good', { ca: undefined })
    expect(reading.metrics).toMatchObject({ ...good, untrusted: true })
  })

  test('a name that is not in it', async () => {
    const reading = await probe('good', { host: '127.0.0.1' })
    expect(reading.metrics).toMatchObject({ ...good, mismatch: true })
    expect(reading.saw).toMatch(/^for localhost, not for 127\.0\.0\.1, expires/)
  })

  test('HTTP in the clear', async () => {
    const reading = await probe('plain')
    expect(reading).toMatchObject({ saw: 'no TLS is spoken there', metrics: { down: true } })
  })

  test.skipIf(noMail).each(mail)('STARTTLS over %s', async (starttls) => {
    const reading = await probe(starttls, { starttls })
    expect(reading.metrics).toMatchObject(good)
  })
})
