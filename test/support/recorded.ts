import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from './tool.ts'

/** A restic that writes down how it is called, and then is the real one. */
export function recordRestic() {
  const bin = scratch()
  const [calls, gate] = [join(bin, 'calls'), join(bin, 'gate')]
  const path = process.env['PATH'] ?? ''
  const lines = [
    '#!/bin/sh',
    `echo "$*" >>'${calls}'`,
    // A closed gate holds up the upload.
    `case "$*" in *' backup '*) [ ! -e '${gate}' ] || cat '${gate}' ;; esac`,
    `PATH='${path}'`,
    'exec restic "$@"',
  ]
  writeFileSync(join(bin, 'restic'), lines.join('\n'))
  chmodSync(join(bin, 'restic'), 0o755)
  return {
    /** What a repository's `env` has to say to get it. */
    env: { PATH: `${bin}:${path}` },
    /** The words of every start, without options and ids. */
    starts(): readonly string[] {
      if (!existsSync(calls)) return []
      const called = readFileSync(calls, 'utf8').trim().split('\n')
      return called.map((line) =>
        line.replace(/^--cache-dir \S+ /, '').replace(/ (?:-|[0-9a-f]{64}).*/, ''),
      )
    },
    forget: () => rmSync(calls, { force: true }),
    closeGate: () => void execFileSync('mkfifo', [gate]),
    openGate(): void {
      writeFileSync(gate, '')
      rmSync(gate)
    },
  }
}
