import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTranscript, shortened } from '../../../src/core/job/transcript.ts'
import { createRedactor } from '../../../src/core/redact.ts'

const same = (text: string): string => text
const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é'), maxLength: 30 }))

describe('a transcript', () => {
  test('of what has room is the whole of it, however it came', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const transcript = createTranscript(400, 4000)
        for (const line of all) transcript.add(`${line}\n`)
        const text = all.map((line) => `${line}\n`).join('')
        expect(transcript.text(same)).toBe(text)
        expect(transcript.length()).toBe(text.length)
      }),
    )
  })

  test('keeps whole lines of both ends, and says what is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 400 }), fc.integer({ min: 1, max: 90 }), (n, cut) => {
        const transcript = createTranscript(100, 300)
        const text = Array.from({ length: n }, (_, i) => `line ${i}\n`).join('')
        for (let at = 0; at < text.length; at += cut) transcript.add(text.slice(at, at + cut))
        const kept = transcript.text(same)
        const [first, last] = kept.split(/… .* left out …\n/)
        if (text.length <= 400) {
          expect(kept).toBe(text)
          return
        }
        expect(text.startsWith(first ?? '-')).toBe(true)
        expect(text.endsWith(last ?? '-')).toBe(true)
        for (const line of [first, last].join('').trimEnd().split('\n'))
          expect(line).toMatch(/^line \d+$/)
        expect(kept.length).toBeLessThan(450)
        expect(transcript.last(2, 100, same)).toEqual([`line ${n - 2}`, `line ${n - 1}`])
      }),
    )
  })

  test('shows no part of a secret that stands where it was cut', () => {
    const redact = createRedactor(['correct-horse-battery'])
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120 }), (shift) => {
        const transcript = createTranscript(100, 200)
        const filler = `${'x'.repeat(20)}\n`.repeat(40)
        transcript.add(`${'y'.repeat(shift)}\n`)
        for (let i = 0; i < 12; i++) transcript.add(`key correct-horse-battery end\n`)
        transcript.add(filler)
        for (let i = 0; i < 12; i++) transcript.add(`key correct-horse-battery end\n`)
        transcript.add('z'.repeat(shift))
        const shown = [transcript.text(redact), ...transcript.last(12, 150, redact)].join('\n')
        expect(shown).not.toMatch(/correct|horse|batte/)
      }),
    )
  })

  test('of 50 MB is bounded, and takes well below a second', () => {
    const transcript = createTranscript()
    const chunk = `${'output '.repeat(730)}\n`
    const begun = process.cpuUsage().user
    for (let i = 0; i < 10_000; i++) transcript.add(chunk)
    expect((process.cpuUsage().user - begun) / 1000).toBeLessThan(1_000)
    const text = transcript.text(same)
    expect(text.length).toBeLessThan(600 * 1024)
    expect(text).toContain('… 48 MiB left out …')
  })

  test('of one endless line shows nothing that may be half a secret', () => {
    const transcript = createTranscript(10, 20)
    transcript.add('p'.repeat(100))
    expect(transcript.text(same)).toBe('… 100 B left out …\n')
  })

  test('shows what a progress bar says last', () => {
    const transcript = createTranscript()
    transcript.add('10 %\r50 %\r100 %\n\ndone\n')
    expect(transcript.last(2, 1000, same)).toEqual(['100 %', 'done'])
  })
})

test('a shortened text keeps its room', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 300, max: 1000 }),
      (n, room) => {
        const text = Array.from({ length: n }, (_, i) => `${i}\n`).join('')
        const short = shortened(text, room)
        expect(short.length).toBeLessThanOrEqual(Math.max(room, 0))
        if (text.length <= room) expect(short).toBe(text)
        else expect(short).toContain('left out')
      },
    ),
  )
})
