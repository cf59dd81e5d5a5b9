import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Progress } from '../../../src/backup/restic/types.ts'
import { repositoryKinds } from '../../support/repositories.ts'
import { drive } from './support.ts'

/** Most of it means something in a pattern. */
const odd = 'wörter [1] *?.txt'

/** Files of several sizes and odd names, a link, an empty directory. */
function plant(root: string): string {
  const source = join(root, 'source')
  mkdirSync(join(source, 'deep', 'er'), { recursive: true })
  mkdirSync(join(source, 'empty'))
  writeFileSync(join(source, 'big'), randomBytes(3_000_000))
  writeFileSync(join(source, 'none'), '')
  writeFileSync(join(source, 'deep', odd), 'words\n')
  writeFileSync(join(source, 'deep', 'wörter 1 xy.txt'), 'what a pattern would find\n')
  writeFileSync(join(source, 'deep', 'er', 'line\nbreak'), 'odd')
  chmodSync(join(source, 'deep', 'er'), 0o750)
  symlinkSync('big', join(source, 'link'))
  return source
}

describe.each(repositoryKinds)('a repository by %s', (kind) => {
  test('gives back byte by byte what was put in, after all was deleted', async () => {
    const { root, restic } = await drive(kind)
    const source = plant(root)
    cpSync(source, join(root, 'kept'), { recursive: true, verbatimSymlinks: true })
    await restic.init()
    expect(await restic.snapshots({ lock: true })).toEqual([])

    const progress: Progress[] = []
    const summary = await restic.backup([source], {
      tags: ['more'],
      onProgress: (one) => progress.push(one),
    })
    expect(summary).toMatchObject({ files: 5, bytes: 3_000_035 })
    expect(summary.snapshot).toMatch(/^[0-9a-f]{8}/)
    expect(progress.every(({ done, total }) => done > 0 && total >= done)).toBe(true)

    expect(await restic.snapshots()).toMatchObject([
      { id: expect.stringMatching(`^${summary.snapshot}`), paths: [source], tags: ['web', 'more'] },
    ])
    expect(await restic.size(summary.snapshot)).toMatchObject({ bytes: 3_000_035 })
    const inSource = await restic.entries(summary.snapshot, [source])
    expect(inSource.map(({ path }) => path)).toContain(join(source, 'big'))
    expect(await restic.entries(summary.snapshot, [join(root, 'nothing')])).toEqual([])
    expect(await restic.locks()).toEqual([])
    await restic.check({ part: 1, of: 1 })

    rmSync(source, { recursive: true })
    const target = join(root, 'back')
    await restic.restore(summary.snapshot, target, { verify: true })
    const back = join(target, source)
    for (const name of ['big', 'none', `deep/${odd}`, 'deep/er/line\nbreak'])
      expect(readFileSync(join(back, name)).equals(readFileSync(join(root, 'kept', name)))).toBe(
        true,
      )
    expect(statSync(join(back, 'deep', 'er')).mode & 0o777).toBe(0o750)
    expect(statSync(join(back, 'empty')).isDirectory()).toBe(true)
    expect(readFileSync(join(back, 'link')).length).toBe(3_000_000)

    const part = join(root, 'part')
    await restic.restore(summary.snapshot, part, { include: [join(source, 'deep', odd)] })
    expect(readdirSync(join(part, source))).toEqual(['deep'])
    expect(readdirSync(join(part, source, 'deep'))).toEqual([odd])
  })
})
