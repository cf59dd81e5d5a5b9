import { expect, test } from 'vitest'
import type { DeployConfig, ServiceConfig } from '../../src/config/types.ts'
import { OperatorError } from '../../src/contract/error.ts'
import type { About } from '../../src/contract/house.ts'
import type { Message } from '../../src/contract/message.ts'
import type { Push } from '../../src/contract/push.ts'
import { createPushes } from '../../src/flow/pushes.ts'
import { render } from '../../src/telegram/render.ts'
import { freshStore } from '../store/support.ts'
import { manualClock, settled } from '../support/manual.ts'
import { faultsOf } from '../support/texts.ts'
import { english } from '../telegram/support.ts'

const id = (digit: string): string => digit.repeat(40)
const push = (fields: Partial<Push> = {}): Push => ({
  ref: 'refs/heads/main',
  commit: id('a'),
  subject: 'Say <hello> to s3cret',
  author: 'Asha',
  pusher: 'ben',
  commits: 2,
  ...fields,
})

interface Begun {
  readonly kind: string
  readonly about: About
  readonly by: string
}

const matching = (what: RegExp | string): unknown =>
  typeof what === 'string' ? what : expect.stringMatching(what)

/** `refuses`: why no job can begin; never: it takes too long to find that out. */
function open({ auto = false, refuses }: { auto?: boolean; refuses?: Error | 'never' } = {}) {
  const clock = manualClock(Date.UTC(2026, 0, 15, 12))
  const store = freshStore()
  const words = english(clock.now)
  const begun: Begun[] = []
  const state = { deployedAt: null as number | null, pokes: 0 }
  const deploy: Partial<DeployConfig> = { branch: 'main', webhook: { secret: 'hook', auto } }
  const services = ['web', 'plain'].map(
    (name) => ({ name, ...(name === 'web' && { deploy }) }) as ServiceConfig,
  )
  const opened = () =>
    createPushes({
      context: {
        clock,
        store,
        log: { info() {}, warn() {}, error() {}, debug() {}, trace() {} },
        redact: (text) => text.replaceAll('s3cret', '***'),
        services: () => services,
        chat: () => ({ id: 1001 }),
      },
      jobs: {
        begin(kind, about, by) {
          begun.push({ kind, about, by })
          if (refuses === 'never') return new Promise(() => undefined)
          return refuses ? Promise.reject(refuses) : Promise.resolve(7)
        },
        deployedAt: () => state.deployedAt,
      },
      poke: () => void state.pokes++,
    })
  const shown = (message: Message) => {
    const { plain, keyboard, faults } = render(message, words, { late: false })
    expect([...faults, ...faultsOf(message)]).toEqual([])
    return [plain, ...keyboard.flat().map((one) => one.text)]
  }
  /** Delivers what is due. */
  const delivered = () => {
    const all: { op: string; sound: boolean; kind: string; shown: readonly string[] }[] = []
    for (let due = store.outbox.claim(clock.now()); due; due = store.outbox.claim(clock.now())) {
      store.outbox.sent(due, 100 + due.notice.id, clock.now())
      all.push({
        op: due.op,
        sound: due.sound,
        kind: due.notice.kind,
        shown: shown(due.message),
      })
    }
    return all
  }
  return { clock, store, hooks: opened(), again: opened, begun, state, delivered }
}

test('a push is offered without sound: who, what, and a button that asks', () => {
  const { hooks, delivered, begun, store, state } = open()
  expect(hooks.secret('web')).toBe('hook')
  expect(hooks.secret('plain')).toBeUndefined()
  expect(hooks.secret('nobody')).toBeUndefined()
  expect(hooks.pushed('web', push())).toBe('offered')
  expect(delivered()).toEqual([
    {
      op: 'send',
      sound: false,
      kind: 'offer',
      shown: [
        '⬆️ web: ben pushed 2 commits to main\naaaaaaa Say <hello> to *** (Asha)',
        'Deploy web',
      ],
    },
  ])
  expect(begun).toEqual([])
  expect(state.pokes).toBe(1)
  expect(store.audit.recent(1)).toMatchObject([
    { who: 'webhook (ben)', what: 'push web aaaaaaa', result: 'offered' },
  ])
})

test('the same commit again is nothing new, a newer one takes its place', async () => {
  const { clock, hooks, delivered } = open()
  hooks.pushed('web', push())
  delivered()
  expect(hooks.pushed('web', push())).toBe('already-offered')
  expect(delivered()).toEqual([])
  await clock.advance(60_000)
  expect(hooks.pushed('web', push({ commit: id('b'), commits: 1 }))).toBe('offered')
  expect(delivered()).toMatchObject([
    {
      op: 'edit',
      shown: [expect.stringMatching(/pushed 1 commit to main\nbbbbbbb/), 'Deploy web'],
    },
  ])
  await clock.advance(60_000)
  expect(hooks.pushed('web', push())).toBe('offered')
  expect(delivered()).toMatchObject([
    { op: 'edit', shown: [expect.stringContaining('aaaaaaa'), 'Deploy web'] },
  ])
})

test('an offer that was acted on stays as it is', async () => {
  const { clock, hooks, delivered, state } = open()
  hooks.pushed('web', push())
  delivered()
  await clock.advance(60_000)
  state.deployedAt = clock.now()
  await clock.advance(60_000)
  hooks.pushed('web', push({ commit: id('b') }))
  expect(delivered()).toMatchObject([
    { op: 'send', shown: [expect.stringContaining('bbbbbbb'), 'Deploy web'] },
  ])
})

