import { readFileSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate } from 'node:tls'
import { expect, test } from 'vitest'
import { chainOf, namesIn } from '../../../src/probe/tls/chain.ts'
import { tlsFixture } from '../../support/server.ts'

const certificate = (over: object = {}): DetailedPeerCertificate => {
  const leaf = new X509Certificate(readFileSync(tlsFixture('leaf.pem')))
  return { ...leaf.toLegacyObject(), ...over } as DetailedPeerCertificate
}

test('a certificate without a subject is called by its first name', () => {
  expect(chainOf(certificate({ subject: undefined }))[0]?.subject).toBe('example.com')
  expect(chainOf(certificate({ subject: {}, subjectaltname: '' }))[0]?.subject).toBe('no name')
})

test('a name is one line of bounded length, whatever it says', () => {
  const [link] = chainOf(certificate({ subject: { CN: `a\n\u001b[31mb${'x'.repeat(500)}` } }))
  expect(link?.subject).toMatch(/^a \[31mbx+$/)
  expect(link?.subject).toHaveLength(64)
})

test('a chain that leads back to itself ends', () => {
  const one = certificate({ fingerprint256: 'one' })
  const two = certificate({ fingerprint256: 'two', issuerCertificate: one })
  one.issuerCertificate = two
  expect(chainOf(one)).toHaveLength(10)
})

test('names and addresses without what they are', () => {
  expect(namesIn('DNS:a.example, DNS:*.a.example, IP Address:127.0.0.1')).toEqual([
    'a.example',
    '*.a.example',
    '127.0.0.1',
  ])
  expect(namesIn(undefined)).toEqual([])
})
