/** The names that every child gets, and no others: docs, contract, section 1. */
const passed = ['PATH', 'HOME', 'LANG', 'TZ', 'SSH_AUTH_SOCK', 'PM2_HOME'] as const

/** The small environment of children: never the bot's own, which holds its token. */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const entries = passed.flatMap((name): [string, string][] => {
    const value = environment[name]
    return value === undefined ? [] : [[name, value]]
  })
  return Object.freeze(Object.fromEntries(entries))
}
