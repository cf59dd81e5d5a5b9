import { z } from 'zod'
import { OperatorError } from '../src/contract/error.ts'
import { defineFix, type FixContext, type Step } from '../src/contract/fix.ts'
import type { Instance } from '../src/contract/service.ts'

const params = z.strictObject({ service: z.string().min(1).describe('a name under `services`') })

const action = z.strictObject({ service: z.string(), instance: z.string().optional() })

interface Seen {
  /** The one copy that complained; absent: all of them. */
  readonly instance?: string
  /** Somebody stopped it, or there is nothing to restart. */
  readonly leave: boolean
  readonly commands: readonly string[]
}

const atRest = ({ state }: Instance): boolean => state === 'stopped' || state === 'missing'

/** A restart never undoes what a person did: "a deliberate stop is never undone by itself" (contract). */
const left = (instances: readonly Instance[], label: string | undefined): boolean => {
  const meant = instances.filter((instance) => label === undefined || instance.label === label)
  return instances.length > 0 && meant.every(atRest)
}

async function look({ service }: z.output<typeof params>, context: FixContext): Promise<Seen> {
  const { services, reading, signal, ordered = false } = context
  const manager = services.get(service)
  const instances = await manager.status(signal)
  const label = instances.find((one) => one.label !== '' && one.label === reading.subject)?.label
  return {
    ...(label !== undefined && { instance: label }),
    leave: !ordered && left(instances, label),
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
  act: async (step, _, { services, signal, ordered = false }) => {
    const { service, instance } = action.parse(step.act)
    const manager = services.get(service)
    // Somebody may have stopped it since the plan was made.
    if (!ordered && left(await manager.status(signal), instance))
      throw new OperatorError(`${service} was stopped meanwhile, so it was left alone`)
    await manager.restart(signal, instance)
    return { result: `restarted ${service}${instance === undefined ? '' : ` ${instance}`}` }
  },
})
