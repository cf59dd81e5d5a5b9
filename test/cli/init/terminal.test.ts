import { PassThrough } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createQuestions } from '../../../src/cli/init/questions.ts'
import { Cancelled, openTerminal } from '../../../src/cli/init/terminal.ts'
import { settled } from '../../support/manual.ts'

/** A terminal on two streams; with `tty` they say that they are one. */
function open(tty: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY: tty, setRawMode: () => input })
  const output = Object.assign(new PassThrough(), { isTTY: tty, columns: 80 })
  const terminal = openTerminal(input, output)
  onTestFinished(() => terminal.close())
  return { input, terminal, shown: () => String(output.read() ?? '') }
}

describe('a pipe', () => {
  test('answers line by line, however early the lines come', async () => {
    const { input, terminal } = open(false)
    input.write('one\n two \r\nthr')
    expect(await terminal.ask('a')).toBe('one')
    expect(await terminal.ask('b')).toBe('two')
    const third = terminal.ask('c')
    input.end('ee')
    expect(await third).toBe('three')
    expect(await terminal.ask('d')).toBeNull()
  })

  test('that ends takes every default', async () => {
    const { input, terminal } = open(false)
    const questions = createQuestions(terminal, false)
    input.end('y\n')
    expect(await questions.confirm('one', false)).toBe(true)
    expect(await questions.confirm('two', true)).toBe(true)
    expect(await questions.choose('three', 'UTC', (value) => ({ value }))).toBe('UTC')
  })

  test('gives three wrong answers, and no more', async () => {
    const { input, terminal } = open(false)
    input.write('a\nb\nc\nd\n')
    await expect(createQuestions(terminal, false).confirm('x', true)).rejects.toThrow(
      'answer y or n',
    )
    expect(await terminal.ask('left')).toBe('d')
  })
})

describe('a person', () => {
  test('sees what they type, but never a secret', async () => {
    const { input, terminal, shown } = open(true)
    const asked = terminal.ask('Name:')
    input.write('Asha\r')
    expect(await asked).toBe('Asha')
    expect(shown()).toContain('Asha')
    const secret = terminal.ask('Token:', { secret: true })
    input.write('hunter2\r')
    expect(await secret).toBe('hunter2')
    const after = shown()
    expect(after).toContain('Token:')
    expect(after).not.toMatch(/hunter2|h|u/)
    const next = terminal.ask('Next:')
    input.write('visible\r')
    await next
    expect(shown()).toContain('visible')
  })

  test('leaves with Ctrl-C or Ctrl-D, at this question and the next', async () => {
    for (const key of ['\u0003', '\u0004']) {
      const { input, terminal } = open(true)
      const asked = terminal.ask('Name:')
      input.write(key)
      await expect(asked).rejects.toThrow(Cancelled)
      expect(terminal.cancelled.aborted).toBe(true)
      await expect(terminal.ask('Again:')).rejects.toThrow(Cancelled)
    }
  })

  test('need not answer what has answered itself', async () => {
    const { input, terminal } = open(true)
    const enough = new AbortController()
    const asked = terminal.ask('Waiting …', { enough: enough.signal })
    enough.abort()
    expect(await asked).toBeNull()
    const next = terminal.ask('Name:')
    input.write('Asha\r')
    expect(await next).toBe('Asha')
  })

  test('is asked again after a wrong answer, and Enter is the default', async () => {
    const { input, terminal, shown } = open(true)
    const asked = createQuestions(terminal, false).confirm('Shall it?', false)
    input.write('perhaps\r')
    await settled()
    input.write('\r')
    expect(await asked).toBe(false)
    expect(shown()).toMatch(/Shall it\? \[y\/N\][\s\S]*Please answer y or n\./)
  })

  test('who said --yes is asked nothing', async () => {
    const { terminal, shown } = open(true)
    const questions = createQuestions(terminal, true)
    expect(await questions.confirm('Shall it?', true)).toBe(true)
    expect(shown()).toBe('')
  })
})
