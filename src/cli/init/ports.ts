import { readdir, readFile, readlink } from 'node:fs/promises'
import type { ProcessFacts } from '../../contract/host.ts'

/** A port that something of this machine can be reached at from itself. */
export interface Listening {
  readonly port: number
  /** Of the socket, as `/proc/PID/fd` names it. */
  readonly inode: string
  /** As a URL has it. */
  readonly host: string
}

/** Addresses as proc(5) writes them that a request from this machine reaches, and how it does. */
const reachable: Readonly<Record<string, string>> = {
  '00000000': '127.0.0.1',
  '0100007F': '127.0.0.1',
  '00000000000000000000000000000000': '127.0.0.1',
  '00000000000000000000000001000000': '[::1]',
}
/** include/net/tcp_states.h */
const listen = '0A'

/** The listening sockets in the text of `/proc/net/tcp` or `tcp6`. */
export const parseListening = (text: string): readonly Listening[] =>
  text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    const host = reachable[address]
    if (state !== listen || host === undefined || inode === undefined) return []
    return [{ port: Number.parseInt(port, 16), inode, host }]
  })

/** A process and all that it started, itself first: `npm start` listens in a grandchild. */
export function family(pid: number, processes: readonly ProcessFacts[]): readonly number[] {
  const found = [pid]
  for (const one of found)
    for (const { pid: child, parent } of processes)
      if (parent === one && !found.includes(child)) found.push(child)
  return found
}

async function socketsOf(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`
  const names = await readdir(folder).catch(() => [])
  const links = await Promise.all(
    names.slice(0, 4_096).map((name) => readlink(`${folder}/${name}`).catch(() => '')),
  )
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}

/** Where these processes listen, lowest port first; nothing where that cannot be seen. */
export async function listeningOf(pids: readonly number[]): Promise<readonly Listening[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  )
  const sockets = new Set((await Promise.all(pids.map(socketsOf))).flat())
  const mine = tables.flatMap(parseListening).filter(({ inode }) => sockets.has(inode))
  return mine.toSorted((a, b) => a.port - b.port)
}
