import { describe, expect, it } from 'vitest'
import { quoteName, quoteText } from '../../../src/backup/postgres/database.ts'
import { setStatement, settingStatements } from '../../../src/backup/postgres/settings.ts'
import type { Shape } from '../../../src/backup/postgres/shape.ts'

const shape: Shape = {
  server: 150_008,
  name: 'app',
  owner: 'app',
  encoding: 'UTF8',
  collate: 'C',
  ctype: 'C',
  provider: 'c',
  locale: null,
  comment: null,
  connectionLimit: -1,
  acl: null,
  settings: [],
  extensions: [],
  roles: [],
}

describe('the settings of a database', () => {
  it.each([
    ['work_mem=5MB', `SET "work_mem" TO '5MB'`],
    [`search_path="Odd, ""x""", public`, `SET "search_path" TO 'Odd, "x"', 'public'`],
    ['search_path=', `SET "search_path" TO ''`],
    [`app.word=it's = \\`, `SET "app.word" TO E'it''s = \\\\'`],
  ])('%s', (stored, expected) => {
    expect(setStatement('DATABASE x', stored)).toBe(`ALTER DATABASE x ${expected}`)
  })

  it('are none where nothing was set', () => {
    expect(settingStatements(shape, 'app')).toEqual([])
  })

  it('are all set again', () => {
    const rich: Shape = {
      ...shape,
      comment: 'ours',
      connectionLimit: 5,
      acl: [
        { grantee: null, privilege: 'CONNECT', grantable: false },
        { grantee: 'a b', privilege: 'CREATE', grantable: true },
      ],
      settings: [{ role: 'app', values: ['jit=off'] }],
    }
    expect(settingStatements(rich, 'back')).toEqual([
      'REVOKE ALL ON DATABASE "back" FROM PUBLIC',
      'GRANT CONNECT ON DATABASE "back" TO PUBLIC',
      'GRANT CREATE ON DATABASE "back" TO "a b" WITH GRANT OPTION',
      `ALTER ROLE "app" IN DATABASE "back" SET "jit" TO 'off'`,
      `COMMENT ON DATABASE "back" IS 'ours'`,
      'ALTER DATABASE "back" CONNECTION LIMIT 5',
    ])
  })

  it('quotes names and texts', () => {
    expect(quoteName('a"b')).toBe('"a""b"')
    expect(quoteText(`a'b`)).toBe(`'a''b'`)
  })
})
