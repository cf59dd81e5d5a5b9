import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Files } from '../../../src/contract/host.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { createFiles } from '../../../src/host/files.ts'
import { createGuard } from '../../../src/host/guard.ts'
import { createFollowing, follow, type Following } from '../../../src/probe/log/follow.ts'
import { createPace } from '../../../src/probe/log/pace.ts'

let root = ''
let files: Files
const at = (name: string): string => join(root, name)
const write = (name: string, text: string | Buffer): void => writeFileSync(at(name), text)
const add = (name: string, text: string | Buffer): void => appendFileSync(at(name), text)

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'follow-')))
  files = createFiles(createGuard(systemClock), root)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

interface Seen {
  readonly fresh: string[]
  readonly old: string[]
  skipped: number
}

/** Follows some files, a look at a time. */
function follower(...names: string[]) {
  const following: Following = createFollowing()
  return async (): Promise<Seen> => {
    const seen: Seen = { fresh: [], old: [], skipped: 0 }
    await follow(names.map(at), following, {
      files,
      host: 'main',
      signal: new AbortController().signal,
      now: Date.now(),
      pace: createPace(),
      line: (line, old) => (old ? seen.old : seen.fresh).push(line) > 0,
      skipped: (bytes) => (seen.skipped += bytes),
    })
    return seen
  }
}

/** Follows one file that has a line of history. */
async function begun(pattern = 'app.log') {
  write('app.log', 'history\n')
  const look = follower(pattern)
  expect((await look()).fresh).toEqual([])
  return async () => (await look()).fresh
}

/** Root may read everything: what it must not is tried as nobody. */
async function asNobody(run: () => Promise<void>): Promise<void> {
  const root = process.getuid?.() === 0
  if (root) process.seteuid?.(65_534)
  try {
    await run()
  } finally {
    if (root) process.seteuid?.(0)
  }
}

describe('a followed file', () => {
  test('begins with history, then gives what is added, once', async () => {
    write('app.log', 'a\nb\n')
    const look = follower('app.log')
    expect(await look()).toMatchObject({ old: ['a', 'b'], fresh: [] })
    expect(await look()).toMatchObject({ old: [], fresh: [] })
    add('app.log', 'c\nd\n')
    expect(await look()).toMatchObject({ old: [], fresh: ['c', 'd'] })
    expect((await look()).fresh).toEqual([])
  })

  test('is renamed and made anew: the rest of the old one comes first', async () => {
    const look = await begun()
    add('app.log', 'one\n')
    renameSync(at('app.log'), at('app.log.1'))
    add('app.log.1', 'two\n')
    write('app.log', 'three\n')
    expect(await look()).toEqual(['one', 'two', 'three'])
    // The writer goes on with the old one until it is told.
    add('app.log.1', 'four\n')
    add('app.log', 'five\n')
    expect(await look()).toEqual(['four', 'five'])
  })

  test('is renamed twice between two looks', async () => {
    const look = await begun()
    add('app.log', 'one\n')
    renameSync(at('app.log'), at('app.log.1'))
    write('app.log', 'two\n')
    renameSync(at('app.log.1'), at('app.log.2'))
    expect(await look()).toEqual(['one', 'two'])
  })

  test('is copied and truncated', async () => {
    const look = await begun()
    add('app.log', 'one\n')
    expect(await look()).toEqual(['one'])
    copyFileSync(at('app.log'), at('app.log.1'))
    truncateSync(at('app.log'))
    add('app.log', 'two\n')
    expect(await look()).toEqual(['two'])
  })

  test('is truncated, and longer than before when it is looked at again', async () => {
    const look = await begun()
    write('app.log', 'a line that is longer than what was there\nand another\n')
    expect(await look()).toEqual(['a line that is longer than what was there', 'and another'])
  })

  test('is copied within the same glob: only what is new in the copy is', async () => {
    const look = await begun('app.log*')
    add('app.log', 'one\n')
    expect(await look()).toEqual(['one'])
    add('app.log', 'two\n')
    copyFileSync(at('app.log'), at('app.log.1'))
    truncateSync(at('app.log'))
    add('app.log', 'three\n')
    expect((await look()).toSorted()).toEqual(['three', 'two'])
    expect(await look()).toEqual([])
  })

  test('is replaced by another', async () => {
    const look = await begun()
    write('new', 'one\ntwo\n')
    renameSync(at('new'), at('app.log'))
    expect(await look()).toEqual(['one', 'two'])
  })

  test('is deleted, and comes back', async () => {
    const look = await begun()
    rmSync(at('app.log'))
    expect(await look()).toEqual([])
    write('app.log', 'one\n')
    expect(await look()).toEqual(['one'])
  })

  test('is not there yet', async () => {
    const look = follower('app.log')
    expect(await look()).toEqual({ fresh: [], old: [], skipped: 0 })
    write('app.log', 'one\n')
    expect((await look()).fresh).toEqual(['one'])
  })

  test('has no break at its end: the line waits', async () => {
    const look = await begun()
    add('app.log', 'one\ntw')
    expect(await look()).toEqual(['one'])
    expect(await look()).toEqual([])
    add('app.log', 'o\n')
    expect(await look()).toEqual(['two'])
  })

  test('had a beginning of a line at first sight', async () => {
    write('app.log', 'history\nbeg')
    const look = follower('app.log')
    expect((await look()).old).toEqual(['history'])
    add('app.log', 'inning\n')
    expect((await look()).fresh).toEqual(['beginning'])
  })

  test('is behind a link that leads elsewhere later', async () => {
    write('one.log', 'history\n')
    symlinkSync(at('one.log'), at('current'))
    const look = follower('current')
    await look()
    add('one.log', 'one\n')
    write('two.log', 'two\n')
    rmSync(at('current'))
    symlinkSync(at('two.log'), at('current'))
    expect((await look()).fresh).toEqual(['one', 'two'])
  })

  test('is a directory, or a packed old one: neither is a log', async () => {
    write('app.log', '')
    const look = follower('*')
    await look()
    write('app.log.1.gz', 'not to be read\n')
    expect((await look()).fresh).toEqual([])
    expect((await follower('.')()).old).toEqual([])
  })

  test('may not be read', async () => {
    write('app.log', 'secret\n')
    chmodSync(at('app.log'), 0)
    chmodSync(at('.'), 0o755)
    await asNobody(() =>
      expect(follower('app.log')()).rejects.toMatchObject({
        message: `${at('app.log')} on main may not be read by the bot`,
        advice: expect.stringContaining('adm'),
      }),
    )
  })

  test('grows faster than it can be read: what is skipped is said', async () => {
    const look = follower('app.log')
    await look()
    write('app.log', Buffer.alloc(20 * 2 ** 20, `${'x'.repeat(127)}\n`))
    add('app.log', 'the newest\n')
    const { fresh, skipped } = await look()
    expect(fresh.at(-1)).toBe('the newest')
    expect(skipped).toBe(20 * 2 ** 20 + 11 - 16 * 2 ** 20)
    // The first one began before what was read.
    expect(fresh.length).toBe((16 * 2 ** 20) / 128)
  })

  test('one of several cannot take the others their turn', async () => {
    const look = follower('*.log')
    await look()
    write('a.log', Buffer.alloc(20 * 2 ** 20, `${'x'.repeat(99)}\n`))
    write('b.log', 'mine\n')
    expect((await look()).fresh).toContain('mine')
  })
})

