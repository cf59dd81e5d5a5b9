import type { Cluster } from '../../support/postgres.ts'

/** A database with all that one may hold: odd names, several schemas, extensions, big objects, rights. */
export const shopName = "shop =1 'x'"

const roles = [
  `CREATE ROLE app LOGIN PASSWORD 'app'`,
  `CREATE ROLE "Odd ""role""" NOLOGIN`,
  'GRANT "Odd ""role""" TO app',
  `CREATE DATABASE "${shopName}" OWNER app`,
]

const inside = `
  CREATE EXTENSION pgcrypto;
  CREATE EXTENSION citext;
  CREATE SCHEMA "Sales ""x""" AUTHORIZATION app;
  CREATE TYPE mood AS ENUM ('well', 'not well');
  CREATE TABLE users (id serial PRIMARY KEY, email citext UNIQUE, feels mood DEFAULT 'well',
    seen timestamptz, score double precision, tags text[], facts jsonb, photo bytea,
    upper text GENERATED ALWAYS AS (upper(email::text)) STORED);
  ALTER TABLE users OWNER TO app;
  GRANT SELECT ON users TO "Odd ""role""";
  INSERT INTO users (email, seen, score, tags, facts, photo) SELECT 'User' || n || E'\\t\\n''@example.com',
    CASE WHEN n % 3 = 0 THEN 'infinity' ELSE timestamptz '2026-01-01' + n * interval '1 second' END,
    CASE WHEN n % 5 = 0 THEN 'NaN' ELSE random() * 1e300 END, ARRAY['ä', NULL, '{}'],
    json_build_object('n', n), gen_random_bytes(300) FROM generate_series(1, 2000) n;
  CREATE TABLE "Sales ""x"""."Order's" (id bigint GENERATED ALWAYS AS IDENTITY, of int REFERENCES users, what text);
  INSERT INTO "Sales ""x"""."Order's" (of, what) SELECT n, gen_random_uuid()::text FROM generate_series(1, 500) n;
  CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE parts_2026 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  INSERT INTO parts SELECT n, '2026-05-01' FROM generate_series(1, 70) n;
  CREATE TABLE empty (id int);
  CREATE MATERIALIZED VIEW seen AS SELECT count(*) AS n FROM users;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.seen := now(); RETURN NEW; END';
  CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
  SELECT lo_from_bytea(0, gen_random_bytes(1000) || decode(repeat('ab', 500000), 'hex')) FROM generate_series(1, 3);
  COMMENT ON DATABASE "${shopName}" IS 'Everything we sell';
  ALTER DATABASE "${shopName}" SET work_mem = '5MB';
  ALTER DATABASE "${shopName}" CONNECTION LIMIT 17;
  GRANT CONNECT ON DATABASE "${shopName}" TO "Odd ""role""";`

const seen = `
  CREATE TEMP TABLE sums AS SELECT oid::regclass::text AS name, xpath('/row/c/text()', query_to_xml(format(
    'SELECT md5(coalesce(string_agg(t::text, ''|'' ORDER BY t::text), '''')) || count(*) AS c FROM %s t', oid::regclass), false, true, ''))::text AS rows,
    (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a)::text AS rights, pg_get_userbyid(relowner) AS owner
    FROM pg_class WHERE relkind IN ('r', 'p', 'm', 'v') AND relpersistence <> 't'
      AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)';
  SELECT 'table ' || name AS what, rows || ' ' || coalesce(rights, '') || ' ' || owner AS is FROM sums
  UNION ALL SELECT 'sequence ' || schemaname || sequencename, last_value::text FROM pg_sequences
  UNION ALL SELECT 'object ' || oid, md5(lo_get(oid)) FROM pg_largeobject_metadata
  UNION ALL SELECT 'extension ' || extname, extversion FROM pg_extension
  UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname !~ '^pg_'
  UNION ALL SELECT 'constraint ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
  UNION ALL SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'database', concat_ws(' ', pg_get_userbyid(datdba), (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a),
    datconnlimit, datcollate,
    pg_encoding_to_char(encoding), shobj_description(oid, 'pg_database')) FROM pg_database
    WHERE datname = current_database()
  UNION ALL SELECT 'setting', setconfig::text FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase
    WHERE datname = current_database()
  UNION ALL SELECT 'role ' || rolname, concat_ws(' ', rolpassword, rolcanlogin, rolsuper) FROM pg_authid
    WHERE rolname !~ '^pg_'
  UNION ALL SELECT 'member ' || roleid::regrole || ' ' || member::regrole, '' FROM pg_auth_members
    WHERE roleid::regrole::text !~ '^pg_'`

/** Makes the roles and the database, and fills it. */
export async function plantShop({ sql }: Cluster): Promise<void> {
  for (const one of roles) await sql(one)
  await sql(inside, shopName)
}

/** Every row, right, object and setting of it, by name, in words that differ where those do. */
export async function shopPicture({ sql }: Cluster): Promise<Record<string, string>> {
  const rows = await sql(seen, shopName)
  return Object.fromEntries(rows.map(({ what, is }) => [String(what), String(is)]))
}

/** The database with everybody who is in it, and the roles that own and use it. */
export async function dropShop({ sql }: Cluster): Promise<void> {
  await sql(`DROP DATABASE IF EXISTS "${shopName}" WITH (FORCE)`)
  for (const role of ['app', '"Odd ""role"""']) await sql(`DROP ROLE IF EXISTS ${role}`)
}
