import type { Driver } from './driver.ts'
import { resticError } from './error.ts'

type Version = readonly [number, number, number]

/** Debian 12 has it; older ones write no JSON of what is needed. */
const oldest: Version = [0, 14, 0]

const isOlder = (version: Version, than: Version): boolean => {
  const at = version.findIndex((part, index) => part !== than[index])
  return at >= 0 && (version[at] ?? 0) < (than[at] ?? 0)
}

export async function version({ repository, tool, invoke }: Driver): Promise<Version> {
  const doing = 'Asking for its version'
  const { out } = await invoke({ doing, args: ['version'] })
  const [, major, minor, patch] = /^restic (\d+)\.(\d+)\.(\d+)/m.exec(out) ?? []
  const found: Version = [Number(major), Number(minor), Number(patch)]
  if (major === undefined || isOlder(found, oldest)) {
    const words = major === undefined ? 'it does not say its version' : `it is ${found.join('.')}`
    throw resticError('absent', repository, { doing, host: tool.host.name, words })
  }
  return found
}
