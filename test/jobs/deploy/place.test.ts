import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Host } from '../../../src/contract/host.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { createPlace } from '../../../src/jobs/deploy/place.ts'

const one = '20260131-021011-4f2c1a9'
const two = '20260201-021011-77aa001'

function setUp(shared: readonly string[] = [], change: (host: Host) => Host = (host) => host) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'place-')))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const root = join(home, 'srv/web')
  const local = createLocalHost('main', {
    clock: systemClock,
    environment: { PATH: process.env['PATH'], HOME: home },
  })
  const signal = AbortSignal.timeout(30_000)
  const place = createPlace({ host: change(local), signal }, { path: root, shared })
  const at = (path: string): string => join(root, path)
  const release = (name: string): string => {
    mkdirSync(at(`releases/${name}`), { recursive: true })
    return at(`releases/${name}`)
  }
  return { home, root, place, at, release, local, signal }
}

test('directories are made, twice if asked', async () => {
  const { place, root } = setUp()
  await place.prepare()
  await place.prepare()
  expect(readdirSync(root).toSorted()).toEqual(['releases', 'scratch', 'shared'])
})

test('a home directory is no deploy path', async () => {
  const { home, local, signal } = setUp()
  const place = createPlace({ host: local, signal }, { path: home, shared: [] })
  await expect(place.prepare()).rejects.toThrow('it is a home directory')
  expect(readdirSync(home)).toEqual([])
})

test('a link is switched in one step, and says what is live', async () => {
  const { place, at, release } = setUp()
  await place.prepare()
  release(one)
  release(two)
  expect(await place.live('current')).toBeNull()
  await place.switchTo('current', one)
  expect(await place.live('current')).toBe(one)
  // What a crash between the two commands leaves.
  symlinkSync('nowhere', at('.current.new'))
  await place.flush(two)
  await place.switchTo('current', two)
  expect(await place.live('current')).toBe(two)
  expect(readlinkSync(at('current'))).toBe(`releases/${two}`)
  expect(await place.live('blue')).toBeNull()
  await place.switchTo('blue', one)
  expect(await place.live('blue')).toBe(one)
  expect(readdirSync(at('.')).toSorted()).toEqual([
    'blue',
    'current',
    'releases',
    'scratch',
    'shared',
  ])
  expect(await place.present()).toEqual([one, two])
})

test('nobody ever finds no link, or a broken one, while it is switched', async () => {
  const { place, at, release } = setUp()
  writeFileSync(join(release(one), 'file'), '')
  writeFileSync(join(release(two), 'file'), '')
  await place.switchTo('current', one)
  let looking = true
  let missed = 0
  const look = async (): Promise<void> => {
    while (looking) {
      if (!existsSync(at('current/file'))) missed += 1
      await new Promise<void>((done) => setImmediate(done))
    }
  }
  const looks = look()
  for (let turn = 0; turn < 10; turn += 1)
    await place.switchTo('current', turn % 2 === 0 ? two : one)
  looking = false
  await looks
  expect(missed).toBe(0)
})

test('a current that is no link of ours is said, with what to do', async () => {
  const { place, at, release } = setUp()
  release(one)
  mkdirSync(at('current'))
  for (const ask of [() => place.live('current'), () => place.switchTo('current', one)])
    await expect(ask()).rejects.toMatchObject({
      message: expect.stringContaining('is no link, but a directory'),
      advice: expect.stringContaining('mv '),
    })
  expect(lstatSync(at('current')).isDirectory()).toBe(true)
  rmSync(at('current'), { recursive: true })
  symlinkSync('/etc', at('current'))
  await expect(place.switchTo('current', one)).rejects.toThrow(
    'points to /etc, which is no release',
  )
  await expect(place.remove(one)).rejects.toThrow('which is no release')
  rmSync(at('current'))
  // As Capistrano leaves it.
  symlinkSync(at('releases/20240101010101'), at('current'))
  expect(await place.live('current')).toBe('20240101010101')
  await place.switchTo('current', one)
  expect(await place.live('current')).toBe(one)
})

