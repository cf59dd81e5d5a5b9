import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstToEnd } from '../../../src/probe/tls/chain.ts'
import type { Link, Presented } from '../../../src/probe/tls/chain.ts'
import { judge, showChain } from '../../../src/probe/tls/judge.ts'

const day = 86_400_000
const now = Date.UTC(2026, 10, 22)

const link = (subject: string, issuer: string, ends: number, begins = -30): Link => ({
  subject,
  issuer,
  from: now + begins * day,
  until: now + ends * day,
  root: subject === issuer,
  anchor: false,
})

const site = link('example.com', 'R11', 60)
const issuer = link('R11', 'Root X1', 600)
const root = link('Root X1', 'Root X1', 6000)

const seen = (chain: readonly Link[], more: Partial<Presented> = {}): Presented => ({
  chain,
  names: ['example.com'],
  fault: '',
  mismatch: false,
  ...more,
})

const sawOf = (presented: Presented): string | undefined =>
  judge(presented, 'example.com', now)?.saw

describe('the one that ends first', () => {
  test('may be an issuer, which is named', () => {
    const old = link('R11', 'Root X1', 5)
    expect(judge(seen([site, old, root]), 'example.com', now)).toMatchObject({
      daysLeft: 5,
      saw: 'issuer R11 expires in 5 days (2026-11-27), issued by R11, for example.com',
    })
  })

  test('is never a root, which clients have of their own, unless that is all there is', () => {
    const ended = link('Root X1', 'Root X1', -400)
    expect(judge(seen([site, issuer, ended]), 'example.com', now)).toMatchObject({
      daysLeft: 60,
      expired: false,
    })
    expect(firstToEnd([ended])).toBe(ended)
    expect(firstToEnd([])).toBeUndefined()
  })

  test('is neither a trusted root that another has signed, nor what stands behind it', () => {
    const crossed = { ...link('Root X1', 'Old Root', -3), anchor: true }
    const behind = link('Old Root', 'Older Root', -40)
    expect(judge(seen([site, issuer, crossed, behind]), 'example.com', now)).toMatchObject({
      daysLeft: 60,
      expired: false,
      untrusted: false,
    })
    const alone = { ...crossed, anchor: false }
    expect(judge(seen([site, issuer, alone]), 'example.com', now)).toMatchObject({ expired: true })
  })

  test('is not later than any that counts', () => {
    const links = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(links, (ends) => {
        const chain = ends.map((end, at) => link(`c${at}`, `c${at + 1}`, end))
        const verdict = judge(seen(chain), 'example.com', now)
        expect(verdict?.daysLeft).toBe(Math.min(...ends))
        expect(verdict?.expired).toBe(Math.min(...ends) < 0)
      }),
    )
  })
})

describe('trust', () => {
  test.each([
    ['', false, /^expires/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', true, /^self-signed, expires/],
    ['SELF_SIGNED_CERT_IN_CHAIN', true, /^issued under Root X1, not trusted here, /],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', true, /^chain incomplete: Root X1 is neither sent nor /],
    ['CERT_REVOKED', true, /^certificate was revoked, /],
    ['INVALID_PURPOSE', true, /^not accepted here: INVALID_PURPOSE, /],
    // The clocks of OpenSSL and of this run need not agree.
    ['CERT_HAS_EXPIRED', true, /^certificate has expired, expires in 60 days/],
  ])('%s', (fault, untrusted, words) => {
    const verdict = judge(seen([site, issuer, root], { fault }), 'example.com', now)
    expect(verdict).toMatchObject({ untrusted, expired: false })
    expect(verdict?.saw).toMatch(words)
  })

  test('of one that has expired is not known', () => {
    const ended = link('example.com', 'R11', -3.5)
    expect(judge(seen([ended], { fault: 'CERT_HAS_EXPIRED' }), 'example.com', now)).toMatchObject({
      daysLeft: -3.5,
      expired: true,
      untrusted: null,
      saw: 'expired 3 days ago (2026-11-18), issued by R11, for example.com',
    })
  })

  test('begins with the first day', () => {
    const early = link('example.com', 'R11', 60, 3)
    const verdict = judge(seen([early], { fault: 'CERT_NOT_YET_VALID' }), 'example.com', now)
    expect(verdict).toMatchObject({ untrusted: true, expired: false })
    expect(verdict?.saw).toMatch(/^not valid before 2026-11-25 \(in 3 days\), expires in 60 days/)
  })
})

test('the last two days are told in hours and minutes', () => {
  expect(sawOf(seen([link('example.com', 'R11', 1.5)]))).toMatch(/^expires in 1d 12h \(/)
  expect(sawOf(seen([link('example.com', 'R11', 0)]))).toMatch(/^expires in 1s \(/)
})

test('of many names only some are told', () => {
  const names = ['a.example', 'b.example', 'c.example', 'd.example']
  expect(sawOf(seen([site], { names, mismatch: true }))).toMatch(
    /^for a.example, b.example and 2 more, not for example.com, expires/,
  )
  expect(sawOf(seen([site], { names: [], mismatch: true }))).toMatch(/^for example.com, not for /)
})

test('no certificate, no verdict', () => {
  expect(judge(seen([]), 'example.com', now)).toBeNull()
})

test('the chain, a line each', () => {
  expect(showChain([site, root])).toEqual([
    'example.com: 2026-10-23 to 2027-01-21, by R11',
    'Root X1: 2026-10-23 to 2043-04-27, self-signed',
  ])
})
