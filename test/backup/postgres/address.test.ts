import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressOf,
  atDatabase,
  databaseArgument,
  environmentOf,
  placeOf,
  urlOf,
} from '../../../src/backup/postgres/address.ts'
import { messageOf } from '../../../src/contract/error.ts'
import { character } from '../../support/text.ts'

const text = fc
  .string({ unit: character, minLength: 1, maxLength: 20 })
  .filter((t) => t.isWellFormed())

describe('an address of PostgreSQL', () => {
  it('is read as libpq reads it', () => {
    expect(addressOf('postgresql://app:a%40b@db.example.com:6432/shop?sslmode=require')).toEqual({
      user: 'app',
      password: 'a@b',
      host: 'db.example.com',
      port: '6432',
      dbname: 'shop',
      sslmode: 'require',
    })
    expect(addressOf('postgres://u@[::1]:5433,b/x')).toMatchObject({
      host: '::1,b',
      port: '5433,5432',
    })
    expect(addressOf('postgresql://u@%2Frun%2Fpg/x')).toMatchObject({ host: '/run/pg' })
    expect(addressOf('postgresql:///x?host=/run/pg&user=u')).toMatchObject({
      host: '/run/pg',
      user: 'u',
    })
    expect(addressOf('postgresql://u@h')).toMatchObject({ dbname: 'u' })
  })

  it('keeps any user, password and database whatever they are', () => {
    fc.assert(
      fc.property(text, text, text, (user, password, name) => {
        const [u, p, n] = [user, password, name].map(encodeURIComponent)
        const address = addressOf(`postgresql://${u}:${p}@h:1/${n}`)
        expect(address).toEqual({ user, password, host: 'h', port: '1', dbname: name })
        expect(addressOf(urlOf(address))).toEqual(address)
        expect(addressOf(atDatabase(urlOf(address), 'other'))).toEqual({
          ...address,
          dbname: 'other',
        })
      }),
    )
  })

  it.each([
    'mysql://a:sesame@b/c',
    'postgresql://a:se%same@b/c',
    'host=a password=sesame',
    'sesame',
  ])('says what is wrong with %s without its secrets', (url) => {
    try {
      addressOf(url)
      expect.unreachable()
    } catch (thrown) {
      expect(messageOf(thrown)).toContain('cannot be read')
      expect(JSON.stringify(thrown) + messageOf(thrown)).not.toContain('same')
    }
  })

  it('is told without secrets', () => {
    expect(placeOf(addressOf('postgresql://app:sesame@db:6432/shop'))).toBe('shop on db:6432')
    expect(placeOf(addressOf('postgresql:///shop'))).toBe('shop on this machine')
  })

  it('reaches programs by their environment, but for what only others know', () => {
    const env = environmentOf(
      addressOf('postgresql://app:sesame@db/shop?schema=public&sslmode=require'),
    )
    expect(env).toMatchObject({
      PGHOST: 'db',
      PGUSER: 'app',
      PGPASSWORD: 'sesame',
      PGSSLMODE: 'require',
    })
    expect(Object.keys(env)).not.toContain('schema')
  })

  it('names a database so that it cannot be taken for more', () => {
    expect(databaseArgument("a' host='evil")).toBe(String.raw`--dbname=dbname='a\' host=\'evil'`)
    expect(databaseArgument('a\\')).toBe(String.raw`--dbname=dbname='a\\'`)
  })
})
