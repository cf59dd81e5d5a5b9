import { expect, test } from 'vitest'
import { roleStatements } from '../../../src/backup/postgres/roles.ts'

/** As pg_dumpall 15 and 16 write it. */
const globals = `
SET default_transaction_read_only = off;
CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER INHERIT LOGIN PASSWORD 'SCRAM-SHA-256$4096:a=$b=:c=';
CREATE ROLE app2;
ALTER ROLE app2 WITH LOGIN;
CREATE ROLE "Odd ""role""";
ALTER ROLE "Odd ""role""" WITH NOLOGIN;
ALTER ROLE app SET search_path TO 'a';
GRANT "Odd ""role""" TO app GRANTED BY postgres;
GRANT app2 TO other WITH INHERIT TRUE GRANTED BY "the ""boss""";
GRANT other TO app2 WITH ADMIN OPTION GRANTED BY postgres;
`

test('roles are made with what belongs to them, and no other is', () => {
  expect(roleStatements(globals, ['app', 'Odd "role"'])).toEqual([
    'CREATE ROLE app;',
    "ALTER ROLE app WITH NOSUPERUSER INHERIT LOGIN PASSWORD 'SCRAM-SHA-256$4096:a=$b=:c=';",
    'CREATE ROLE "Odd ""role""";',
    'ALTER ROLE "Odd ""role""" WITH NOLOGIN;',
    "ALTER ROLE app SET search_path TO 'a';",
    'GRANT "Odd ""role""" TO app',
  ])
  expect(roleStatements(globals, ['app2'])).toEqual([
    'CREATE ROLE app2;',
    'ALTER ROLE app2 WITH LOGIN;',
    'GRANT app2 TO other WITH INHERIT TRUE',
    'GRANT other TO app2 WITH ADMIN OPTION',
  ])
  expect(roleStatements(globals, [])).toEqual([])
})
