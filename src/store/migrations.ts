/**
 * The schema's history, oldest first; `PRAGMA user_version` counts those applied. A landed migration
 * is never changed. All times are epoch milliseconds, all `detail` columns are JSON.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE events (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
    incident INTEGER, target TEXT, actor TEXT, detail TEXT NOT NULL
  );
  CREATE INDEX events_at ON events (at);
  CREATE INDEX events_incident ON events (incident) WHERE incident IS NOT NULL;

  CREATE TABLE subjects (
    key TEXT PRIMARY KEY, target TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE incidents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL,
    check_name TEXT NOT NULL, host TEXT NOT NULL, subject TEXT NOT NULL, cause TEXT NOT NULL,
    severity TEXT NOT NULL, worst TEXT NOT NULL,
    opened_at INTEGER NOT NULL, ended_at INTEGER, ending TEXT,
    told TEXT NOT NULL, told_at INTEGER, notice INTEGER,
    acknowledged_by TEXT, acknowledged_at INTEGER,
    reminders INTEGER NOT NULL, reminded_at INTEGER, detail TEXT NOT NULL
  );
  CREATE UNIQUE INDEX incidents_open ON incidents (key) WHERE ended_at IS NULL;
  CREATE INDEX incidents_ended ON incidents (ended_at) WHERE ended_at IS NOT NULL;

  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, incident INTEGER, target TEXT NOT NULL, fix TEXT NOT NULL,
    number INTEGER NOT NULL, steps TEXT NOT NULL, state TEXT NOT NULL,
    started_at INTEGER NOT NULL, acted_at INTEGER, ended_at INTEGER,
    before TEXT, result TEXT, after TEXT, actor TEXT, token TEXT UNIQUE
  );
  CREATE INDEX attempts_incident ON attempts (incident);
  CREATE INDEX attempts_fix ON attempts (fix, started_at);
  CREATE TABLE exhaustions (key TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, chat INTEGER NOT NULL, topic INTEGER,
    sound INTEGER NOT NULL, at INTEGER NOT NULL, message INTEGER, sent_at INTEGER, reply_to INTEGER,
    state TEXT NOT NULL, body TEXT NOT NULL, detail TEXT NOT NULL
  );
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, notice INTEGER NOT NULL REFERENCES notices (id),
    op TEXT NOT NULL, payload TEXT NOT NULL, sound INTEGER NOT NULL, priority INTEGER NOT NULL,
    at INTEGER NOT NULL, not_before INTEGER NOT NULL, tries INTEGER NOT NULL, state TEXT NOT NULL
  );
  CREATE INDEX outbox_next ON outbox (state, priority, id);

  CREATE TABLE silences (
    check_name TEXT PRIMARY KEY, until INTEGER NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE confirmations (
    token TEXT PRIMARY KEY, user INTEGER NOT NULL, chat INTEGER NOT NULL, topic INTEGER,
    message INTEGER, at INTEGER NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE conversations (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE updates (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
    result TEXT NOT NULL, count INTEGER NOT NULL DEFAULT 1
  );
  CREATE INDEX audit_at ON audit (at);
  `,
  `
  CREATE TABLE series (
    id INTEGER PRIMARY KEY, target TEXT NOT NULL, subject TEXT NOT NULL, metric TEXT NOT NULL,
    sealed INTEGER NOT NULL, UNIQUE (target, subject, metric)
  );
  CREATE TABLE samples (
    series INTEGER NOT NULL, tier INTEGER NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (series, tier, at)
  ) WITHOUT ROWID;
  CREATE INDEX samples_until ON samples (tier, until);
  CREATE TABLE samples_tail (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);
  `,
  `
  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, subject TEXT NOT NULL,
    about TEXT NOT NULL, memory TEXT NOT NULL, actor TEXT, token TEXT UNIQUE, notice INTEGER,
    started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT, ok INTEGER, ending TEXT
  );
  CREATE INDEX jobs_open ON jobs (id) WHERE ended_at IS NULL;
  CREATE INDEX jobs_subject ON jobs (kind, subject, id);
  CREATE TABLE job_steps (
    job INTEGER NOT NULL REFERENCES jobs (id), number INTEGER NOT NULL, step TEXT NOT NULL,
    begun_at INTEGER NOT NULL, ended_at INTEGER, ended TEXT, why TEXT, output TEXT NOT NULL,
    PRIMARY KEY (job, number)
  ) WITHOUT ROWID;

  CREATE TABLE releases (
    id INTEGER PRIMARY KEY AUTOINCREMENT, service TEXT NOT NULL, name TEXT NOT NULL,
    commit_id TEXT NOT NULL, subject TEXT NOT NULL, author TEXT NOT NULL, actor TEXT,
    at INTEGER NOT NULL, state TEXT NOT NULL, live_since INTEGER, lived INTEGER NOT NULL,
    UNIQUE (service, name)
  );
  CREATE TABLE pushes (
    service TEXT NOT NULL, commit_id TEXT NOT NULL, at INTEGER NOT NULL, notice INTEGER,
    PRIMARY KEY (service, commit_id)
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE backups (name TEXT PRIMARY KEY, known INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE backup_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, backup TEXT NOT NULL, job INTEGER NOT NULL,
    began_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, verdict TEXT NOT NULL, why TEXT,
    snapshot TEXT, at INTEGER, bytes INTEGER, added INTEGER, files INTEGER,
    sources TEXT NOT NULL, counts TEXT NOT NULL, safety INTEGER NOT NULL, repository TEXT
  );
  CREATE INDEX backup_runs_of ON backup_runs (backup, id);
  CREATE TABLE backup_proofs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, backup TEXT NOT NULL, job INTEGER NOT NULL,
    kind TEXT NOT NULL, at INTEGER NOT NULL, ok INTEGER NOT NULL, snapshot TEXT,
    part INTEGER, rto INTEGER, rpo INTEGER, detail TEXT NOT NULL
  );
  CREATE INDEX backup_proofs_of ON backup_proofs (backup, kind, id);
  ALTER TABLE releases ADD COLUMN snapshots TEXT NOT NULL DEFAULT '[]';
  `,
]
