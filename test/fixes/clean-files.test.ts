import { existsSync } from 'node:fs'
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import fix from '../../fixes/clean-files.ts'
import type { FixContext, Step } from '../../src/contract/fix.ts'
import type { Host } from '../../src/contract/host.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { fakeServices } from '../support/facts.ts'

const now = Date.UTC(2026, 0, 31)
const day = 86_400_000
let root: string
const at = (path: string) => join(root, path)

const age = async (path: string, days: number) => {
  const time = new Date(now - days * day)
  await utimes(path, time, time)
}
/** A file of so many bytes, so many days old. */
const put = async (path: string, days: number, bytes = 5000) => {
  await mkdir(dirname(at(path)), { recursive: true })
  await writeFile(at(path), Buffer.alloc(bytes, 1))
  await age(at(path), days)
}
const left = async () => (await readdir(root, { recursive: true })).toSorted()

const machine = createLocalHost('main', { clock: systemClock })
const context = (host: Host = machine, signal = AbortSignal.timeout(15_000)): FixContext => ({
  host,
  services: fakeServices({}),
  reading: { subject: '/', metrics: {} },
  signal,
  now,
})
const settings = (more: object = {}) =>
  fix.params.parse({ paths: [at('*')], older_than: '7d', ...more })
const plan = async (more: object = {}, around = context()): Promise<readonly Step[]> =>
  fix.plan(await fix.look(settings(more), around), settings(more))
const act = async (steps: readonly Step[], more: object = {}, around = context()) => {
  const [step] = steps
  if (!step) throw new Error('nothing to do')
  return (await fix.act(step, settings(more), around)).result
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'clean-'))
})
afterEach(async () => {
  await chmod(root, 0o700)
  await rm(root, { recursive: true, force: true })
})

describe('what goes', () => {
  it('is what is old, and exactly what was shown', async () => {
    await put('a', 8)
    await put('b c', 30)
    await put('new', 6)
    const steps = await plan()
    expect(steps[0]?.show.split('\n')).toEqual([
      'remove what has not changed for 7d, 16 KiB in all:',
      `${at('a')} (8 KiB)`,
      `${at('b c')} (8 KiB)`,
    ])
    expect(await act(steps)).toBe('freed 16 KiB in 2 files')
    expect(await left()).toEqual(['new'])
  })

  it('is nothing when all is young', async () => {
    await put('new', 1)
    expect(await plan()).toEqual([])
  })

  it('leaves the newest, and what is small, where it is told so', async () => {
    for (const days of [10, 20, 30]) await put(`b${days}`, days)
    await put('tiny', 40, 10)
    expect(await act(await plan({ keep: 1 }), { keep: 1 })).toMatch('in 3 files')
    expect(await left()).toEqual(['b10'])
    await put('tiny', 40, 10)
    const more = { min_size: '5KB' }
    expect(await act(await plan(more), more)).toMatch('in 1 file')
    expect(await left()).toEqual(['tiny'])
  })

  it('is a whole directory only when everything in it is old', async () => {
    await put('old/deep/x', 30)
    await put('mixed/deep/y', 30)
    await put('mixed/z', 1)
    for (const path of ['old/deep', 'old', 'mixed/deep', 'mixed']) await age(at(path), 30)
    const steps = await plan()
    expect(steps[0]?.show).toContain(`${at('old')}/ with 1 file (`)
    await act(steps)
    expect(await left()).toEqual(['mixed', 'mixed/deep', 'mixed/deep/y', 'mixed/z'])
  })

  it('is not counted twice when two patterns match it', async () => {
    await put('d/x', 30)
    await age(at('d'), 30)
    const paths = [at('*'), at('d'), at('d/*')]
    const steps = await plan({ paths })
    expect(steps[0]?.act).toMatchObject({ count: 1 })
    expect(await act(steps, { paths })).toMatch('in 1 file')
    expect(await left()).toEqual([])
  })

  it('is never what another pattern keeps', async () => {
    await put('d/x', 30)
    await put('d/y', 40)
    await age(at('d'), 30)
    const more = { paths: [at('*'), at('d/x')], keep: 1 }
    expect(await plan(more)).toEqual([])
  })

  it('is shown within bounds', async () => {
    for (let file = 0; file < 45; file += 1) await put(`f${file}`, 30, 10)
    const [step] = await plan()
    expect(step?.show.split('\n')).toHaveLength(22)
    expect(step?.show).toMatch(/\nand 25 more$/)
    expect(step?.act).toMatchObject({ count: 45 })
  })
})

