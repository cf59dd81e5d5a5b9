import fc from 'fast-check'
import { test } from 'vitest'
import { patience, tries } from '../support/runs.ts'
import { commands, settle } from './model/commands.ts'
import { begin } from './model/life.ts'

test(
  'whatever comes and goes: nothing is told twice, nothing is done twice, nothing is forgotten',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.commands([...commands], { maxCommands: 40, size: 'max' }),
        fc.constantFrom('2026-03-10T09:00:00Z', '2026-03-10T20:00:00Z', '2026-03-11T05:00:00Z'),
        async (sequence, at) => {
          const life = await begin(at)
          await using _world = life.world
          try {
            await fc.asyncModelRun(() => ({ model: {}, real: life }), sequence)
            await settle(life)
          } finally {
            life.full?.()
          }
        },
      ),
      tries(6),
    )
  },
  patience,
)