test('a release that is not there is not switched to', async () => {
  const { place, release } = setUp()
  release(one)
  await place.switchTo('current', one)
  await expect(place.switchTo('current', two)).rejects.toThrow(`There is no release ${two}`)
  await expect(place.switchTo('current', '../../etc')).rejects.toThrow('is no name of a release')
  expect(await place.live('current')).toBe(one)
})

test('a release is removed with all in it, unless a link points to it', async () => {
  const { place, home, release } = setUp()
  writeFileSync(join(home, 'precious'), 'kept')
  mkdirSync(join(release(one), 'deep/er'), { recursive: true })
  symlinkSync(home, join(release(one), 'out'))
  release(two)
  await place.switchTo('current', two)
  await place.switchTo('green', one)
  await expect(place.remove(one)).rejects.toThrow('green points to it')
  await expect(place.remove(two)).rejects.toThrow('current points to it')
  await place.switchTo('green', two)
  expect(await place.remove(one)).toBe(true)
  expect(await place.remove(one)).toBe(false)
  expect(readFileSync(join(home, 'precious'), 'utf8')).toBe('kept')
  expect(await place.present()).toEqual([two])
  for (const name of ['..', '../shared', '.', '', '/', `${one}/..`])
    await expect(place.remove(name)).rejects.toThrow('is no name of a release')
})

test('links on the way to what is removed are not followed', async () => {
  const { place, home, at } = setUp()
  await place.prepare()
  const elsewhere = join(home, 'elsewhere')
  mkdirSync(join(elsewhere, one), { recursive: true })
  writeFileSync(join(elsewhere, one, 'precious'), 'kept')
  symlinkSync(join(elsewhere, one), at(`releases/${one}`))
  expect(await place.remove(one)).toBe(true)
  rmSync(at('releases'), { recursive: true })
  symlinkSync(elsewhere, at('releases'))
  await expect(place.remove(one)).rejects.toThrow('was not removed')
  rmSync(at('scratch'), { recursive: true })
  symlinkSync(elsewhere, at('scratch'))
  mkdirSync(join(elsewhere, '7'))
  await expect(place.removeScratch(7)).rejects.toThrow('was not removed')
  expect(readFileSync(join(elsewhere, one, 'precious'), 'utf8')).toBe('kept')
  expect(existsSync(join(elsewhere, '7'))).toBe(true)
})

test('what is still written into by a program that nobody ends any more is removed in the end', async () => {
  const late: string[] = []
  const { place, at, release } = setUp([], (host) => ({
    ...host,
    async run(command, options) {
      const result = await host.run(command, options)
      if (command[0] !== 'rm' || late.length === 0) return result
      mkdirSync(at(`releases/${one}/${late.pop()}`), { recursive: true })
      return { ...result, code: 1, err: "rm: cannot remove 'x': Directory not empty\n" }
    },
  }))
  release(one)
  late.push('a', 'b', 'c')
  expect(await place.remove(one)).toBe(true)
  expect(await place.present()).toEqual([])
  release(one)
  late.push('a', 'b', 'c', 'd', 'e', 'f', 'g')
  await expect(place.remove(one)).rejects.toThrow('Directory not empty')
})

test('nothing that something is mounted in is removed', async () => {
  const mounts: string[] = []
  const { place, release } = setUp([], (host) => ({
    ...host,
    files: { ...host.files, mountPoints: () => Promise.resolve(mounts) },
  }))
  const directory = release(one)
  mounts.push('/', join(directory, 'uploads'))
  await expect(place.remove(one)).rejects.toMatchObject({
    message: expect.stringContaining(`something is mounted at ${directory}/uploads`),
    advice: `Unmount it: umount ${directory}/uploads.`,
  })
  expect(existsSync(directory)).toBe(true)
})

