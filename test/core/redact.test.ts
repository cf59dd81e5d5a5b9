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

describe('a part of a private key', () => {
  const body = [
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
    'MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu',
    'NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ',
    'qgtzJ6GR3eqoYSW9b9UMvkBpZODSctWSNGj3P7jRFDO5VoTwCQAWbFnOjDfH5Ulg',
  ]
  const [end, rest] = ['-----END RSA PRIVATE KEY-----', 'p2PKSQnSJP3AJLQNFNe7br1XbrhV']
  const stars = (lines: readonly string[]): readonly string[] => lines.map(() => '***')
  const prefixes = [
    '',
    '2026-11-22T02:10:11.123Z: ',
    '[web] ',
    'web-1  | ',
    `  '`,
    'x/y: ',
    'a\rb ',
  ]

  test.each(prefixes)('behind %j: its lines, and the last, shorter one', (prefix) => {
    const of = (lines: readonly string[]): string =>
      lines.map((line) => `${prefix}${line}`).join('\n')
    const around = ['ready', ...body, `${rest}==`, 'listening on 8080']
    const shown = ['ready', ...stars(body), '***', 'listening on 8080']
    expect(shapes(of(around))).toBe(of(shown))
    expect(shapes(of(body.slice(1)))).toBe(of(stars(body.slice(1))))
  })

  test.each([`\\n' +`, '",', '\r', '\\r\\n'])('with %j at the end of each line', (suffix) => {
    const of = (lines: readonly string[]): string => lines.map((one) => one + suffix).join('\n')
    expect(shapes(of([...body, rest]))).toBe(of(stars([...body, rest])))
  })

  test.each([64, 70, 76])('in lines of %d', (width) => {
    const lines = body.join('').match(new RegExp(`.{${width}}`, 'g')) ?? []
    expect(shapes(lines.join('\n'))).toBe(stars(lines).join('\n'))
  })

  test('everything before an end that has no begin', () => {
    expect(shapes(`${body[0]}\n${rest}\n${end}\nready`)).toBe('***\nready')
    expect(shapes(`${rest}\\n${end} ready`)).toBe('*** ready')
    expect(shapes(`${rest}\n${end}\n${key('')}\nready`)).toBe('***\n***\nready')
    expect(shapes(`ready\n${key('')}\nready`)).toBe('ready\n***\nready')
    expect(shapes(`${rest}\n-----END PGP PRIVATE KEY BLOCK-----`)).toBe('***')
    expect(shapes(`-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${rest}`)).toBe('***')
  })

  test('wherever a log of a whole key is cut', () => {
    const log = [
      'ready',
      '-----BEGIN RSA PRIVATE KEY-----',
      ...body,
      ...body,
      rest,
      end,
      'done now',
    ]
    for (const prefix of prefixes)
      for (let from = 0; from < log.length; from += 1) {
        const shown = shapes(
          log
            .slice(from)
            .map((line) => prefix + line)
            .join('\n'),
        )
        for (const part of [...body, rest]) expect(shown).not.toContain(part)
        expect(shown).toContain('done now')
      }
  })

  test('but not two lines, nor lines of something else', () => {
    const hashes = body.map((_, at) => `${at}f2a9c0b7`.repeat(8).slice(0, 64))
    const words = ['a', 'Ab', '/', '1', 'node/'].map((unit) => unit.repeat(64).slice(0, 64))
    const paths = body.map(
      (_, at) => `/srv/app/Current${at}/node/modules/Express/lib/router/layer/Index`,
    )
    const names = body.map(
      (_, at) => `${at}aVeryLongNameOfAFunctionThatSomebodyHasWrittenInJavaOrSwift`,
    )
    const wide = body.map((line) => `${line}${line}`)
    const texts = [body.slice(0, 2), hashes, words, paths, names, wide]
    const spread = body.flatMap((line) => [line, 'ready'])
    for (const lines of [...texts, spread]) expect(shapes(lines.join('\n'))).toBe(lines.join('\n'))
    const listed = `${stars(body).join('\n')}\nready: 8080\nready`
    expect(shapes(`${body.join('\n')}\nready: 8080\nready`)).toBe(listed)
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

test('the name of a variable stays where its value is missing', () => {
  const redact = createRedactor([])
  const told = 'app-db.password: ${RESTIC_PASSWORD} is not set'
  expect(redact(told)).toBe(told)
  expect(redact('password=${A}swordfish')).toBe('password=***')
})

describe('hostile input', () => {
  const redact = createRedactor(['swordfish', 'hunter22'])

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
    ['-----END A PRIVATE KEY-----'],
    ['-----END AAAAAAAAAA '],
    ['Ab1/'],
    ['Ab1/'.repeat(15) + ' '],
    ['Ab1/'.repeat(15) + '\n'],
    ['Ab1/'.repeat(15) + '=='],
    ['Ab1/'.repeat(15) + '\\n'],
    ['\\n'],
    ['http://a:'],
    ['a://b:c'],
    ['://:'],
    ['Bearer '],
    ['Basic a'],
    ['123456:a'],
    ['xoxb-a '],
    ['password:      '],
    ['swordfis'],
  ])('%j over and over comes to an end', (unit) => {
    // Half a million characters: what backtracks would still be at it tomorrow.
    const text = unit.repeat(Math.ceil(480_000 / unit.length))
    expect(redact(text).length).toBeGreaterThan(0)
  })
})
