import { note, type Table } from './table.ts'

/** Commits a new version of the shop, for `/deploy shop` to find. */
export async function publish(table: Table, argument: string): Promise<null> {
  const { source } = table.world
  if (!source) note(table, 'there is nothing to publish to: this machine has no git')
  else if (argument !== '' && argument !== 'broken') note(table, 'say publish, or publish broken')
  else note(table, `committed “${await source.publish(argument === 'broken')}”: /deploy shop`)
  return null
}
