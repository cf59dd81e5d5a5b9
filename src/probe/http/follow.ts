import { exchange } from './exchange.ts'
import type { Answer, Outgoing } from './exchange.ts'

/** RFC 9110, 15.4. 304 and 300 lead nowhere by themselves. */
const redirects = new Set([301, 302, 303, 307, 308])

/** The redirect leads to another one once too often. */
export class TooManyRedirects extends Error {
  override readonly name = 'TooManyRedirects'
}

const parse = (location: string, base: URL): URL | null => {
  const url = URL.parse(location, base.href)
  return url !== null && /^https?:$/.test(url.protocol) ? url : null
}

/**
 * The request that a redirect asks for; null where it is not to be followed. Another origin gets
 * none of the headers that were configured, because they may be credentials, and never a body.
 */
export function redirected(from: Outgoing, status: number, location: string): Outgoing | null {
  const url = parse(location, from.url)
  if (url === null) return null
  // Fetch standard, HTTP-redirect fetch: browsers turn POST into GET on 301 and 302, all on 303.
  const toGet =
    (status === 303 && from.method !== 'HEAD') || (status < 303 && from.method === 'POST')
  const method = toGet ? 'GET' : from.method
  const body = toGet ? undefined : from.body
  if (url.origin === from.url.origin) {
    url.username = from.url.username
    url.password = from.url.password
    return { ...from, url, method, body }
  }
  return body === undefined ? { ...from, url, method, headers: {}, body } : null
}

/**
 * The answer at the end of at most `limit` redirects; with 0 the first one, whatever it is. Rejects
 * as {@link exchange} does, and with {@link TooManyRedirects}.
 */
export async function follow(
  outgoing: Outgoing,
  limit: number,
  signal: AbortSignal,
): Promise<Answer> {
  let current = outgoing
  for (let left = limit; ; left -= 1) {
    const answer = await exchange(current, signal)
    const { status, location } = answer
    if (limit === 0 || location === undefined || !redirects.has(status)) return answer
    const next = redirected(current, status, location)
    if (next === null) return answer
    if (left === 0) throw new TooManyRedirects(`more than ${limit} redirects`)
    current = next
  }
}
