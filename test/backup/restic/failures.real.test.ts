import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { truncateSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { endLeftovers } from '../../../src/backup/leftovers.ts'
import { ResticError } from '../../../src/backup/restic/error.ts'
import { createRestic } from '../../../src/backup/restic/restic.ts'
import type { Progress } from '../../../src/backup/restic/types.ts'
import { lockState, mayUnlock } from '../../../src/core/backup/locks.ts'
import { mountDisk } from '../../deploy/support/disk.ts'
import { hasRestic, repositoryKinds } from '../../support/repositories.ts'
import { begunBy, type Driven, drive, noPause } from './support.ts'

const failureOf = async (work: Promise<unknown>): Promise<ResticError> => {
  const error: unknown = await work.then(
    () => new Error('it went well'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof ResticError) return error
  throw error
}

function plant(root: string, bytes: number): string {
  const path = join(root, 'source')
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'file'), randomBytes(bytes))
  return path
}

/** A source that takes minutes to be read, and no room: whatever is to happen meanwhile does. */
function plantEndless(root: string): string {
  const path = plant(root, 0)
  truncateSync(join(path, 'file'), 200_000_000_000)
  return path
}

/** Of the packs of a repository on this machine the largest: it holds data, not directories. */
function largestPack(directory: string): string {
  const data = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && /[/]data[/]/.test(`${one.parentPath}/`))
    .map(({ parentPath, name }) => join(parentPath, name))
  return data.toSorted((a, b) => statSync(b).size - statSync(a).size)[0] ?? ''
}

function flipByte(path: string): void {
  const bytes = readFileSync(path)
  const at = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  rmSync(path, { force: true })
  writeFileSync(path, bytes)
}

/** Runs a backup and kills its restic in the middle of it, as the kernel does. */
async function killInTheMiddle({ tool, repository, restic, root }: Driven): Promise<ResticError> {
  // While it waits for the disk, its command line cannot be read.
  const kill = (): Promise<void> =>
    vi.waitFor(async () => {
      const all = await tool.host.processes()
      const ours = all.find(({ command }) => command.includes(repository.cache))
      if (ours === undefined) throw new Error('no restic is seen')
      process.kill(ours.pid, 'SIGKILL')
    }, 10_000)
  let killed: Promise<void> | undefined
  const onProgress = ({ done }: Progress): void => void (done > 0 && (killed ??= kill()))
  const error = await failureOf(restic.backup([plantEndless(root)], { onProgress }))
  await killed
  return error
}

