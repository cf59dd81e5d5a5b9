import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Options } from './options.ts'
import { torture } from './torture.ts'

/** How long the planted bug may stay hidden. */
const within = 120_000

const copied = ['src', 'checks', 'fixes', 'handlers', 'locales', 'package.json'] as const
const planted = 'src/store/outbox.ts'
/** Where the row of a new message is written. */
const row = /^( +)(insert\.run\(id, 'send'.*\))$/m

/** A copy of the sources where the row of a message is written after the commit that it belongs to. */
function plant(source: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'mechanic-planted-'))
  for (const name of copied) cpSync(join(source, name), join(copy, name), { recursive: true })
  symlinkSync(join(source, 'node_modules'), join(copy, 'node_modules'))
  const file = join(copy, planted)
  const whole = readFileSync(file, 'utf8')
  const broken = whole.replace(row, '$1setImmediate(() => $2)')
  if (broken === whole) throw new Error(`the bug does not fit into ${planted} any more`)
  writeFileSync(file, broken)
  return copy
}

/** Shows that a bug of the worst kind is found soon. @returns the exit code: 0 when it was */
export async function selfTest(options: Options, write: (line: string) => void): Promise<number> {
  const copy = plant(options.source)
  const begun = performance.now()
  try {
    const code = await torture({ ...options, source: copy, ms: within, keep: false }, write)
    const took = Math.round((performance.now() - begun) / 1_000)
    const caught = code === 1 && took * 1_000 <= within
    write(caught ? `caught the planted bug after ${took} s` : `missed the planted bug, ${took} s`)
    return caught ? 0 : 1
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
