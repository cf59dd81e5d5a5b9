import { fill } from './fill.ts'
import type { Env } from './fill.ts'
import type { Issue } from './issue.ts'
import type { Reading } from './parse.ts'
import { createReport } from './report.ts'
import { expandPath, readSecretFile } from './secret-file.ts'
import type { Source } from './yaml.ts'
import { readYaml } from './yaml.ts'

interface Surroundings {
  readonly env: Env
  /** Absolute, for paths that are relative to the file. */
  readonly directory: string
  readonly home: string
}

/** Reads a file's YAML and fills in what comes from elsewhere. */
export function openReading(
  file: string,
  content: string | Uint8Array,
  { env, directory, home }: Surroundings,
): Reading | { readonly issues: readonly Issue[] } {
  const read = readYaml(file, content)
  if ('issues' in read) return read
  return readingOf(read.source, { env, directory, home })
}

function readingOf(source: Source, { env, directory, home }: Surroundings): Reading {
  const filled = fill(source, env, (path) => readSecretFile(expandPath(path, directory, home)))
  return { filled, report: createReport(source, filled) }
}

/** The reading of a file that says nothing. */
export function emptyReading(): Reading {
  const source: Source = {
    file: 'built-in defaults',
    text: '',
    value: null,
    spots: new Map(),
    place: () => ({ line: 0, col: 0 }),
  }
  return readingOf(source, { env: {}, directory: '/', home: '/' })
}
