import { addressOf, placeOf } from '../../backup/postgres/address.ts'
import type { BackupConfig } from '../../config/types.ts'
import { serverOf } from './server.ts'

const expectLines = ({ drill: { expect } }: BackupConfig): readonly string[] =>
  expect.map(({ query }) => `ask “${query}”`)

function databaseLines(config: BackupConfig): readonly string[] {
  const url = serverOf(config)
  if (url === null) return []
  const { dbname: _, ...server } = addressOf(url)
  return [
    `load it into a scratch database of the server of ${placeOf({ ...server, dbname: 'postgres' })}`,
  ]
}

/** Exactly what a drill does. */
export const linesOf = (config: BackupConfig): readonly string[] => [
  'restore the newest good snapshot to a scratch place',
  ...databaseLines(config),
  config.source.kind === 'paths' ? 'compare its files' : 'check it, and compare its rows',
  ...expectLines(config),
  'remove all of that again',
]
