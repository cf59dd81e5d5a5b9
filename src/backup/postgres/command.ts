import { OperatorError } from '../../contract/error.ts'
import type { Tool } from '../tool.ts'
import { environmentOf, placeOf } from './address.ts'
import type { Address } from './address.ts'
import { explain } from './explain.ts'

/** `/usr/lib/postgresql/15/bin/pg_dump` → `pg_dump`. */
const nameOf = (program: string): string => program.split('/').at(-1) ?? program

/**
 * Runs one of PostgreSQL's programs against a server; what it warns of goes into the job's output.
 *
 * @param Unknown what it throws where the reason is none that is known: see `explain`
 * @throws OperatorError unless it ends with 0
 */
export async function runClient(
  argv: readonly [string, ...string[]],
  address: Address,
  { host, signal, say }: Tool,
  Unknown?: typeof OperatorError,
): Promise<string> {
  const what = `${nameOf(argv[0])} of ${placeOf(address)}`
  const result = await host.run(argv, { signal, env: environmentOf(address), reap: true })
  if (result.missing) throw new OperatorError(`${what} failed: there is no ${argv[0]}`)
  if (result.aborted) throw new OperatorError(`${what} was stopped before its end`)
  if (result.code !== 0) {
    if (result.signal !== null) throw new OperatorError(`${what} was ended by ${result.signal}`)
    throw explain(what, result.err, Unknown)
  }
  for (const line of result.err.split('\n').slice(0, 20)) if (line.trim() !== '') say(line.trim())
  return result.out
}
