/** Numbers as bytes, written one after the other. */
export interface Writer {
  /** A whole number of either sign; the nearer to zero, the fewer bytes. */
  int(value: number): void
  float32(value: number): void
  float64(value: number): void
  end(): Uint8Array
}

/** @param room bytes at first; it grows */
export function createWriter(room = 1024): Writer {
  let bytes = new Uint8Array(room)
  let view = new DataView(bytes.buffer)
  let length = 0
  const reserve = (more: number): void => {
    if (length + more <= bytes.length) return
    const wider = new Uint8Array(2 * bytes.length + more)
    wider.set(bytes)
    bytes = wider
    view = new DataView(bytes.buffer)
  }
  return {
    int(value) {
      // Ten times seven bits are enough for every safe integer.
      reserve(10)
      let rest = value < 0 ? -2 * value - 1 : 2 * value
      for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[length++] = (rest % 128) + 128
      bytes[length++] = rest
    },
    float32(value) {
      reserve(4)
      view.setFloat32(length, value)
      length += 4
    },
    float64(value) {
      reserve(8)
      view.setFloat64(length, value)
      length += 8
    },
    end: () => bytes.slice(0, length),
  }
}

/** The same numbers back, in the same order. */
export interface Reader {
  more(): boolean
  int(): number
  float32(): number
  float64(): number
}

/** @throws RangeError at the end of bytes that were cut */
export function createReader(bytes: Uint8Array): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  return {
    more: () => at < view.byteLength,
    int() {
      let byte = view.getUint8(at++)
      let value = byte & 127
      for (let scale = 128; byte >= 128; scale *= 128) {
        byte = view.getUint8(at++)
        value += (byte & 127) * scale
      }
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    },
    float32() {
      at += 4
      return view.getFloat32(at - 4)
    },
    float64() {
      at += 8
      return view.getFloat64(at - 8)
    },
  }
}
