import { z } from 'zod'
import type { Session } from './connect.ts'

/** What a dump does not hold of its own database: kept in a file beside it. */
const shapeForm = z.object({
  /** 150008 is 15.8. */
  server: z.number(),
  name: z.string(),
  owner: z.string(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  /** c, i (ICU) or b (builtin); before 15 always c. */
  provider: z.string(),
  /** Of ICU or the builtin provider. */
  locale: z.string().nullable(),
  comment: z.string().nullable(),
  connectionLimit: z.number(),
  /** Who may do what with the database, without a grantee everybody; null: the default. */
  acl: z
    .array(
      z.object({ grantee: z.string().nullable(), privilege: z.string(), grantable: z.boolean() }),
    )
    .nullable(),
  /** ALTER DATABASE … SET, and ALTER ROLE … IN DATABASE … SET where there is a role. */
  settings: z.array(z.object({ role: z.string().nullable(), values: z.array(z.string()) })),
  extensions: z.array(z.object({ name: z.string(), version: z.string() })),
  /** Who owns something in it, or was granted something. */
  roles: z.array(z.string()),
})
export type Shape = z.output<typeof shapeForm>

/** What is noted beside a dump. */
export const aboutForm = shapeForm.extend({
  /** Epoch milliseconds: the data is as it was then. */
  at: z.number(),
  counts: z.record(z.string(), z.number()),
  /** Tables that there was no time to count. */
  uncounted: z.array(z.string()).default([]),
  globals: z.enum(['all', 'names', 'none']),
})
export type About = z.output<typeof aboutForm>

/** Owners stand there by themselves: the dependencies of the server's first superuser are not noted. */
const shapeSql = `
  SELECT json_build_object(
    'server', current_setting('server_version_num')::int,
    'name', d.datname,
    'owner', pg_get_userbyid(d.datdba),
    'encoding', pg_encoding_to_char(d.encoding),
    'collate', to_jsonb(d) ->> 'datcollate',
    'ctype', to_jsonb(d) ->> 'datctype',
    'provider', coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
    'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
    'comment', shobj_description(d.oid, 'pg_database'),
    'connectionLimit', d.datconnlimit,
    'acl', (SELECT json_agg(json_build_object('grantee', r.rolname,
      'privilege', a.privilege_type, 'grantable', a.is_grantable))
      FROM aclexplode(d.datacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee),
    'settings', coalesce((SELECT json_agg(json_build_object('role', r.rolname, 'values', s.setconfig))
      FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole
      WHERE s.setdatabase = d.oid), '[]'),
    'extensions', (SELECT coalesce(json_agg(json_build_object('name', extname, 'version', extversion)
      ORDER BY extname), '[]') FROM pg_extension),
    'roles', (SELECT coalesce(json_agg(r.rolname ORDER BY r.rolname), '[]') FROM pg_roles r WHERE r.oid IN (
      SELECT refobjid FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND dbid = d.oid
      UNION SELECT d.datdba
      UNION SELECT grantee FROM aclexplode(d.datacl)
      UNION SELECT setrole FROM pg_db_role_setting WHERE setdatabase = d.oid
      UNION SELECT nspowner FROM pg_namespace
        WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
      UNION SELECT relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'))
  ) AS shape
  FROM pg_database d WHERE d.datname = current_database()`

/** Of the database that the session is in. @throws OperatorError */
export async function shapeOf(session: Session): Promise<Shape> {
  const [row] = await session.rows(shapeSql)
  return shapeForm.parse(JSON.parse(row?.['shape'] ?? 'null'))
}

/** 150008 → 15. */
export const majorOf = (server: number): number => Math.floor(server / 10_000)