test('of many files, less history is read, and nothing is skipped that anybody would miss', async () => {
  const size = 256 * 1024
  for (let file = 0; file < 80; file += 1)
    write(`${file}.log`, Buffer.alloc(size, ' '.repeat(1023) + '\n'))
  const look = follower('*.log')
  const { old, skipped } = await look()
  expect(skipped).toBe(0)
  // The first line of each began before what was read.
  expect(old.length).toBe(80 * Math.floor((16 * 1024) / 80))
  add('7.log', Buffer.alloc(size, 'x'.repeat(1023) + '\n'))
  expect((await look()).skipped).toBe(size - Math.floor((16 * 2 ** 20) / 80))
})

test('too many files are refused', async () => {
  for (let file = 0; file <= 100; file += 1) write(`${file}.log`, '')
  await expect(follower('*.log')()).rejects.toThrow('stands for 101 files, at most 100')
})

type Step =
  | { readonly do: 'add'; readonly lines: number; readonly partial: boolean }
  | { readonly do: 'rename' }
  | { readonly do: 'look' }

const steps = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('add' as const),
      lines: fc.nat(5),
      partial: fc.boolean(),
    }),
    fc.record({ do: fc.constant('rename' as const) }),
    fc.record({ do: fc.constant('look' as const) }),
  ),
  { maxLength: 25 },
)

test('whatever is renamed when, each line comes once and in its order', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(steps, async (todo: readonly Step[]) => {
      const name = `app-${(run += 1)}.log`
      const look = follower(name)
      const seen: string[] = []
      const written: string[] = []
      let pending = ''
      let renamed = 0
      await look()
      write(name, '')
      await look()
      for (const step of todo) {
        if (step.do === 'look') seen.push(...(await look()).fresh)
        else if (step.do === 'rename') {
          // A writer ends its line before it is told to open its log anew.
          if (pending !== '') {
            add(name, '\n')
            written.push(pending)
            pending = ''
          }
          renameSync(at(name), at(`${name}.${(renamed += 1)}`))
          write(name, '')
          // More than one new file between two looks cannot be known of.
          seen.push(...(await look()).fresh)
        } else {
          for (let line = 0; line < step.lines; line += 1) {
            const text = `line ${written.length}`
            add(name, `${text.slice(pending.length)}\n`)
            written.push(text)
            pending = ''
          }
          if (step.partial && pending === '') {
            pending = `line ${written.length}`.slice(0, 3)
            add(name, pending)
          }
        }
      }
      seen.push(...(await look()).fresh)
      expect(seen).toEqual(written)
    }),
    { numRuns: 60 },
  )
})
