import { expect } from 'vitest'
import type { JobEnd, JobKind } from '../../../src/flow/jobs/kind.ts'
import { asha, openWorld, type World, type WorldOptions } from '../../support/flow.ts'
import { scripted, type Stage, stageOf, usual } from './scripted.ts'

export const yaml = `
notify: { quiet_hours: { from: "22:00", to: "07:00" }, heartbeat: { schedule: "0 0 1 1 *", send: never } }
services:
  web: { manager: { pm2: web }, every: 10s, restart: auto, notify: at-once, severity: critical }
`
const about = { script: JSON.stringify(usual) }
export const action = { do: 'job', kind: 'script', about } as const

type Options = WorldOptions & { readonly live?: boolean; readonly end?: Partial<JobEnd> }

export async function opened(options: Options = {}): Promise<{ world: World; stage: Stage }> {
  const stage = stageOf()
  const kind = scripted(stage, { live: options.live ?? false })
  const ending: JobKind = {
    ...kind,
    next(memory, trail) {
      const move = kind.next(memory, trail)
      return 'end' in move ? { end: { ...move.end, ...options.end } } : move
    },
  }
  return { world: await openWorld(yaml, { ...options, jobs: [ending] }), stage }
}

/** Asks, presses, and lets what follows at once follow. */
export async function ordered(world: World, token = 'one') {
  const chat = { id: asha.id }
  const prepared = await world.house.prepare(action)
  const draft = { token, userId: asha.id, chat, action, prepared, at: world.clock.now() }
  world.store.confirmations.create(draft)
  const message = world.chat.put({
    op: 'send',
    chat,
    sound: false,
    late: false,
    message: { blocks: [{ line: prepared.label }] },
  })
  if (message.is === 'sent') world.store.confirmations.setMessage(token, message.messageId)
  world.store.confirmations.move(token, 'waiting', 'claimed')
  expect(await world.house.perform(action, asha, token)).toBeNull()
  await world.advance(1)
}

export const reasons = (world: World): readonly string[] =>
  world.events('job-step').map(({ reason }) => reason)
