import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asha, ben, openWorld, type World } from '../../support/flow.ts'
import { refuseWrites } from '../../support/database.ts'
import { patience, tries } from '../../support/runs.ts'
import {
  type Act,
  edges,
  minute,
  names,
  type Script,
  scripted,
  type Stage,
  stageOf,
  type Table,
} from './scripted.ts'

const yaml = `
services:
  web: { manager: { pm2: web }, every: 30s }
`

type Event =
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'cancel' | 'crash' | 'stop' | 'again' | 'heal' }
  | { readonly do: 'fill'; readonly left: number }

const script: fc.Arbitrary<Script> = fc.record({
  first: fc.constantFrom(...names),
  most: fc.integer({ min: 1, max: 8 }),
  table: fc
    .array(fc.option(fc.constantFrom(...names), { nil: undefined, freq: 3 }), {
      minLength: edges.length,
      maxLength: edges.length,
    })
    .map((next): Table => Object.fromEntries(edges.map((edge, i) => [edge, next[i]]))),
})
const acts = fc.array(
  fc.constantFrom<Act>('done', 'done', 'fail', 'fault', 'hang', 'slow', 'stubborn'),
  { maxLength: 8 },
)
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
  fc.record({ do: fc.constantFrom('cancel' as const, 'crash', 'stop', 'again', 'heal') }),
  fc.record({ do: fc.constant('fill' as const), left: fc.nat(6) }),
)

const about = (of: Script) => ({ script: JSON.stringify(of) })

/** No step but one that tidies runs before it is written down. */
function watchRecords(world: World, stage: Stage, wrong: string[]): void {
  stage.onRun = (job, step) => {
    const last = world.store.jobs.steps(job).at(-1)
    if (step !== 'sweep' && (last?.step !== step || last.ended !== null))
      wrong.push(`${step} runs unrecorded`)
  }
}

async function happen(world: World, one: Event, of: Script): Promise<void> {
  if (one.do === 'pass') return world.advance(one.ms)
  if (one.do === 'cancel') for (const { id } of world.house.jobs(9)) world.house.cancelJob(id, ben)
  if (one.do === 'crash') return world.crash()
  if (one.do === 'stop') {
    const stopped = world.stop()
    await world.advance(20_000)
    await stopped
    return world.start()
  }
  if (one.do === 'again') {
    const action = { do: 'job', kind: 'script', about: about(of) } as const
    await world.house.perform(action, ben, `again ${world.clock.now()}`).catch(() => null)
  }
}

test(
  'whatever happens to it, a job is recorded, ends, lets go, and says so truly',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        script,
        acts,
        fc.array(event, { maxLength: 12 }),
        async (of, does, events) => {
          const stage = stageOf()
          stage.acts = [...does]
          const world = await openWorld(yaml, { jobs: [scripted(stage, { live: true })] })
          const wrong: string[] = []
          watchRecords(world, stage, wrong)
          let heal = (): void => undefined
          const action = { do: 'job', kind: 'script', about: about(of) } as const
          expect(await world.house.perform(action, asha, 'one')).toBeNull()
          for (const one of events) {
            if (one.do === 'fill' || one.do === 'heal') heal()
            if (one.do === 'fill') heal = refuseWrites(/jobs|job_steps|outbox|events/, one.left)
            await happen(world, one, of)
          }
          heal()
          stage.acts = []
          await world.advance(30 * minute)

          expect(wrong).toEqual([])
          expect(world.store.jobs.open()).toEqual([])
          for (const job of world.store.jobs.ended(50)) {
            const steps = world.store.jobs.steps(job.id)
            expect(steps.every(({ ended, endedAt }) => ended !== null && endedAt !== null)).toBe(
              true,
            )
            const how = steps.map(({ step, ended }) => `${step} ${ended}`).join(', ')
            const shown = world.chat.messages.find(({ text }) =>
              text.includes(`It is over: ${how}\n`),
            )
            expect(shown?.buttons).toEqual(['Log'])
            const restarted = steps.some(({ ended }) => ended === 'cut-short')
            expect(shown?.text.includes('I was restarted')).toBe(restarted)
          }
          expect(world.chat.messages.filter(({ text }) => text.includes('⏳'))).toEqual([])
          expect(world.flow.busy()).toBe(false)
          expect(await world.house.perform(action, asha, 'free')).toBeNull()
          await world[Symbol.asyncDispose]()
        },
      ),
      tries(8),
    )
  },
  patience,
)
