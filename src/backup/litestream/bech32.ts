/** The digits of Bech32, in the order of their values: BIP 173. */
const digits = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** BIP 173's checksum over values of five bits. */
const remainder = (values: readonly number[]): number =>
  values.reduce((sum, value) => {
    const top = sum >>> 25
    const next = ((sum & 0x1ffffff) << 5) ^ value
    return generators.reduce((all, one, bit) => ((top >>> bit) & 1 ? all ^ one : all), next)
  }, 1)

/** Eight bits at a time become five at a time, filled with zeroes at the end. */
function fives(bytes: Uint8Array): readonly number[] {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => Number.parseInt(group.padEnd(5, '0'), 2))
}

/** Bytes as text with a checksum: BIP 173, which age writes its keys in. */
export function bech32(prefix: string, bytes: Uint8Array): string {
  const codes = [...new TextEncoder().encode(prefix)]
  const head = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
  const data = fives(bytes)
  const sum = remainder([...head, ...data, 0, 0, 0, 0, 0, 0]) ^ 1
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >>> shift) & 31)
  return `${prefix}1${[...data, ...check].map((value) => digits[value]).join('')}`
}
