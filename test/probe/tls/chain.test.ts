import { readFileSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate } from 'node:tls'
import { describe, expect, test, vi } from 'vitest'
import { chainOf, namesIn } from '../../../src/probe/tls/chain.ts'
import { tlsFixture } from '../../support/server.ts'

const pem = (name: string): string => readFileSync(tlsFixture(`${name}.pem`), 'utf8')

const certificate = (over: object = {}, name = 'leaf'): DetailedPeerCertificate => {
  const one = new X509Certificate(pem(name))
  return { ...one.toLegacyObject(), ...over } as DetailedPeerCertificate
}

const chainFrom = (first: DetailedPeerCertificate, trusted: readonly string[] = []) =>
  chainOf(first, () => trusted)

test('a certificate without a subject is called by its first name', () => {
  expect(chainFrom(certificate({ subject: undefined }))[0]?.subject).toBe('example.com')
  expect(chainFrom(certificate({ subject: {}, subjectaltname: '' }))[0]?.subject).toBe('no name')
})

test('a name is one line of bounded length, whatever it says', () => {
  const [link] = chainFrom(certificate({ subject: { CN: `a\n\u001b[31mb${'x'.repeat(500)}` } }))
  expect(link?.subject).toMatch(/^a \[31mbx+$/)
  expect(link?.subject).toHaveLength(64)
})

test('a chain that leads back to itself ends', () => {
  const one = certificate({ fingerprint256: 'one' })
  const two = certificate({ fingerprint256: 'two', issuerCertificate: one })
  one.issuerCertificate = two
  expect(chainFrom(one)).toHaveLength(10)
})

describe('a trusted root that another has signed', () => {
  const crossed = (valid_to: string) =>
    certificate({ valid_to, fingerprint256: 'crossed', issuer: { CN: 'Old Root' } }, 'root')
  const under = (issuerCertificate: DetailedPeerCertificate) => certificate({ issuerCertificate })
  const ended = 'Jan  1 00:00:00 2021 GMT'

  test.each([
    ['by name and key', [`${pem('self-signed')}# ours\n${pem('root')}`], true],
    ['beside one that cannot be read', [pem('root').replace('MII', '???') + pem('root')], true],
    ['not where another root is trusted', [pem('self-signed')], false],
    ['not where no root is', [pem('leaf')], false],
  ])('is known: %s', (_, trusted, anchor) => {
    const chain = chainFrom(under(crossed(ended)), trusted)
    expect(chain.map((one) => one.anchor)).toEqual([false, anchor])
  })

  test('is looked for only where it ends before the certificate that counts', () => {
    const asked = vi.fn<() => readonly string[]>(() => [])
    chainOf(under(crossed('Jan  1 00:00:00 2160 GMT')), asked)
    expect(asked).not.toHaveBeenCalled()
    chainOf(under(crossed(ended)), asked)
    expect(asked).toHaveBeenCalledOnce()
  })
})

test('names and addresses without what they are', () => {
  expect(namesIn('DNS:a.example, DNS:*.a.example, IP Address:127.0.0.1')).toEqual([
    'a.example',
    '*.a.example',
    '127.0.0.1',
  ])
  expect(namesIn(undefined)).toEqual([])
})
