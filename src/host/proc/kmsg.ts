import type { OomKill } from '../../contract/host.ts'

/** The words of mm/oom_kill.c, after "Out of memory: " or "Memory cgroup out of memory: ". */
const death = /(?:^|: )Killed process (\d+),? \((.*?)\)(?:,| |$)/

/** Who was killed, in one line of the kernel's log; null when it tells of something else. */
export function parseKill(message: string): Omit<OomKill, 'at'> | null {
  const [, pid, name] = death.exec(message) ?? []
  return pid === undefined || name === undefined ? null : { pid: Number(pid), name }
}

/**
 * Kills among records of `/dev/kmsg` (kernel docs, ABI/testing/dev-kmsg):
 * `priority,sequence,microseconds since boot,flags;message`.
 */
export function parseKmsg(records: readonly string[], booted: number): readonly OomKill[] {
  return records.flatMap((record) => {
    const [, micros, message] = /^\d+,\d+,(\d+),[^;\n]*;([^\n]*)/.exec(record) ?? []
    const kill = parseKill(message ?? '')
    return kill === null ? [] : [{ at: booted + Math.round(Number(micros) / 1000), ...kill }]
  })
}

/** Kills among lines of `journalctl -k -o short-unix`: `seconds.micros host kernel: message`. */
export function parseJournal(text: string): readonly OomKill[] {
  return text.split('\n').flatMap((line) => {
    const [, seconds, message] = /^(\d+\.\d+) \S+ kernel: (.*)$/.exec(line) ?? []
    const kill = parseKill(message ?? '')
    return kill === null ? [] : [{ at: Math.round(Number(seconds) * 1000), ...kill }]
  })
}
