import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Tool } from '../../src/backup/tool.ts'
import type { Host } from '../../src/contract/host.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'

export interface TestTool extends Tool {
  /** What was said. */
  readonly said: string[]
}

/** This machine, with what a backup's job would give its tools. */
export function testTool({ host, signal }: { host?: Host; signal?: AbortSignal } = {}): TestTool {
  const said: string[] = []
  return {
    host: host ?? createLocalHost('main', { clock: systemClock }),
    signal: signal ?? AbortSignal.timeout(100_000),
    say: (text) => void said.push(text),
    said,
  }
}

/** A directory on a disk, gone with the test. */
export function scratch(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'scratch-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
