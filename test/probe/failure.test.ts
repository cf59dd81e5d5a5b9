import { expect, test } from 'vitest'
import { OperatorError } from '../../src/contract/error.ts'
import { codeOf, describeFailure, isRefusal, isTimeout } from '../../src/probe/failure.ts'

const failing = (code: string): Error => Object.assign(new Error('raw words'), { code })

test.each([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'no such host name'],
  ['EAI_AGAIN', 'the name server does not answer'],
  ['CERT_HAS_EXPIRED', 'certificate has expired'],
  ['HPE_INVALID_CONSTANT', 'the answer is not HTTP'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'no TLS is spoken there'],
  ['ERR_SSL_NO_SHARED_CIPHER', 'no TLS connection could be agreed on'],
])('%s is the other side and has words', (code, words) => {
  expect(describeFailure(failing(code))).toBe(words)
  expect(isRefusal(code)).toBe(true)
})

test('several addresses that were tried have the code of the first', () => {
  const all = new AggregateError([failing('EHOSTUNREACH'), failing('ECONNREFUSED')])
  expect(codeOf(all)).toBe('EHOSTUNREACH')
})

test('what this machine lacks is not the other side', () => {
  for (const code of ['EMFILE', 'ENOMEM', 'EACCES', '']) expect(isRefusal(code)).toBe(false)
  expect(describeFailure(failing('EMFILE'))).toBe('raw words')
  expect(codeOf('nonsense')).toBe('')
})

test('a time-out is told from a stop', () => {
  const late = new DOMException('late', 'TimeoutError')
  expect(isTimeout(AbortSignal.abort(late))).toBe(true)
  expect(isTimeout(AbortSignal.abort(new OperatorError('no answer within 10 s')))).toBe(true)
  expect(isTimeout(AbortSignal.abort())).toBe(false)
  expect(isTimeout(AbortSignal.abort(new Error('stopped')))).toBe(false)
  expect(isTimeout(new AbortController().signal)).toBe(false)
})
