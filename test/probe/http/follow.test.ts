import { expect, test } from 'vitest'
import type { Outgoing } from '../../../src/probe/http/exchange.ts'
import { redirected } from '../../../src/probe/http/follow.ts'

const from: Outgoing = {
  url: new URL('https://user:pass@a.example/x'),
  method: 'POST',
  headers: { authorization: 'Bearer t' },
  body: 'data',
  verify: true,
}
const get: Outgoing = { ...from, method: 'GET', body: undefined }

test('on the same origin everything is kept', () => {
  expect(redirected(from, 307, '/y')).toMatchObject({
    url: new URL('https://user:pass@a.example/y'),
    method: 'POST',
    headers: from.headers,
    body: 'data',
  })
})

test.each([301, 302, 303])('%i makes a GET without a body of a POST', (status) => {
  expect(redirected(from, status, '/y')).toMatchObject({ method: 'GET', body: undefined })
})

test('HEAD stays HEAD', () => {
  expect(redirected({ ...get, method: 'HEAD' }, 303, '/y')?.method).toBe('HEAD')
})

test.each(['https://b.example/', 'http://a.example/', 'https://a.example:444/', '//b.example/'])(
  'credentials do not go to %s',
  (location) => {
    const next = redirected(get, 302, location)
    expect(next?.headers).toEqual({})
    expect(next?.url.href).not.toContain('pass')
  },
)

test('a body never goes to another origin', () => {
  expect(redirected(from, 307, 'https://b.example/')).toBeNull()
})

test.each(['ftp://a.example/', 'http://[', 'javascript:alert(1)', 'file:///etc/passwd'])(
  '%s leads nowhere',
  (location) => {
    expect(redirected(get, 302, location)).toBeNull()
  },
)
