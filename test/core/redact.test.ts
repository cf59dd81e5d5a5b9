import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/core/redact.ts'

const shapes = createRedactor([])
const key = (kind: string): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\nMIIEow\nAAAA==\n-----END ${kind}PRIVATE KEY-----`
/** Made up in parts, so that no scanner takes this file for a leak. */
const made = (...parts: readonly string[]): string => parts.join('')

describe('known values', () => {
  test('never survive, whatever stands around them', () => {
    const secret = fc.string({ minLength: 4, maxLength: 30 }).filter((one) => !'***'.includes(one))
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 4 }),
        fc.array(fc.oneof(fc.string(), fc.nat(3)), { maxLength: 12 }),
        (secrets, parts) => {
          const text = parts
            .map((part) => (typeof part === 'number' ? (secrets[part] ?? '') : part))
            .join('')
          const shown = createRedactor(secrets)(text)
          for (const one of secrets) expect(shown.includes(one)).toBe(false)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('in JSON and in URLs neither', () => {
    const secret = 'p"ä ss/1'
    const redact = createRedactor([secret])
    expect(redact(JSON.stringify({ secret }))).toBe('{"secret":"***"}')
    expect(redact(`https://host/?q=${encodeURIComponent(secret)}&r=1`)).toBe(
      'https://host/?q=***&r=1',
    )
  })

  test('the longest first; special characters are no pattern; short ones are left', () => {
    const redact = createRedactor(['abcd', 'abcdefgh', 'a.c+(', 'abc', ''])
    expect(redact('abcdefgh abcd a.c+( axc+( abc')).toBe('*** *** *** axc+( abc')
  })

  test('half a character is no reason to fall over', () => {
    expect(createRedactor(['\ud800secret'])('\ud800secret')).toBe('***')
  })

  test('many of them at once', () => {
    const secrets = Array.from({ length: 500 }, (_, i) => `secret-${i}-value`)
    expect(createRedactor(secrets)(secrets.join(' '))).toBe(secrets.map(() => '***').join(' '))
  })
})

describe('well-known shapes', () => {
  test.each([
    ['https://asha:swordfish@host/x', 'https://asha:***@host/x'],
    ['postgres://:swordfish@db:5432/app', 'postgres://:***@db:5432/app'],
    ['redis+tls://u:a:b@c@d@host', 'redis+tls://u:***@host'],
    ['Authorization: Bearer abc.def-123_x', 'Authorization: Bearer ***'],
    ['bearer abcdefgh', 'bearer ***'],
    ['Basic dXNlcjpwYXNz', 'Basic ***'],
    ['basic YWJjOmRlZg==', 'basic ***'],
    [`x ${key('')} y`, 'x *** y'],
    [`${key('RSA ')}\n${key('OPENSSH ')}`, '***\n***'],
    ['-----BEGIN EC PRIVATE KEY-----\ncut off', '***'],
    [made('123456789:', 'AAF-abcdefghijklmnopqrstuvwxyz_01234'), '***'],
    [`/bot${made('123456789:', 'AAF-abcdefghijklmnopqrstuvwxyz_01234')}/getMe`, '/bot***/getMe'],
    [made('AKIA', 'ABCDEFGHIJKLMNOP'), '***'],
    [made('ghp_', 'abcdefghijklmnopqrstuvwx'), '***'],
    [made('github_pat_', '11ABCDEFG0_abcdefghijkl'), '***'],
    [made('xoxb', '-123456789012-abcdef'), '***'],
    [made('sk_live_', 'abcdefghijklmnop'), '***'],
    [made('eyJhbGciOiJIUzI1', '.eyJzdWIiOiIxMjM0.', 'sig-_0'), '***'],
    ['password=swordfish', 'password=***'],
    ['PASSWORD: swordfish', 'PASSWORD: ***'],
    ['DB_PASSWORD="sword fish"', 'DB_PASSWORD="***"'],
    [`pwd='sword fish' x`, `pwd='***' x`],
    [JSON.stringify({ a: 'password="sword fish"', b: 1 }), '{"a":"password=\\"***\\"","b":1}'],
    [
      JSON.stringify({ a: JSON.stringify({ token: 'sword fish' }) }),
      '{"a":"{\\"token\\":\\"***\\"}"}',
    ],
    ['PGPASSWORD=swordfish psql', 'PGPASSWORD=*** psql'],
    ['{"apiKey":"swordfish","a":1}', '{"apiKey":"***","a":1}'],
    ['{"api_key": "swordfish"}', '{"api_key": "***"}'],
    ['AWS_SECRET_ACCESS_KEY=abc/def+1', 'AWS_SECRET_ACCESS_KEY=***'],
    ['?token=abcdef&x=1', '?token=***&x=1'],
    ['passphrase: correct', 'passphrase: ***'],
    [String.raw`password=ab\cd x`, 'password=*** x'],
    [String.raw`password="a\"b c" x`, 'password="***" x'],
  ])('%s', (text, shown) => {
    expect(shapes(text)).toBe(shown)
  })
})

describe('ordinary text', () => {
  test.each([
    'HTTP 502 in 34 ms from https://example.com:8443/path?x=1',
    'mail to asha@example.com: http://host:8080 is down',
    'postgres://db:5432/app refused the connection',
    'Basic authentication failed, Basic Authentication is off',
    'disk / used 91.5 % (limit > 85%) since 12:34:56',
    'exited with code 1 after 2s: 2026-03-10T12:00:00.123Z',
    'the token bucket is empty; secrets are kept elsewhere; passwords expire',
    'git commit 8f14e45fceea167a5a36dedd4bea2543, sha256:abcdef0123456789',
    'npm ERR! code ELIFECYCLE errno 1',
    '{"level":"info","msg":"compass: bypass = on"}',
    'forgot the password? press Start',
  ])('%s', (text) => {
    expect(shapes(text)).toBe(text)
  })

  test('is untouched by known values that are not in it', () => {
    const words = fc.array(fc.constantFrom('disk', 'down', 'at', '12:00', '/var/log', '85%', '\n'))
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join(' ')
        expect(createRedactor(['swordfish', 'hunter22'])(text)).toBe(text)
      }),
    )
  })
})

describe('hostile input', () => {
  const time = (text: string): number => {
    const redact = createRedactor(['swordfish', 'hunter22'])
    const best = [1, 2, 3].map(() => {
      const start = performance.now()
      redact(text)
      return performance.now() - start
    })
    return Math.min(...best)
  }

  test.each([
    ['a.'],
    ['a+b-'],
    ['a_'],
    ['1_a-'],
    ['eyJaaaaaaaa-'],
    ['eyJaaaaaaaa.'],
    ['password'],
    ['password="'],
    [String.raw`password="\ `],
    [String.raw`token=\"`],
    ['token=\\\\\\'],
    [`token='"`],
    ['-----BEGIN '],
    ['-----BEGIN A PRIVATE KEY-----'],
    ['-----END PRIVATE KEY'],
    ['http://a:'],
    ['a://b:c'],
    ['://:'],
    ['Bearer '],
    ['Basic a'],
    ['123456:a'],
    ['xoxb-a '],
    ['password:      '],
    ['swordfis'],
  ])('%j over and over takes time in proportion to its length', (unit) => {
    const of = (length: number): string => unit.repeat(Math.ceil(length / unit.length))
    const short = time(of(15_000))
    const long = time(of(480_000))
    // 32 times the text: 32 where it is linear, 1024 where it is quadratic. Small times are noise.
    expect(long / Math.max(short, 0.5)).toBeLessThan(256)
  })
})
