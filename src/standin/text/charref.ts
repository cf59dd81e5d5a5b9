const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

/** A decoded character reference and the index right behind it. */
export interface Decoded {
  readonly text: string
  readonly end: number
}

/**
 * Decodes the reference that starts at `source[at]`, an `&`. Telegram knows four names and numbers, makes the closing `;`
 * optional, and leaves anything else in the text as it stands (`undefined` here).
 *
 * core.telegram.org/bots/api#html-style
 */
export function decodeReference(source: string, at: number): Decoded | undefined {
  const found = /&(?:#(?:x([0-9a-fA-F]*)|(\d*))|([a-zA-Z]*));?/y
  found.lastIndex = at
  const [whole, hex, decimal, name] = found.exec(source) ?? []
  if (whole === undefined) return undefined
  const end = at + whole.length
  if (name !== undefined) {
    const text = Object.hasOwn(named, name) ? named[name] : undefined
    return text === undefined ? undefined : { text, end }
  }
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  const digits = whole.endsWith(';') ? whole.length - 1 : whole.length
  if (!(code > 0 && code < 0x10ffff) || digits >= 10) return undefined
  return { text: String.fromCodePoint(code), end }
}