describe.each(repositoryKinds)('a repository by %s', (kind) => {
  test('that is not there, and one with another password', async () => {
    const { restic, repository, tool } = await drive(kind)
    const missing = await failureOf(restic.snapshots())
    expect(missing).toMatchObject({ failure: 'missing' })
    expect(missing.message).toMatch(/^There is no repository of web \(/)
    await restic.init()
    const other = createRestic({ ...repository, password: 'other' }, tool, noPause)
    const wrong = await failureOf(other.snapshots())
    expect(wrong).toMatchObject({ failure: 'password' })
    expect(wrong.message).toMatch(/^The password does not open the repository of web/)
    expect(wrong.advice).toContain('lost-repository-password.md')
  })

  test('a flipped byte in its data is found by the check and by a restore', async () => {
    const { restic, place, root } = await drive(kind)
    await restic.init()
    const source = plant(root, 2_000_000)
    const { snapshot } = await restic.backup([source])
    await restic.check({ part: 1, of: 1 })
    flipByte(largestPack(place.directory))
    await restic.check(null)
    expect(await failureOf(restic.check({ part: 1, of: 1 }))).toMatchObject({ failure: 'damaged' })
    const restored = await failureOf(restic.restore(snapshot, join(root, 'back')))
    expect(restored).toMatchObject({ failure: 'damaged' })
    expect(restored.advice).toContain('corrupted-repository.md')
  })
})

const servers = repositoryKinds.filter((kind) => kind !== 'directory')
test.each(servers)(
  '%s that is away is tried three times, and told without secrets',
  async (kind) => {
    const { restic, place, said } = await drive(kind)
    await restic.init()
    await place.stop()
    const error = await failureOf(restic.snapshots())
    expect(error).toMatchObject({ failure: 'away' })
    expect(error.message).toMatch(/cannot be reached from main: .*connection refused/i)
    expect(said).toHaveLength(2)
    for (const text of [error.message, ...said]) expect(text).not.toMatch(/sesame|S3RVER|horse/)
  },
)

describe.runIf(hasRestic)('restic', () => {
  test('is asked for its version', async () => {
    const { restic } = await drive('directory')
    const [major, minor] = await restic.version()
    expect([major > 0 || minor >= 14, major, minor]).toEqual([true, major, minor])
  })

  test('killed in a backup: its lock is told, and removed alone when it is ours', async () => {
    const driven = await drive('directory')
    const { restic, root, tool } = driven
    await restic.init()
    const since = Date.now()
    const error = await killInTheMiddle(driven)
    expect(error.message).toContain('SIGKILL')

    const locks = await restic.locks()
    expect(locks).toMatchObject([{ host: hostname(), exclusive: false }])
    const processes = await tool.host.processes()
    const alive = new Set(processes.filter(({ name }) => name === 'restic').map(({ pid }) => pid))
    const view = { hostname: hostname(), now: Date.now(), since, alive }
    expect(locks.map((lock) => lockState(lock, view))).toEqual(['left'])
    expect(mayUnlock(locks, view)).toBe(true)

    const held = await failureOf(restic.remove(['00000000']))
    expect(held).toMatchObject({ failure: 'locked' })
    expect(held.message).toMatch(/is locked: locked by PID \d+ on .* lock was created at/)
    await restic.unlock()
    expect(await restic.locks()).toEqual([])
    expect(await restic.snapshots()).toEqual([])
    const { snapshot } = await restic.backup([plant(root, 1000)])
    await restic.check({ part: 1, of: 1 })
    expect(await restic.snapshots()).toMatchObject([{ id: expect.stringMatching(`^${snapshot}`) }])
  })

  test('is ended when its time is up', async () => {
    const { restic, root, tool, repository } = await drive('directory')
    await restic.init()
    const abort = new AbortController()
    const limited = createRestic(repository, { ...tool, signal: abort.signal }, noPause)
    const onProgress = (): void => abort.abort(new Error('late'))
    const { message } = await failureOf(limited.backup([plantEndless(root)], { onProgress }))
    expect(message).toMatch(/The upload failed, repository of web .*: it was stopped before/)
    expect(await restic.locks()).toEqual([])
  })

  test('is ended when it was left over', async () => {
    const { restic, root, tool, repository } = await drive('directory')
    await restic.init()
    let ended: Promise<number> | undefined
    const onProgress = (): void => void (ended ??= endLeftovers(tool, repository.cache))
    await failureOf(restic.backup([plantEndless(root)], { onProgress }))
    expect(await ended).toBe(1)
    expect(await restic.locks()).toEqual([])
    expect(await endLeftovers(tool, repository.cache)).toBe(0)
  })

  test('shows no secret in its command line', async () => {
    const driven = await drive('directory')
    const { root, repository } = driven
    const shown = join(root, 'shown')
    const restic = begunBy(driven, `cat "/proc/$$/cmdline" >>'${shown}'\nexec restic "$@"`)
    await restic.init()
    await restic.backup([plant(root, 1000)])
    const lines = readFileSync(shown, 'utf8')
    for (const word of ['init', 'backup', repository.cache]) expect(lines).toContain(word)
    for (const secret of [repository.password, repository.url]) expect(lines).not.toContain(secret)
  })

  test('names a source that vanished, and says what it stored of the rest', async () => {
    const { restic, root } = await drive('directory')
    await restic.init()
    const source = plant(root, 1000)
    const error = await failureOf(restic.backup([source, join(root, 'gone')]))
    expect(error).toMatchObject({ failure: 'partial', summary: { files: 1, bytes: 1000 } })
    expect(error.message).toBe(`Not all of web could be read: ${join(root, 'gone')}`)
    const all = await failureOf(restic.backup([join(root, 'gone')]))
    expect(all.message).toContain('all target directories/files do not exist')
  })

  test('removes snapshots by their ids, and nothing else', async () => {
    const { restic, root } = await drive('directory')
    await restic.init()
    const source = plant(root, 1000)
    for (const text of ['one', 'two', 'three']) {
      writeFileSync(join(source, 'file'), text)
      await restic.backup([source])
    }
    const [first, second, third] = (await restic.snapshots()).map(({ id }) => id)
    await restic.remove([first ?? '', third ?? ''])
    await restic.remove([first ?? ''])
    await restic.remove([])
    expect((await restic.snapshots()).map(({ id }) => id)).toEqual([second])
    await restic.check({ part: 1, of: 1 })
  })

  test('clears the caches of checks that were killed', async () => {
    const { restic, repository } = await drive('directory')
    await restic.init()
    const left = join(repository.cache, 'restic-check-cache-1')
    mkdirSync(left, { recursive: true })
    await restic.check(null)
    expect(existsSync(left)).toBe(false)
    rmSync(repository.cache, { recursive: true })
    await restic.check(null)
    expect(readdirSync(repository.cache)).toEqual([])
  })

  test('on a full disk says so, and goes on when there is room again', async (context) => {
    const disk = mountDisk()
    if (!disk) {
      context.skip('needs the right to mount')
      return
    }
    const { root, tool, repository } = await drive('directory')
    const restic = createRestic({ ...repository, url: disk.path }, tool, noPause)
    await restic.init()
    const source = plant(root, 20_000_000)
    disk.fill()
    const error = await failureOf(restic.backup([source]))
    expect(error).toMatchObject({ failure: 'full' })
    expect(error.message).toMatch(/no space left on device/)
    disk.free()
    await restic.unlock()
    await restic.backup([source])
    await restic.check({ part: 1, of: 1 })
  })

  test.runIf(repositoryKinds.includes('rest'))(
    'an append-only server refuses to forget',
    async () => {
      const { restic, root } = await drive('rest', { appendOnly: true })
      await restic.init()
      const source = plant(root, 1000)
      await restic.backup([source])
      writeFileSync(join(source, 'file'), 'two')
      await restic.backup([source])
      const error = await failureOf(restic.remove((await restic.snapshots()).map(({ id }) => id)))
      expect(error).toMatchObject({ failure: 'refused' })
      expect(error.message).toMatch(/^Removing old snapshots was refused, .*403 Forbidden/)
      expect(error.advice).toContain('append_only: true')
      expect(await restic.snapshots()).toHaveLength(2)
      expect(await restic.locks()).toEqual([])
    },
  )
})
