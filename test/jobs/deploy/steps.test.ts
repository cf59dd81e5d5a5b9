import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { planOf } from '../../../src/core/deploy/plan.ts'
import { deploySteps } from '../../../src/jobs/deploy/steps.ts'

const plans = (['reload', 'stop-start', 'blue-green'] as const).flatMap((strategy) =>
  [true, false].map((previous) =>
    planOf({
      strategy,
      validate: true,
      rehearse: true,
      backup: true,
      bake: true,
      watch: true,
      autoRollback: true,
      tries: 3,
      built: false,
      previous,
      wasUp: true,
    }),
  ),
)
const beside = ['inspect', 'tidy', 'wait']

const namesOf = (which: 'before' | 'change' | 'after' | 'undo'): Set<string> =>
  new Set(plans.flatMap((plan) => plan[which]))

describe('the steps of deploys', () => {
  test('are those that plans name, no more and no less', () => {
    const named = (['before', 'change', 'after', 'undo'] as const).flatMap((which) => [
      ...namesOf(which),
    ])
    expect(Object.keys(deploySteps).toSorted()).toEqual(
      [...new Set([...named, ...beside])].toSorted(),
    )
  })

  test('are each named in the locale', () => {
    const texts = readFileSync(new URL('../../../locales/en.ftl', import.meta.url), 'utf8')
    for (const step of Object.keys(deploySteps)) expect(texts).toContain(`\njob-step-${step} = `)
  })

  test('cannot be cancelled from the change on, but for the watch, which leaves all as it is', () => {
    const cannot = [...namesOf('change'), ...namesOf('undo'), 'cool', 'retire', 'inspect', 'tidy']
    for (const step of cannot)
      expect([step, deploySteps[step]?.cancellable]).toEqual([step, undefined])
    expect(deploySteps['watch']).toMatchObject({ cancellable: true, disturbs: 'nothing' })
  })

  test('hold the service from the change on, and only while they touch it', () => {
    for (const step of [...namesOf('change'), ...namesOf('undo'), 'inspect'])
      expect([step, deploySteps[step]?.disturbs]).toEqual([step, 'service'])
    for (const step of namesOf('before')) expect(deploySteps[step]?.disturbs).not.toBe('service')
  })
})
