import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { Host, OomKill } from '../contract/host.ts'
import { parseJournal, parseKmsg } from './proc/kmsg.ts'

export interface KillSource {
  /** `/dev/kmsg`. */
  readonly kmsg: string
  readonly run: Host['run']
  /** Epoch milliseconds. */
  readonly since: number
  readonly booted: number
}

/** A ring of 16 MiB, the largest that distributions set, holds fewer records. */
const recordLimit = 100_000
const shown = 50
/** Milliseconds for the journal. */
const patience = 5000

/**
 * Records of `/dev/kmsg` that tell of a kill; one read is one record, and with O_NONBLOCK the end is
 * EAGAIN. EPIPE means that older records were overwritten meanwhile: the next read goes on after them.
 */
function readRing(path: string): readonly string[] {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const buffer = Buffer.alloc(8192)
  const found: string[] = []
  try {
    for (let count = 0; count < recordLimit; count += 1) {
      try {
        const size = readSync(file, buffer)
        if (size === 0) break
        const record = buffer.toString('utf8', 0, size)
        if (record.includes('Killed process')) found.push(record)
      } catch (thrown) {
        if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE')) break
      }
    }
  } finally {
    closeSync(file)
  }
  return found
}

/** For users who may not read the ring but are in the group `systemd-journal` or `adm`. */
async function readJournal({ run, since }: KillSource): Promise<readonly OomKill[]> {
  const from = `--since=@${Math.floor(since / 1000)}`
  const words = ['-k', '-q', '--no-pager', '-o', 'short-unix', '-n', '20000', from]
  const { out } = await run(['journalctl', ...words], {
    signal: AbortSignal.timeout(patience),
    keep: 4 * 1024 * 1024,
  })
  return parseJournal(out)
}

/** Kills by the kernel since `since`, newest first, at most 50; empty where nothing may be read. */
export async function readKills(source: KillSource): Promise<readonly OomKill[]> {
  let kills: readonly OomKill[]
  try {
    kills = parseKmsg(readRing(source.kmsg), source.booted)
  } catch {
    kills = await readJournal(source).catch(() => [])
  }
  return kills
    .filter(({ at }) => at === null || at >= source.since)
    .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))
    .slice(0, shown)
}
