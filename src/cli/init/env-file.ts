/** Variables by name; what has no value is left out. */
export type Variables = Readonly<Record<string, string>>

/** One that a plain `KEY=value` cannot hold is quoted; Node's reader knows no escapes. */
const written = (value: string): string =>
  /^[\w.:/,@%+-]*$/.test(value) ? value : value.includes("'") ? `"${value}"` : `'${value}'`

const assigns = (name: string): RegExp => new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=.*$`)

/**
 * Puts variables into the text of an `.env` file. Every other line stays as it is. Of several lines
 * with the same name the last counts, so that one is replaced.
 */
export function mergeEnv(text: string, values: Variables): string {
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
  for (const [name, value] of Object.entries(values)) {
    const line = `${name}=${written(value)}`
    const at = lines.findLastIndex((one) => assigns(name).test(one))
    if (at >= 0) lines[at] = line
    else lines.push(line)
  }
  return `${lines.join('\n')}\n`
}
