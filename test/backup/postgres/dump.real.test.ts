import { readFileSync, truncateSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countPostgres } from '../../../src/backup/postgres/counts.ts'
import { dumpPostgres } from '../../../src/backup/postgres/dump.ts'
import { loadPostgres } from '../../../src/backup/postgres/load.ts'
import { readThrough } from '../../../src/backup/postgres/prove.ts'
import { queryPostgres } from '../../../src/backup/postgres/query.ts'
import { postgresBin, postgresServer } from '../../support/postgres.ts'
import { scratch, testTool } from '../../support/tool.ts'

/** Odd names, several schemas, extensions, big objects, rights, settings. */
const rich = `
  CREATE ROLE app LOGIN PASSWORD 'app';
  CREATE ROLE "Odd ""role""";
  CREATE DATABASE "shop =1" OWNER app;`
const inside = `
  CREATE EXTENSION pgcrypto;
  CREATE EXTENSION citext;
  CREATE SCHEMA "Sales ""x""" AUTHORIZATION app;
  CREATE TABLE public.users (id int PRIMARY KEY, email citext UNIQUE, made timestamptz DEFAULT now());
  ALTER TABLE public.users OWNER TO app;
  GRANT SELECT ON public.users TO "Odd ""role""";
  CREATE TABLE "Sales ""x"""."Order's" (id int, what text);
  CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE parts_2026 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE empty (id int);
  CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM public.users;
  INSERT INTO public.users SELECT n, 'User' || n || '@example.com' FROM generate_series(1, 1000) n;
  INSERT INTO "Sales ""x"""."Order's" SELECT n, gen_random_uuid()::text FROM generate_series(1, 50) n;
  INSERT INTO parts SELECT n, '2026-05-01' FROM generate_series(1, 7) n;
  SELECT lo_from_bytea(0, decode(repeat('ab', 5000), 'hex')) FROM generate_series(1, 3);
  ALTER DATABASE "shop =1" SET work_mem = '5MB';`

const counts = {
  'public.users': 1000,
  '"Sales ""x"""."Order\'s"': 50,
  'public.parts_2026': 7,
  'public.empty': 0,
  '(large objects)': 3,
}

describe.skipIf(postgresBin === null)('a dump of PostgreSQL', () => {
  const server = postgresServer()

  it('holds all of a rich database, and can be loaded as it was', async () => {
    const { sql, url } = server()
    for (const one of rich.split(';').filter((line) => line.trim())) await sql(one)
    await sql(inside, 'shop =1')
    const directory = scratch()
    const tool = testTool()
    const about = await dumpPostgres(url('shop =1'), directory, tool, () => 5)
    expect(about).toMatchObject({ at: 5, globals: 'all', counts, owner: 'app' })
    expect(readFileSync(join(directory, 'globals.sql'), 'utf8')).toContain('SCRAM-SHA-256$')

    await loadPostgres(url(), 'back', directory, { owners: true }, tool)
    expect((await countPostgres(url('back'), tool.signal)).counts).toEqual(counts)
    expect(await queryPostgres(url('back'), 'SELECT count(*) FROM users', tool.signal)).toBe(1000)
    await loadPostgres(url(), 'mechanic_drill_1', directory, { owners: false }, tool)
  })

  it('is found to be cut off', async () => {
    const directory = scratch()
    const about = await dumpPostgres(server().url(), directory, testTool(), () => 5)
    const file = join(directory, 'database.dump')
    truncateSync(file, statSync(file).size - 10)
    await expect(readThrough(directory, about, testTool())).rejects.toThrow(
      'cannot be read to its end',
    )
  })
})