test('what is shared is linked relatively, in place of what the release has', async () => {
  const shared = ['.env', 'uploads', 'config/keys/prod.json', 'tmp/cache/']
  const { place, at, release, root, home } = setUp(shared)
  await place.prepare()
  const directory = release(one)
  await expect(place.checkShared()).rejects.toMatchObject({
    message: `${at('shared/.env')}, ${at('shared/uploads')}, ${at('shared/config/keys/prod.json')} on main do not exist, but are to be shared`,
  })
  await expect(place.linkShared(one)).rejects.toThrow('do not exist')
  expect(readdirSync(directory)).toEqual([])
  writeFileSync(at('shared/.env'), 'PORT=1')
  mkdirSync(at('shared/uploads'))
  mkdirSync(at('shared/config/keys'), { recursive: true })
  writeFileSync(at('shared/config/keys/prod.json'), '{}')
  writeFileSync(join(directory, '.env'), 'from the repository')
  mkdirSync(join(directory, 'uploads/old'), { recursive: true })
  await place.linkShared(one)
  await place.linkShared(one)
  expect(readlinkSync(join(directory, '.env'))).toBe('../../shared/.env')
  expect(readFileSync(join(directory, '.env'), 'utf8')).toBe('PORT=1')
  expect(readlinkSync(join(directory, 'uploads'))).toBe('../../shared/uploads')
  expect(readFileSync(join(directory, 'config/keys/prod.json'), 'utf8')).toBe('{}')
  expect(lstatSync(at('shared/tmp/cache')).isDirectory()).toBe(true)
  expect(readlinkSync(join(directory, 'tmp/cache'))).toBe('../../../shared/tmp/cache')
  await place.remove(one)
  expect(readFileSync(join(root, 'shared/.env'), 'utf8')).toBe('PORT=1')
  expect(readdirSync(home)).toEqual(['srv'])
})

test('a link that the release has on the way is not written through', async () => {
  const { place, at, release, home } = setUp(['config/.env'])
  await place.prepare()
  mkdirSync(at('shared/config'))
  writeFileSync(at('shared/config/.env'), '')
  mkdirSync(join(home, 'outside'))
  symlinkSync(join(home, 'outside'), join(release(one), 'config'))
  await expect(place.linkShared(one)).rejects.toThrow('the release has a link at config')
  expect(readdirSync(join(home, 'outside'))).toEqual([])
})

test.each(['../secrets', '/etc/passwd', 'a/../../b'])('%s is not shared', async (entry) => {
  const { place } = setUp([entry])
  await expect(place.checkShared()).rejects.toThrow('cannot be shared')
})

test('scratch places are swept, but for those in use and what is not ours', async () => {
  const { place, at } = setUp()
  await place.removeScratch(1)
  expect(await place.sweepScratch([])).toBe(0)
  await place.prepare()
  for (const name of ['1', '2', '33', 'clone', 'clone-old', 'notes'])
    mkdirSync(at(`scratch/${name}/x`), { recursive: true })
  symlinkSync('x', at('.current.new'))
  expect(await place.sweepScratch([2])).toBe(4)
  expect(readdirSync(at('scratch')).toSorted()).toEqual(['2', 'notes'])
  expect(readdirSync(at('.')).toSorted()).toEqual(['releases', 'scratch', 'shared'])
  await place.removeScratch(2)
  expect(readdirSync(at('scratch'))).toEqual(['notes'])
})

test('too little room is said before anything is begun', async () => {
  let facts = {}
  const asked: string[] = []
  const { place, home } = setUp([], (host) => ({
    ...host,
    disk: async (path) => {
      asked.push(path)
      return {
        ...(await host.disk(path)),
        inodes: 0,
        available: 2 ** 30,
        readOnly: false,
        ...facts,
      }
    },
  }))
  await place.room(2 ** 30)
  expect(asked).toEqual([home])
  await expect(place.room(2 ** 30 + 1)).rejects.toThrow(/1 GiB free, and 1 GiB are needed/)
  facts = { inodes: 1e6, inodesFree: 10 }
  await expect(place.room(1)).rejects.toThrow('has room for 10 more files')
  facts = { readOnly: true }
  await expect(place.room(1)).rejects.toThrow('is read-only')
})

test('what a tool complains of is said, and when its time is up', async () => {
  const { place, local, root } = setUp()
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, 'releases'), 'a file')
  await expect(place.prepare()).rejects.toThrow(/mkdir on main failed: mkdir: .*File exists/)
  const late = createPlace({ host: local, signal: AbortSignal.abort() }, { path: root, shared: [] })
  await expect(late.prepare()).rejects.toThrow('mkdir on main was stopped before its end')
})
