import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sourceOf } from '../../../src/backup/sources.ts'
import { scratch, testTool } from '../../support/tool.ts'

/** `keys/a.json`, `keys/b.json` of 1 KiB each, and `current`, a link to `releases/1` with a file. */
function place() {
  const root = scratch()
  for (const name of ['keys', 'releases/1/data', 'empty'])
    mkdirSync(join(root, name), { recursive: true })
  for (const name of ['keys/a.json', 'keys/b.json', 'releases/1/data/file'])
    writeFileSync(join(root, name), 'x'.repeat(1024))
  symlinkSync('releases/1', join(root, 'current'))
  symlinkSync('a.json', join(root, 'keys/link.json'))
  const at = (...names: readonly string[]) => names.map((name) => join(root, name))
  const source = (...names: readonly string[]) =>
    sourceOf({ source: { kind: 'paths', paths: at(...names) } }, () => 5)
  const stage = (...names: readonly string[]) => source(...names).stage('/nowhere', testTool())
  return { at, source, stage }
}

describe('files as a source', () => {
  it('are read where they lie, each once', async () => {
    const { at, stage } = place()
    const paths = at('empty', 'keys/a.json', 'keys/b.json', 'keys/link.json')
    expect(await stage('keys/*.json', 'keys/a.json', 'empty')).toEqual({
      paths,
      expected: paths,
      bytes: 0,
      counts: {},
      at: 5,
    })
    expect((await stage('keys', 'keys/*.json')).paths).toEqual(at('keys'))
  })

  it('are followed where the config names a link, or one on the way', async () => {
    const { at, stage } = place()
    expect((await stage('current')).paths).toEqual(at('releases/1'))
    expect((await stage('current/data')).paths).toEqual(at('releases/1/data'))
  })

  it('are told by name when they have vanished', async () => {
    const { at, stage, source } = place()
    const [gone = '', none = ''] = at('gone', 'keys/*.pem')
    const says = `${gone}, ${none} on main have vanished: nothing is there`
    await expect(stage('keys', 'gone', 'keys/*.pem')).rejects.toThrow(says)
    await expect(source('gone').inspect(testTool())).rejects.toThrow(`${gone} on main has vanished`)
  })

  it('are measured before anything is done', async () => {
    const { source } = place()
    expect(await source('keys/a.json', 'releases').inspect(testTool())).toEqual({
      room: 0,
      about: '2 paths, 2 KiB in 2 files',
    })
    expect((await source('empty').inspect(testTool())).about).toBe('1 path, 0 B in 0 files')
  })
})
