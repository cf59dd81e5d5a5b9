/**
 * The time a line begins with, in epoch milliseconds: ISO 8601, with blanks too, or in a JSON line's own
 * field. Without a zone it is in that of this machine.
 */
export function stamp(line: string): number | null {
  const [plain] =
    /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/.exec(line) ?? []
  const [, quoted] = /^\{.*?"(?:timestamp|time)"\s*:\s*"?([^",}]+)/.exec(line) ?? []
  const found = plain?.replace(/^\[/, '').replace(',', '.').replace(' ', 'T') ?? quoted
  if (found === undefined) return null
  const time = /^\d{12,}$/.test(found) ? Number(found) : Date.parse(found)
  return Number.isFinite(time) ? time : null
}
