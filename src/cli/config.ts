import { jsonSchema } from '../config/schema-json.ts'
import type { Config } from '../config/types.ts'
import { openConfig } from './load.ts'
import { exit } from './outside.ts'
import type { Exit, Outside } from './outside.ts'

/** `config check [FILE]` */
export async function configCheck(outside: Outside, file?: string): Promise<Exit> {
  const config = openConfig(outside, await outside.loadKinds(), file)
  if (config === undefined) return exit.badConfig
  outside.out(`${config.file ?? 'built-in defaults'}: ok, ${contents(config)}`)
  return exit.ok
}

function contents({ checks, services, fixes, backups }: Config): string {
  const own = fixes.filter(({ name }) => !name.includes(':'))
  return [
    counted(checks, 'check'),
    counted(services, 'service'),
    counted(own, 'fix', 'fixes'),
    ...(backups.length > 0 ? [counted(backups, 'backup')] : []),
  ].join(', ')
}

const counted = (list: readonly unknown[], one: string, many = `${one}s`): string =>
  `${list.length} ${list.length === 1 ? one : many}`

/** `config schema` */
export async function configSchema(outside: Outside): Promise<Exit> {
  outside.out(JSON.stringify(jsonSchema(await outside.loadKinds()), null, 2))
  return exit.ok
}
