import { describe, expect, test } from 'vitest'
import { verbatim } from '../../src/contract/message.ts'
import type { Message } from '../../src/contract/message.ts'
import type { Delivery, Verdict } from '../../src/contract/sender.ts'
import { createReplies } from '../../src/telegram/replies.ts'
import { manualClock, memoryLog, settled } from './support.ts'

const say = (text: string): Message => ({ blocks: [{ line: verbatim(text) }] })
const sent: Verdict = { is: 'sent', messageId: 1 }
const later: Verdict = { is: 'later', after: 1000, why: 'pace', wholeBot: false }

const often = (times: number): Verdict[] => Array.from({ length: times }, () => later)

const textOf = ({ message, op, chat }: Delivery): string => {
  const [block] = message.blocks
  const text = block && 'line' in block ? JSON.stringify(block.line.args?.['text']) : ''
  return `${op} ${chat.id} ${text?.slice(1, -1)}`
}

/** A sender that answers as told, then always `sent`. */
function setUp(...verdicts: Verdict[]) {
  const clock = manualClock()
  const log = memoryLog()
  const tried: string[] = []
  const sender = {
    deliver: (delivery: Delivery) => {
      tried.push(textOf(delivery))
      return Promise.resolve(verdicts.shift() ?? sent)
    },
  }
  return { clock, log, tried, replies: createReplies({ sender, clock, log }) }
}

describe('replies', () => {
  test('leave in order, and one chat does not wait for another', async () => {
    const { replies, tried, clock } = setUp(later)
    replies.send({ id: 1 }, say('a'))
    replies.send({ id: 1 }, say('b'))
    replies.send({ id: 2 }, say('c'))
    await settled()
    expect(tried).toEqual(['send 1 a', 'send 2 c'])
    clock.advance(1000)
    await settled()
    expect(tried.slice(2)).toEqual(['send 1 a', 'send 1 b'])
  })

  test('tell the id under which they arrived', async () => {
    const { replies } = setUp({ is: 'sent', messageId: 42 })
    const ids: number[] = []
    replies.send({ id: 1 }, say('a'), (id) => ids.push(id))
    await settled()
    expect(ids).toEqual([42])
  })

  test('are dropped after two minutes, outcomes only after an hour', async () => {
    const { replies, tried, clock, log } = setUp(...often(400))
    replies.send({ id: 1 }, say('reply'))
    replies.edit({ id: 2 }, 7, say('outcome'))
    for (let i = 0; i < 130; i++) {
      await settled(2)
      clock.advance(1000)
    }
    expect(log.lines).toMatchObject([{ fields: { chat: 1 }, message: 'reply dropped: too old' }])
    expect(tried.at(-1)).toBe('edit 2 outcome')
  })

  test('follow a group that moved, and replace an edit whose message is gone', async () => {
    const gone: Verdict = { is: 'never', why: 'message-gone', detail: '' }
    const { replies, tried } = setUp({ is: 'moved', to: -9 }, sent, gone)
    replies.send({ id: -1, topic: 3 }, say('a'))
    await settled()
    replies.edit({ id: 1 }, 7, say('outcome'))
    await settled()
    expect(tried).toEqual(['send -1 a', 'send -9 a', 'edit 1 outcome', 'send 1 outcome'])
  })

  test('that can never arrive are logged and let go', async () => {
    const { replies, tried, log } = setUp({ is: 'never', why: 'blocked', detail: '' })
    replies.send({ id: 1 }, say('a'))
    replies.send({ id: 1 }, say('b'))
    await settled()
    expect(tried).toEqual(['send 1 a', 'send 1 b'])
    expect(log.lines).toMatchObject([{ fields: { why: 'blocked' } }])
  })

  test('of edits that wait only the newest leaves', async () => {
    const { replies, tried } = setUp()
    for (const text of ['a', 'b', 'c']) replies.edit({ id: 1 }, 7, say(text))
    await settled()
    expect(tried).toEqual(['edit 1 a', 'edit 1 c'])
  })

  test('do not pile up', async () => {
    const { replies, log } = setUp(...often(200))
    for (let i = 0; i < 105; i++) replies.send({ id: 1 }, say(String(i)))
    expect(log.lines.length).toBe(5)
    replies.stop()
  })

  test('are waited for at the end, but not for ever', async () => {
    const { replies, clock } = setUp(...often(9))
    await replies.drain(1000)
    replies.send({ id: 1 }, say('a'))
    const drained = replies.drain(5000)
    await settled()
    clock.advance(5000)
    await drained
    replies.stop()
    await settled()
  })
})
