import type { Invariant } from './sight.ts'

/** SQLite itself finds nothing wrong with the file. */
export const wholeDatabase: Invariant = ({ ledger }) =>
  ledger.integrity === 'ok' ? [] : [`integrity_check says ${ledger.integrity}`]
