import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { upstreamPort, upstreamText } from '../../src/core/upstream.ts'

describe('the include of an upstream', () => {
  it('says which port is asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 65_535 }),
        fc.stringMatching(/^[\w ;#]*$/),
        (port, note) => {
          expect(upstreamPort(upstreamText(port, note))).toBe(port)
        },
      ),
    )
  })

  it.each([
    ['server 127.0.0.1:3001;', 3001],
    ['# server 127.0.0.1:3002;\n  server localhost:3001 max_fails=0;\n', 3001],
    ['server [::1]:3001;', 3001],
    ['', null],
    ['server 127.0.0.1:3001; server 127.0.0.1:3002;', null],
    ['server 127.0.0.1:3001; keepalive 8;', null],
    ['server 10.0.0.7:3001;', null],
    ['server 127.0.0.1;', null],
    ['upstream web { server 127.0.0.1:3001; }', null],
  ])('%s', (text, port) => {
    expect(upstreamPort(text)).toBe(port)
  })

  it('takes anything', () => {
    fc.assert(fc.property(fc.string(), (text) => void upstreamPort(text)))
  })
})
