/**
 * Kinds that the project has promised and that come with their own issues. One that has a plug-in
 * file is built; naming any other of these says so instead of guessing at a slip of the pen.
 */
export const promisedChecks = [
  'cpu',
  'memory',
  'swap',
  'load',
  'disk',
  'systemd',
  'pm2',
  'service',
  'process',
  'http',
  'tcp',
  'dns',
  'command',
  'sql',
  'postgres',
  'redis',
  'prometheus',
  'beacon',
  'execution',
  'docker',
  'calendar',
  'imap',
  'log',
  'certificate',
  'ping',
  'updates',
  'audit',
  'cost',
  'drift',
  'git',
] as const

/** Kinds of checks that entries of other sections are: nobody writes them under `checks`. */
export const ownSections: Readonly<Record<string, string>> = {
  service: 'services',
  backup: 'backups',
}

export const promisedFixes = [
  'clean-files',
  'restart',
  'command',
  'http',
  'sql',
  'postgres-maintenance',
  'scale',
  'prune',
  'install',
] as const

/** Kinds of work on a schedule, besides those of fixes. */
export const promisedTasks = [...promisedFixes, 'report'] as const
