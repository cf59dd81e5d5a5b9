import { badRequest } from '../refusal.ts'

const inOwnApps = /^(?:tg|ton|tonsite):(?:\/\/)?([^/?#]+)/i

/**
 * A link as Telegram stores it. Hosts without a dot (`localhost`) are wrong to Telegram: it drops such a link from a text
 * and refuses a button with it.
 *
 * @returns the normalised address, or `undefined` for one that Telegram does not accept
 */
export function checkedLink(link: string): string | undefined {
  const own = inOwnApps.exec(link)
  if (own !== null) return /^[\w.-]+$/.test(own[1] ?? '') ? link : undefined
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(link) ? link : `http://${link}`
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  const web = url.protocol === 'http:' || url.protocol === 'https:'
  const dotted = url.hostname.includes('.') || url.hostname.startsWith('[')
  return web && dotted ? url.href : undefined
}

/** The user that a `tg://user?id=…` link mentions. */
export function mentionedUser(link: string): number | undefined {
  const id = /^tg:(?:\/\/)?user\?id=(\d+)$/i.exec(link)?.[1]
  return id === undefined ? undefined : Number(id)
}

/** @throws Refusal for an address that Telegram does not put behind a button */
export function requireButtonLink(link: string): void {
  if (mentionedUser(link) === undefined && checkedLink(link) === undefined) {
    throw badRequest(`inline keyboard button URL '${link}' is invalid: Wrong HTTP URL`)
  }
}
