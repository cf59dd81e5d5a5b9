import { describe, expect, it } from 'vitest'
import { findClient, findServer } from '../../../src/backup/postgres/clients.ts'
import type { Host } from '../../../src/contract/host.ts'
import { testTool } from '../../support/tool.ts'

/** A machine where these programs are. */
function machine(programs: Readonly<Record<string, string>>) {
  const { host } = testTool()
  const run: Host['run'] = async ([file = '']) => {
    const out = programs[file]
    const missing = out === undefined
    const code = missing ? null : 0
    return { code, signal: null, out: out ?? '', err: '', took: 1, aborted: false, missing }
  }
  const glob = async (pattern: string): Promise<readonly string[]> => {
    const [start = '', end = ''] = pattern.split('*')
    return Object.keys(programs).filter((path) => path.startsWith(start) && path.endsWith(end))
  }
  return testTool({ host: { ...host, run, files: { ...host.files, glob } } })
}

const at = (major: number): string => `/usr/lib/postgresql/${major}/bin/pg_dump`
const says = (version: string): string => `pg_dump (PostgreSQL) ${version} (Debian ${version}-1)\n`
const several = machine({ [at(13)]: says('13.9'), [at(15)]: says('15.8'), [at(17)]: says('17.1') })

describe('a client of PostgreSQL', () => {
  it('is the oldest that is not older than the server', async () => {
    expect(await findClient('pg_dump', 15, several)).toBe(at(15))
    expect(await findClient('pg_dump', 14, several)).toBe(at(15))
    expect(await findClient('pg_dump', 16, several)).toBe(at(17))
  })

  it('is taken from the path where it lies nowhere else', async () => {
    expect(await findClient('pg_dump', 14, machine({ pg_dump: says('14.2') }))).toBe('pg_dump')
  })

  it('is never older than the server', async () => {
    await expect(findClient('pg_dump', 18, several)).rejects.toMatchObject({
      message: 'pg_dump on main is of version 17, and PostgreSQL 18 needs 18 or newer',
      advice: expect.stringContaining('apt-get install postgresql-client-18'),
    })
    await expect(findClient('pg_dump', 15, machine({}))).rejects.toThrow(
      'there is no pg_dump on main',
    )
  })

  it('is of the very version where data is worked on', async () => {
    expect(await findServer('pg_dump', 13, several)).toBe(at(13))
    await expect(findServer('pg_dump', 14, several)).rejects.toThrow('no other can use that data')
  })
})
