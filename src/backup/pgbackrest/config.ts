import type { StanzaConfig } from '../../config/types.ts'
import { OperatorError } from '../../contract/error.ts'
import type { Host } from '../../contract/host.ts'

/** What is needed of pgBackRest's own config. */
export interface Cluster {
  /** The data directory of the live server. */
  readonly path: string
  /** Who pgBackRest connects as, where that is said. */
  readonly user: string | null
}

/** Where it lies unless it is named: https://pgbackrest.org/configuration.html. */
const usual = ['/etc/pgbackrest/pgbackrest.conf', '/etc/pgbackrest.conf'] as const

/** Bytes; files of people are far smaller. */
const limit = 256 * 1024

/** Pure: the settings of a stanza in an ini file, over the global ones. */
export function settingsOf(text: string, stanza: string): ReadonlyMap<string, string> {
  const sections = new Map<string, Map<string, string>>()
  let section = new Map<string, string>()
  for (const line of text.split('\n').map((one) => one.trim())) {
    const [, name] = /^\[(.*)\]$/.exec(line) ?? []
    const [, key, value = ''] = /^([\w-]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (name !== undefined) {
      section = sections.get(name) ?? new Map<string, string>()
      sections.set(name, section)
    } else if (key !== undefined) section.set(key, value)
  }
  return new Map([...(sections.get('global') ?? []), ...(sections.get(stanza) ?? [])])
}

/** @throws OperatorError when there is no such stanza in it */
export async function clusterOf({ name, config }: StanzaConfig, host: Host): Promise<Cluster> {
  for (const path of config === undefined ? usual : [config]) {
    const part = await host.files.read(path, 0, limit)
    if (part === null) continue
    const settings = settingsOf(new TextDecoder().decode(part.bytes), name)
    const data = settings.get('pg1-path')
    if (data === undefined) continue
    return { path: data.replace(/\/+$/, ''), user: settings.get('pg1-user') ?? null }
  }
  throw new OperatorError(
    `no config of pgBackRest on ${host.name} says where the data of the stanza ${name} lies`,
    `Set pg1-path in its section [${name}], or correct \`stanza\` in the config.`,
  )
}
