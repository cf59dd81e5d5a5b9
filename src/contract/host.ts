export interface CpuTimes {
  /** Jiffies since boot, all cores together. */
  readonly busy: number
  readonly total: number
  /** Those that may be used: a fraction in a container with a CPU limit. */
  readonly cores: number
  /** Of the total, idle because disks had to be waited for; absent where it is not known. */
  readonly iowait?: number
  /** Of the busy ones, taken by the hypervisor for others; absent where it is not known. */
  readonly steal?: number
}
export interface MemoryFacts {
  /** Bytes. `available` is the kernel's own estimate. */
  readonly total: number
  readonly available: number
  readonly swapTotal: number
  readonly swapFree: number
}
export interface LoadFacts {
  readonly one: number
  readonly five: number
  readonly fifteen: number
  readonly cores: number
}
export interface DiskFacts {
  readonly mount: string
  readonly device: string
  /** Bytes; `available` is what an ordinary user may still write. */
  readonly total: number
  readonly free: number
  readonly available: number
  /** 0 where the file system does not count inodes. */
  readonly inodes: number
  readonly inodesFree: number
  /** Mounted for writing, but the kernel has made it read-only: it found errors. */
  readonly readOnly: boolean
}
export interface ProcessFacts {
  readonly pid: number
  readonly parent: number
  readonly name: string
  /** Full command line, arguments separated by blanks; the name in brackets for kernel threads. */
  readonly command: string
  readonly user: number
  readonly state: string
  /** Resident bytes. */
  readonly memory: number
  readonly swap: number
  /** CPU milliseconds used since its start. */
  readonly cpu: number
  /** Epoch milliseconds. */
  readonly started: number
}
export interface OpenDeleted {
  readonly pid: number
  readonly name: string
  readonly path: string
  /** Bytes still held although the file is gone from its directory. */
  readonly size: number
}
export interface OomKill {
  /** Epoch milliseconds, or null where the log does not say. */
  readonly at: number | null
  readonly pid: number
  readonly name: string
}

export interface RunOptions {
  /** Aborting ends the command and everything it started. */
  readonly signal: AbortSignal
  /** Added to the small environment that every child gets. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  readonly cwd?: string
  /** What it has left running in its process group is ended too, once it has ended itself. */
  readonly reap?: boolean
  /** Bytes kept of each stream, from its end; the rest is dropped as it comes. Default 64 KiB. */
  readonly keep?: number
  /**
   * Called with output as it comes, both streams, each in whole lines. NOT redacted: hide secrets in
   * the whole of it.
   */
  readonly onOutput?: (text: string) => void
}
export interface RunResult {
  /** null when a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
  /** Milliseconds. */
  readonly took: number
  /** The signal in the options ended it. */
  readonly aborted: boolean
  /** The command does not exist or may not be run; `code` is null then. */
  readonly missing: boolean
}

/** One argv, or a shell line that the config file itself contains. Nothing from a chat is ever a line. */
export type Command = readonly [string, ...string[]] | string

export interface FileFacts {
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  readonly size: number
  /** Bytes on disk that go away with it: 0 while other hard links remain. */
  readonly frees: number
  /** Epoch milliseconds of the last change of its content. */
  readonly modified: number
  readonly device: number
  /** Decimal digits: some file systems have more of them than a number holds. */
  readonly inode: string
}

/** A part of a regular file, and which file that was when it was read. */
export interface FilePart {
  /** Fewer than were asked for at the end of the file. */
  readonly bytes: Uint8Array
  readonly size: number
  /** Epoch milliseconds of the last change of its content. */
  readonly modified: number
  readonly device: number
  readonly inode: string
}

export interface Files {
  /**
   * Expands `~` and globs; never follows a link on the way, nor enters a mount by a wildcard. At most
   * 10,000 paths, sorted.
   */
  glob(pattern: string): Promise<readonly string[]>
  /** Where anything is mounted, bind mounts too: a device number does not tell those. */
  mountPoints(): Promise<readonly string[]>
  /** Of the path itself, never of what a link points to; null when it does not exist. */
  look(path: string): Promise<FileFacts | null>
  /** Everything below a directory, links not followed, other file systems not entered. At most 100,000. */
  walk(path: string): Promise<readonly FileFacts[]>
  /**
   * At most `length` bytes (1 MiB) from the byte `from` on, of the file that a path leads to; links are
   * followed. Null for what does not exist or is no regular file. Throws when it may not be read.
   */
  read(path: string, from: number, length: number): Promise<FilePart | null>
  /** Where in a directory a file is now that was renamed; null when it is not there. */
  renamed(directory: string, file: Pick<FilePart, 'device' | 'inode'>): Promise<string | null>
  /** The path with every link on the way resolved. */
  real(path: string): Promise<string>
  /** Removes one file or one empty directory; false when it was already gone. */
  remove(path: string): Promise<boolean>
}

/** A machine as plug-ins see it: facts to ask for, commands to run, files to look at. */
export interface Host {
  readonly name: string
  readonly local: boolean
  cpu(): Promise<CpuTimes>
  memory(): Promise<MemoryFacts>
  load(): Promise<LoadFacts>
  /** The file system that holds `path`. */
  disk(path: string): Promise<DiskFacts>
  /** Every real mount: backed by a device, written to, each device once. */
  mounts(): Promise<readonly DiskFacts[]>
  processes(): Promise<readonly ProcessFacts[]>
  /** Deleted files still held open, largest first, at most 20. Only what this user may see. */
  openDeleted(mount: string): Promise<readonly OpenDeleted[]>
  /** Kills by the kernel for want of memory since `since`, newest first; empty where they cannot be read. */
  oomKills(since: number): Promise<readonly OomKill[]>
  /** Epoch milliseconds of the last boot. */
  booted(): Promise<number>
  run(command: Command, options: RunOptions): Promise<RunResult>
  readonly files: Files
}
