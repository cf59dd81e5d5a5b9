import { OperatorError } from './contract/error.ts'
import { exchange } from './probe/http/exchange.ts'

/** Asks an outside service once. @throws what went wrong, unless the answer is 2xx */
export async function ping(url: string, signal: AbortSignal): Promise<void> {
  const asked = { method: 'GET', headers: {}, body: undefined, verify: true } as const
  const { status } = await exchange({ url: new URL(url), ...asked }, signal)
  if (status < 200 || status > 299) throw new OperatorError(`answered with HTTP ${status}`)
}