test('what serves already, or is another branch, is not offered', () => {
  const { hooks, store, delivered, clock } = open()
  const release = { service: 'web', name: 'r1', commit: id('a'), subject: '', author: '' }
  store.releases.begin({ ...release, at: clock.now() })
  store.releases.live('web', 'r1', clock.now())
  expect(hooks.pushed('web', push())).toBe('already-live')
  expect(hooks.pushed('web', push({ ref: 'refs/heads/dev', commit: id('b') }))).toBe(
    'another-branch',
  )
  expect(delivered()).toEqual([])
})

test('auto: exactly this commit is deployed, once', async () => {
  const { hooks, begun, delivered, clock } = open({ auto: true })
  expect(hooks.pushed('web', push())).toBe('deploying')
  expect(hooks.pushed('web', push())).toBe('already-offered')
  await clock.advance(60_000)
  expect(hooks.pushed('web', push({ commit: id('b') }))).toBe('deploying')
  await clock.advance(60_000)
  // Recorded by somebody and sent again: no way back to an old commit without a person.
  expect(hooks.pushed('web', push())).toBe('offered')
  expect(begun).toEqual(
    ['a', 'b'].map((digit) => ({
      kind: 'deploy',
      about: { service: 'web', ref: id(digit) },
      by: 'webhook (ben)',
    })),
  )
  expect(delivered()).toHaveLength(1)
})

test('auto: what cannot begin is offered, with the reason', async () => {
  const refuses = new OperatorError('Ben deploys web since 12:00')
  const { hooks, delivered } = open({ auto: true, refuses })
  hooks.pushed('web', push())
  await settled()
  expect(delivered()).toMatchObject([
    {
      op: 'send',
      sound: false,
      shown: [
        expect.stringContaining('❌ It was not deployed: Ben deploys web since 12:00'),
        'Deploy web',
      ],
    },
  ])
})

test('auto: no old delivery leads back to a commit that was deployed by hand', async () => {
  const { hooks, store, begun, clock } = open({ auto: true })
  const release = { service: 'web', subject: '', author: '', at: clock.now() }
  store.releases.begin({ ...release, name: 'r1', commit: id('a') })
  store.releases.live('web', 'r1', clock.now())
  expect(hooks.pushed('web', push())).toBe('already-live')
  store.releases.begin({ ...release, name: 'r2', commit: id('b') })
  store.releases.live('web', 'r2', clock.now())
  await clock.advance(60_000)
  hooks.pushed('web', push({ commit: id('c') }))
  expect(hooks.pushed('web', push())).toBe('offered')
  expect(begun.map(({ about }) => about['ref'])).toEqual([id('c')])
})

test('auto: what a restart kept from beginning is offered at the next start, once', async () => {
  const { hooks, store, delivered, state, clock, again } = open({ auto: true, refuses: 'never' })
  hooks.pushed('web', push())
  hooks.recover()
  expect(delivered()).toEqual([])
  await clock.advance(60_000)
  again().recover()
  again().recover()
  expect(delivered()).toMatchObject([
    {
      op: 'send',
      shown: [
        expect.stringContaining('It was not deployed: the bot was restarted before it began'),
        'Deploy web',
      ],
    },
  ])
  hooks.pushed('web', push({ commit: id('b') }))
  state.deployedAt = clock.now()
  again().recover()
  expect(delivered()).toEqual([])
  expect(store.meta.text('push-pending:web')).toBeNull()
})

test('an offer that nobody would see edited is made anew', async () => {
  const { clock, hooks, delivered, store } = open()
  hooks.pushed('web', push())
  // Quiet hours hold it: there is nothing that could be too far up.
  await clock.advance(6 * 3_600_000)
  hooks.pushed('web', push({ commit: id('b') }))
  expect(delivered()).toMatchObject([
    { op: 'send', shown: [/bbbbbbb/, 'Deploy web'].map(matching) },
  ])
  await clock.advance(2 * 3_600_000)
  hooks.pushed('web', push({ commit: id('c') }))
  expect(delivered()).toMatchObject([
    { op: 'send', shown: [/ccccccc/, 'Deploy web'].map(matching) },
  ])
  store.outbox.drop(store.pushes.last('web')?.notice ?? 0)
  hooks.pushed('web', push({ commit: id('d') }))
  expect(delivered()).toMatchObject([
    { op: 'send', shown: [/ddddddd/, 'Deploy web'].map(matching) },
  ])
})

test('what a sender writes is cut, and of a secret no part is left', () => {
  const { hooks, delivered } = open()
  const subject = `${'x'.repeat(197)}s3cret ${'y'.repeat(10_000)}`
  hooks.pushed('web', push({ subject, author: 'z'.repeat(500) }))
  const [text = ''] = delivered()[0]?.shown ?? []
  expect(text).toContain(`${'x'.repeat(197)}*** (${'z'.repeat(60)})`)
})

test('strangers are counted in one line, and no more often than the disk bears', async () => {
  const { hooks, store, clock } = open()
  for (let times = 0; times < 1_000; times++) hooks.refused()
  expect(store.audit.recent(5)).toMatchObject([
    { who: 'stranger', what: 'a webhook (10×)', result: 'ignored' },
  ])
  await clock.advance(60_000)
  hooks.refused()
  expect(store.audit.recent(5)).toMatchObject([{ what: 'a webhook (11×)' }])
})