describe('what stays', () => {
  it('is a link, and what it points to', async () => {
    await put('real/x', 30)
    await symlink(at('real'), at('link'))
    await age(at('real'), 1)
    expect(await plan()).toEqual([])
    expect(await plan({ paths: [at('link/*')] })).toEqual([])
  })

  it('is what links in a removed directory point to', async () => {
    await put('keep/x', 30)
    await age(at('keep'), 1)
    await mkdir(at('d'))
    await symlink(at('keep'), at('d/link'))
    await put('d/y', 30)
    const host: Host = {
      ...machine,
      // The links' own age cannot be set.
      files: {
        ...machine.files,
        walk: async (path) =>
          (await machine.files.walk(path)).map((one) =>
            one.kind === 'link' ? { ...one, modified: 0 } : one,
          ),
        look: async (path) => {
          const found = await machine.files.look(path)
          return found?.kind === 'link' ? { ...found, modified: 0 } : found
        },
      },
    }
    await age(at('d'), 30)
    await act(await plan({}, context(host)), {}, context(host))
    expect(await left()).toEqual(['keep', 'keep/x'])
  })

  it('is a socket, and a directory with one in it', async () => {
    await mkdir(at('d'))
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(at('d/agent'), resolve))
    try {
      await put('d/x', 30)
      await age(at('d/agent'), 30)
      await age(at('d'), 30)
      await put('z', 30)
      const [step] = await plan({ paths: [at('*'), at('d/agent')] })
      expect(step?.show).toContain(`left alone: ${at('d')}: a socket, pipe or device is in it`)
      expect(step?.act).toMatchObject({ count: 1 })
    } finally {
      await new Promise((done) => server.close(done))
    }
  })

  it('is the bot’s own database, and whatever holds it', async () => {
    await put('state/mechanic.db', 30)
    await put('state/mechanic.db-wal', 30)
    await age(at('state'), 30)
    expect(await plan()).toEqual([])
    expect(await plan({ paths: [at('state/*')] })).toEqual([])
  })

  it('is everything of the system, also where a host says that it matched', async () => {
    const files = {
      ...machine.files,
      glob: () => Promise.resolve(['/etc/passwd', '/usr', process.cwd(), dirname(process.cwd())]),
    }
    const seen = await fix.look(settings({ older_than: '0s' }), context({ ...machine, files }))
    expect(fix.plan(seen, settings({ older_than: '0s' }))).toEqual([])
    expect(seen).toMatchObject({ left: { length: 4 } })
  })

  it('is what a link on the way leads to', async () => {
    await put('real/x', 30)
    await symlink(at('real'), at('way'))
    const files = { ...machine.files, glob: () => Promise.resolve([at('way/x')]) }
    expect(await plan({}, context({ ...machine, files }))).toEqual([])
  })
})

describe('a mount', () => {
  const mounted = (...paths: readonly string[]): Host => ({
    ...machine,
    files: { ...machine.files, mountPoints: async () => ['/', ...paths.map(at)] },
  })
  const fill = async () => {
    await put('build/src/x', 30)
    for (const path of ['build/src', 'build']) await age(at(path), 30)
    await put('build-2', 30)
  }

  it.each([['build'], ['build/src'], ['build/src/x']])('on %s keeps all of it', async (path) => {
    await fill()
    const steps = await plan({}, context(mounted(path)))
    expect(steps[0]?.show).toContain(
      `left alone: ${at('build')}: something is mounted on ${at(path)}`,
    )
    expect(await act(steps, {}, context(mounted(path)))).toMatch('in 1 file')
    expect(await left()).toEqual(['build', 'build/src', 'build/src/x'])
  })

  it('that only holds what is cleaned is no obstacle', async () => {
    await fill()
    const around = context(mounted('', 'build-', 'other'))
    expect(await act(await plan({}, around), {}, around)).toMatch('in 2 files')
  })

  it.each([
    [2, '1 changed since the plan and stayed'],
    [3, 'something is mounted on'],
  ])('that comes late, at look %d, keeps what is in it', async (late, said) => {
    await fill()
    let looks = 0
    const files: Host['files'] = {
      ...machine.files,
      mountPoints: async () => ((looks += 1) >= late ? [at('build/src')] : []),
    }
    const around = context({ ...machine, files })
    const paths = [at('build')]
    const done = act(await plan({ paths }, around), { paths }, around).catch(String)
    expect(await done).toContain(said)
    expect(await left()).toContain('build/src/x')
  })
})

