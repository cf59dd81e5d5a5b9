import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { OpenDeleted } from '../contract/host.ts'
import { parseStat } from './proc/process.ts'
import { pidsIn } from './processes.ts'

/** Descriptors looked at in all: a busy database server has some thousands. */
const limit = 50_000
const shown = 20
/** proc_pid_fd(5): appended by the kernel to the name of a file that is gone. */
const mark = ' (deleted)'

interface Held {
  readonly pid: number
  readonly fd: string
  readonly path: string
}

const orNothing = <T>(read: () => T, nothing: T): T => {
  try {
    return read()
  } catch {
    return nothing
  }
}

/** Deleted files below `mount` that one process holds; nothing where this user may not look. */
function heldBy(proc: string, pid: number, mount: string, names: readonly string[]): Held[] {
  const below = mount.endsWith('/') ? mount : `${mount}/`
  return names.flatMap((fd) => {
    const target = orNothing(() => readlinkSync(`${proc}/${pid}/fd/${fd}`), '')
    if (!target.endsWith(mark) || !target.startsWith(below)) return []
    return [{ pid, fd, path: target.slice(0, -mark.length) }]
  })
}

/**
 * Deleted files on the file system of `mount` that are still held open, largest first, each once.
 * Their names in `/proc` come from the kernel's memory; only files on this file system are looked at.
 */
export async function readOpenDeleted(
  proc: string,
  mount: string,
): Promise<readonly OpenDeleted[]> {
  const { dev } = await stat(mount)
  const files = new Map<number, OpenDeleted>()
  let left = limit
  for (const pid of await pidsIn(proc)) {
    const names = orNothing(() => readdirSync(`${proc}/${pid}/fd`), [])
    left -= names.length
    if (left < 0) break
    for (const held of heldBy(proc, pid, mount, names)) {
      const facts = await stat(`${proc}/${pid}/fd/${held.fd}`).catch(() => null)
      if (facts === null || facts.dev !== dev || facts.nlink > 0 || !facts.isFile()) continue
      const text = orNothing(() => readFileSync(`${proc}/${pid}/stat`, 'utf8'), '')
      const name = parseStat(text)?.name ?? String(pid)
      files.set(facts.ino, { pid, name, path: held.path, size: facts.blocks * 512 })
    }
    await setImmediate()
  }
  return [...files.values()].toSorted((a, b) => b.size - a.size).slice(0, shown)
}
