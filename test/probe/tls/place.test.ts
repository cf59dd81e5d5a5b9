import { expect, test } from 'vitest'
import { placeOf } from '../../../src/probe/tls/place.ts'

test.each([
  [{ host: 'example.com' }, ['example.com', 443, 'example.com']],
  [{ host: 'Bücher.Example.' }, ['xn--bcher-kva.example.', 443, 'xn--bcher-kva.example']],
  [{ host: '[2001:db8::1]', port: 8443 }, ['2001:db8::1', 8443, '2001:db8::1']],
  [{ host: '192.0.2.1', servername: 'example.com' }, ['192.0.2.1', 443, 'example.com']],
  [{ host: 'mail.example', starttls: 'smtp' as const }, ['mail.example', 25, 'mail.example']],
  [{ host: 'mail.example', starttls: 'imap' as const }, ['mail.example', 143, 'mail.example']],
  [{ host: 'mail.example', starttls: 'pop3' as const }, ['mail.example', 110, 'mail.example']],
  [{ host: 'm.example', port: 587, starttls: 'smtp' as const }, ['m.example', 587, 'm.example']],
])('%j', (settings, expected) => {
  const { host, port, name } = placeOf(settings)
  expect([host, port, name]).toEqual(expected)
})