describe('what changes after the plan', () => {
  it('stays', async () => {
    await put('a', 30)
    await put('b', 30)
    await put('d/x', 30)
    await age(at('d'), 30)
    const steps = await plan()
    await put('a', 20)
    await put('late', 30)
    await put('d/late', 30)
    expect(await act(steps)).toBe('freed 8 KiB in 1 file; 2 changed since the plan and stayed')
    expect(await left()).toEqual(['a', 'd', 'd/late', 'd/x', 'late'])
  })

  it('stays even when it changes under our hands', async () => {
    await put('a', 30)
    await put('d/x', 30)
    await age(at('d'), 30)
    const steps = await plan()
    let looks = 0
    const files: Host['files'] = {
      ...machine.files,
      look: async (path) => {
        const seen = await machine.files.look(path)
        looks += path === at('a') ? 1 : 0
        // The second look is the one just before the removal.
        if (path === at('a') && looks === 2) await put('a', 0)
        if (path === at('d/x')) await put('d/new', 0)
        return seen
      },
    }
    const result = await act(steps, {}, context({ ...machine, files }))
    expect(result).toMatch(/a has changed meanwhile/)
    expect(existsSync(at('a'))).toBe(true)
    expect(existsSync(at('d/new'))).toBe(true)
  })

  it('may be gone, which is no failure', async () => {
    await put('a', 30)
    await put('b', 30)
    const steps = await plan()
    await rm(at('a'))
    expect(await act(steps)).toBe('freed 8 KiB in 1 file; 1 changed since the plan and stayed')
  })
})

describe('bytes', () => {
  it('are those really freed: nothing while another link stays, holes not at all', async () => {
    await put('a', 30, 100_000)
    await mkdir(at('elsewhere'))
    await link(at('a'), at('elsewhere/a'))
    const sparse = await open(at('sparse'), 'w')
    await sparse.truncate(50_000_000)
    await sparse.close()
    await age(at('sparse'), 30)
    await age(at('elsewhere'), 1)
    expect(await act(await plan())).toBe('freed 0 B in 2 files')
  })

  it('are freed by the last of several links', async () => {
    await put('d/a', 30, 100_000)
    await link(at('d/a'), at('d/b'))
    await age(at('d/a'), 30)
    await age(at('d'), 30)
    expect(await act(await plan())).toMatch(/^freed (100|104) KiB in 2 files$/)
  })
})

describe('what fails', () => {
  it('is said, and the rest is done', async () => {
    await put('a', 30)
    await put('b', 30)
    const remove: Host['files']['remove'] = (path) =>
      path === at('a')
        ? Promise.reject(new Error('EACCES: permission denied'))
        : machine.files.remove(path)
    const host = { ...machine, files: { ...machine.files, remove } }
    expect(await act(await plan(), {}, context(host))).toBe(
      `freed 8 KiB in 1 file; ${at('a')}: EACCES: permission denied`,
    )
    const none = {
      ...machine,
      files: { ...machine.files, remove: () => Promise.reject(new Error('EROFS')) },
    }
    await expect(act(await plan(), {}, context(none))).rejects.toThrow(
      'Nothing could be removed on main',
    )
  })

  it('is late, and ends', async () => {
    await put('a', 30)
    const steps = await plan()
    await expect(act(steps, {}, context(machine, AbortSignal.abort()))).rejects.toThrow('abort')
    expect(await left()).toEqual(['a'])
  })
})

describe('settings', () => {
  it.each([
    [{ paths: [] }],
    [{ paths: ['/etc/*'] }],
    [{ paths: ['~'] }],
    [{ older_than: '7' }],
    [{ older_than: 7 }],
    [{ keep: -1 }],
    [{ min_size: 'big' }],
  ])('may not be %j', (more) => {
    const given = { paths: ['/srv/app/x'], older_than: '7d', ...more }
    expect(fix.params.safeParse(given).success).toBe(false)
  })

  it('say what is wrong with a path', () => {
    const { error } = fix.params.safeParse({ paths: ['/srv/app/x', '/etc'], older_than: '7d' })
    expect(error?.issues).toMatchObject([
      {
        path: ['paths', 1],
        message: 'a directory of the system is never cleaned: name what is in it',
      },
    ])
  })
})
