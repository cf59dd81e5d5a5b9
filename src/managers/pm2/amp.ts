/**
 * The wire format of PM2's sockets: AMP version 1, as written by the npm packages `amp` and
 * `amp-message`. One byte version and argument count, then each argument behind its length in four
 * bytes, big-endian; an argument is `s:` and a string, or `j:` and JSON.
 *
 * The clients that ship inside PM2 speak the same, but keep whatever arrives without a bound and parse
 * every log line of every process, which all pass over the same bus.
 */

const version = 1

/** One message. Anything but a string is sent as JSON. */
export function encode(args: readonly unknown[]): Buffer {
  const parts: Buffer[] = [Buffer.of((version << 4) | args.length)]
  for (const arg of args) {
    const body = Buffer.from(
      typeof arg === 'string' ? `s:${arg}` : `j:${JSON.stringify(arg ?? null)}`,
    )
    const length = Buffer.alloc(4)
    length.writeUInt32BE(body.length)
    parts.push(length, body)
  }
  return Buffer.concat(parts)
}

function unpack(body: Buffer): unknown {
  const text = body.toString('utf8', 2)
  if (body[0] === 0x73 && body[1] === 0x3a) return text
  if (body[0] === 0x6a && body[1] === 0x3a) return JSON.parse(text)
  return null
}

export interface Wanted {
  /** Bytes of one argument above which its message is passed over. */
  readonly max: number
  /** By the first argument; the rest of an unwanted message is thrown away as it comes. */
  readonly topic?: (first: unknown) => boolean
}

type Stage =
  | { readonly at: 'head' }
  | { readonly at: 'length'; readonly left: number }
  | { readonly at: 'body'; readonly left: number; readonly bytes: number }

/**
 * Cuts a stream into messages. Returns what to feed it with; that throws when the stream is not AMP,
 * after which it must not be fed again. `message` gets null for one that was too large.
 */
export function createReader(
  { max, topic }: Wanted,
  message: (args: readonly unknown[] | null) => void,
): (chunk: Buffer) => void {
  let stage: Stage = { at: 'head' }
  let held: Buffer[] = []
  let size = 0
  let args: unknown[] = []
  let passing: 'no' | 'unwanted' | 'too large' = 'no'

  const take = (count: number): Buffer | null => {
    if (size < count) return null
    const all = held.length === 1 && held[0] ? held[0] : Buffer.concat(held)
    held = size === count ? [] : [all.subarray(count)]
    size -= count
    return all.subarray(0, count)
  }
  const next = (left: number): Stage => {
    if (left > 0) return { at: 'length', left }
    if (passing !== 'unwanted') message(passing === 'no' ? args : null)
    args = []
    passing = 'no'
    return { at: 'head' }
  }
  const head = (): Stage | null => {
    const byte = take(1)?.[0]
    if (byte === undefined) return null
    if (byte >> 4 !== version) throw new Error('not a PM2 socket')
    return next(byte & 0xf)
  }
  const length = (left: number): Stage | null => {
    const bytes = take(4)?.readUInt32BE()
    if (bytes === undefined) return null
    if (passing === 'no' && bytes > max) passing = 'too large'
    return { at: 'body', left, bytes }
  }
  const body = (left: number, bytes: number): Stage | null => {
    if (passing !== 'no') {
      const dropped = Math.min(bytes, size)
      take(dropped)
      if (dropped === bytes) return next(left - 1)
      return dropped === 0 ? null : { at: 'body', left, bytes: bytes - dropped }
    }
    const whole = take(bytes)
    if (whole === null) return null
    args.push(unpack(whole))
    if (args.length === 1 && topic && !topic(args[0])) passing = 'unwanted'
    return next(left - 1)
  }

  return (chunk) => {
    held.push(chunk)
    size += chunk.length
    for (let following: Stage | null = stage; following;) {
      stage = following
      following =
        stage.at === 'body'
          ? body(stage.left, stage.bytes)
          : stage.at === 'length'
            ? length(stage.left)
            : head()
    }
  }
}
