import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../../src/backup/unavailable.ts'
import { DumpError, explain } from '../../../src/backup/postgres/explain.ts'

describe('what PostgreSQL could not do', () => {
  it.each([
    ['FATAL:  password authentication failed for user "app"', 'it refuses the password'],
    ['FATAL:  no pg_hba.conf entry for host "1.2.3.4"', 'does not let this user in'],
    ['FATAL:  database "shop" does not exist', 'no such database'],
    ['pg_dump: error: could not write to output file: No space left on device', 'the disk is full'],
    ['query would be affected by row-level security policy for table "t"', 'hides rows'],
    ['canceling statement due to lock timeout', 'holds a table locked'],
    ['canceling statement due to conflict with recovery', 'the standby has cancelled it'],
    ['ERROR:  permission denied for table t', 'may not do that'],
    ['canceling statement due to statement timeout', 'took too long'],
    ['server closed the connection unexpectedly', 'cannot be reached'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'cannot be reached'],
  ])('%s', (wrote, says) => {
    const error = explain('pg_dump of app', wrote)
    expect(error.message).toContain(`pg_dump of app failed: `)
    expect(error.message).toContain(says)
    expect(error.advice).toBeTruthy()
  })

  it('is in its own words where nobody knows better', () => {
    expect(explain('it', 'warning: a\npg_dump: error: odd\nhint').message).toBe(
      'it failed: pg_dump: error: odd',
    )
    expect(explain('it', '').message).toBe('it failed: it did not say why')
  })

  it('is not the fault of the server where data only looks like its words', () => {
    const lines = [
      'pg_restore: error: COPY failed for table "certificates": Key (id)=(53100) is not present',
      'pg_restore: error: could not execute query: ERROR:  duplicate key (57P01) in ssl_keys',
    ]
    for (const line of lines) {
      const error = explain('pg_restore of app', line, DumpError)
      expect(error).toBeInstanceOf(DumpError)
      expect(error.message).toBe(`pg_restore of app failed: ${line}`)
    }
  })

  it.each([
    ['57P03', 'the database system is starting up'],
    ['53100', 'could not extend file'],
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
  ])('is the matter of the server where its code is %s', (code, words) => {
    const thrown = Object.assign(new Error(words), { code })
    expect(explain('a query', thrown, DumpError)).toBeInstanceOf(Unavailable)
  })

  it('is nobody’s fault but the user’s rights where those are too few', () => {
    const error = explain('pg_restore of app', 'ERROR:  permission denied to create it', DumpError)
    expect(error).not.toBeInstanceOf(Unavailable)
    expect(error).not.toBeInstanceOf(DumpError)
  })
})
