import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sourceOf } from '../../../src/backup/sources.ts'
import { makeDatabase } from '../../support/sqlite.ts'
import { scratch, testTool } from '../../support/tool.ts'

const source = (path: string) => sourceOf({ source: { kind: 'sqlite', path } })

describe('a SQLite database as a source', () => {
  it('is found by a link, and staged under the name that the config has for it', async () => {
    const directory = scratch()
    makeDatabase(join(directory, 'real.db'), 3)
    const path = join(directory, 'app.db')
    symlinkSync('real.db', path)
    const { about, room } = await source(path).inspect(testTool())
    expect(about).toBe('SQLite app.db, 12 KiB')
    expect(room).toBe(12 * 1024)
    const to = scratch()
    const copy = join(to, 'app.db')
    const staged = await source(path).stage(to, testTool())
    expect(staged).toMatchObject({ paths: [copy], expected: [copy], bytes: room, counts: { t: 3 } })
  })

  it('is told when it is not there, or is another thing', async () => {
    const directory = scratch()
    const gone = join(directory, 'gone.db')
    await expect(source(gone).inspect(testTool())).rejects.toThrow(
      `the database ${gone} is not there`,
    )
    await expect(source(directory).stage(scratch(), testTool())).rejects.toThrow('is not a file')
  })
})
