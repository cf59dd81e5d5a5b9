import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { scratch } from '../../support/tool.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'
import { onTestFinished } from 'vitest'

/** Every file below a directory: what it is, who may what with it, when it was written, what it holds. */
export function picture(path: string, at = ''): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of readdirSync(join(path, at)).toSorted()) {
    const own = join(at, name)
    const facts = lstatSync(join(path, own))
    const body = facts.isSymbolicLink()
      ? readlinkSync(join(path, own))
      : facts.isFile()
        ? readFileSync(join(path, own)).toString('base64')
        : ''
    found[own] = `${facts.mode.toString(8)} ${facts.uid}:${facts.gid} ${facts.mtimeMs} ${body}`
    if (facts.isDirectory()) Object.assign(found, picture(path, own))
  }
  return found
}

export function fill(data: string): void {
  mkdirSync(join(data, 'sub', 'empty'), { recursive: true })
  writeFileSync(join(data, 'a'), Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 251)))
  writeFileSync(join(data, 'sub', 'odd *?[x] ä'), 'odd')
  chmodSync(join(data, 'sub', 'odd *?[x] ä'), 0o640)
  symlinkSync('../a', join(data, 'sub', 'link'))
  utimesSync(join(data, 'a'), 1_700_000_000, 1_700_000_000)
}

export const open = (options: StageOptions = {}): { stage: Stage; top: string; data: string } => {
  const top = scratch()
  const data = join(top, 'data')
  fill(data)
  const stage = openStage({ kind: 'paths', paths: [data] }, options)
  onTestFinished(stage.close)
  return { stage, top, data }
}

export const leftIn = (top: string): readonly string[] =>
  readdirSync(top).filter((name) => name.startsWith('.mechanic-restore'))
