import { z } from 'zod'
import { OperatorError } from '../src/contract/error.ts'
import { defineFix, type FixContext, type Step } from '../src/contract/fix.ts'
import type { Instance } from '../src/contract/service.ts'
import { deadProcess } from '../src/probe/dead-process.ts'

const params = z.strictObject({ service: z.string().min(1).describe('a name under `services`') })

const action = z.strictObject({ service: z.string(), instance: z.string().optional() })

interface Seen {
  /** The one copy that complained; absent: all of them. */
  readonly instance?: string
  /** Somebody stopped it, or there is nothing to restart. */
  readonly leave: boolean
  readonly commands: readonly string[]
}

/**
 * A stop that nobody saw is a death where the service's own check still complains of one: otherwise
 * its incident had ended with the stop.
 */
const atRest =
  ({ reading }: FixContext) =>
  ({ state, witnessed }: Instance): boolean =>
    state === 'missing' ||
    (state === 'stopped' && !(witnessed === false && reading.witnessed === false))

/** A restart never undoes what a person did: "a deliberate stop is never undone by itself" (contract). */
const left = (
  instances: readonly Instance[],
  label: string | undefined,
  context: FixContext,
): boolean => {
  if (context.ordered === true) return false
  const meant = instances.filter((instance) => label === undefined || instance.label === label)
  return instances.length > 0 && meant.every(atRest(context))
}

async function look({ service }: z.output<typeof params>, context: FixContext): Promise<Seen> {
  const { services, reading, signal } = context
  const manager = services.get(service)
  const instances = await manager.status(signal)
  const label = instances.find((one) => one.label !== '' && one.label === reading.subject)?.label
  return {
    ...(label !== undefined && { instance: label }),
    leave: left(instances, label, context),
    commands: manager.restartSteps(label),
  }
}

const plan = (seen: Seen, { service }: z.output<typeof params>): readonly Step[] => {
  if (seen.leave || seen.commands.length === 0) return []
  const { instance } = seen
  return [
    {
      show: seen.commands.join(', then '),
      act: { service, ...(instance !== undefined && { instance }) },
    },
  ]
}

export default defineFix({
  kind: 'restart',
  summary: 'Restarts a service, or only the instance of it that complained.',
  risk: 'disruptive',
  params,
  hold: '10s',
  within: '30s',
  look,
  plan,
  act: async (step, _, context) => {
    const { services, signal } = context
    const { service, instance } = action.parse(step.act)
    const manager = services.get(service)
    // Somebody may have stopped it since the plan was made.
    if (left(await manager.status(signal), instance, context))
      throw new OperatorError(`${service} was stopped meanwhile, so it was left alone`)
    await manager.restart(signal, instance)
    return { result: `restarted ${service}${instance === undefined ? '' : ` ${instance}`}` }
  },
  rehearsal: ({ service }, scratch) => deadProcess(service, scratch),
})
