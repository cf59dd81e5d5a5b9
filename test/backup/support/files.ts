import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  closeSync,
  ftruncateSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

const mebi = 2 ** 20

/** The same bytes for the same seed, of which none can be guessed from the others. */
function bytesOf(seed: string, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let at = 0; at < length; at += 64)
    blocks.push(createHash('sha512').update(`${seed} ${at}`).digest())
  return Buffer.concat(blocks).subarray(0, length)
}

const oddNames = [
  ' leading and trailing ',
  '-rf',
  '--files-from=x',
  'new\nline',
  'tab\tand "quotes" and \'these\'',
  'glob *?[a-z]{b,c}',
  '$(touch x) `y` ; & | < > \\',
  'cafe\u0301 and caf\u00e9',
  '🗄 名前',
  '.hidden',
  'x'.repeat(255),
]

function sparse(path: string): void {
  const file = openSync(path, 'w')
  writeSync(file, 'first')
  ftruncateSync(file, 8 * mebi)
  writeSync(file, 'middle', 5 * mebi)
  closeSync(file)
}

/** Everything that a file system has: names, modes, owners, times, links, empty, sparse and big ones. */
export function plantFiles(top: string): void {
  mkdirSync(join(top, 'names'), { recursive: true })
  for (const name of oddNames) writeFileSync(join(top, 'names', name), name)
  // Which is no UTF-8.
  writeFileSync(Buffer.concat([Buffer.from(join(top, 'names', 'latin ')), Buffer.from([0xe9])]), '')
  mkdirSync(join(top, 'empty', 'deep', 'er'), { recursive: true })
  writeFileSync(join(top, 'nothing'), '')
  writeFileSync(join(top, 'big'), bytesOf('big', 6 * mebi))
  writeFileSync(join(top, 'one'), 'one')
  linkSync(join(top, 'one'), join(top, 'the same'))
  symlinkSync('one', join(top, 'link'))
  symlinkSync('/nowhere/at all', join(top, 'dangling'))
  symlinkSync('.', join(top, 'loop'))
  sparse(join(top, 'sparse'))
  mkdirSync(join(top, 'modes'))
  for (const mode of [0o000, 0o400, 0o644, 0o755, 0o600, 0o4755, 0o2755, 0o1777]) {
    const path = join(top, 'modes', mode.toString(8))
    writeFileSync(path, mode.toString(8))
    if (process.getuid?.() === 0) chownSync(path, mode, mode + 1)
    chmodSync(path, mode)
  }
  writeFileSync(join(top, 'old'), 'old')
  utimesSync(join(top, 'old'), 1, 1)
  utimesSync(join(top, 'big'), 1_700_000_000.123, 1_700_000_000.456)
  lutimesSync(join(top, 'link'), 1_600_000_000, 1_600_000_000)
  chmodSync(join(top, 'empty'), 0o750)
  utimesSync(join(top, 'empty'), 1_500_000_000, 1_500_000_000)
}

function bodyOf(path: Buffer): string {
  const facts = lstatSync(path)
  if (facts.isSymbolicLink()) return readlinkSync(path)
  return facts.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : ''
}

/** Of each file below a path, and of that: kind, mode, owner, time of its content, links and content. */
export function picture(path: string | Buffer, at = ''): Record<string, string> {
  const own = Buffer.from(path)
  const { mode, uid, gid, mtimeNs, size, nlink } = lstatSync(own, { bigint: true })
  const directory = (Number(mode) & 0o170_000) === 0o040_000
  const facts = `${mode.toString(8)} ${uid}:${gid} ${mtimeNs}`
  const found: Record<string, string> = {
    [at]: directory ? facts : `${facts} ${size} ${nlink} ${bodyOf(own)}`,
  }
  if (!directory) return found
  for (const name of readdirSync(own, { encoding: 'buffer' }))
    Object.assign(
      found,
      picture(Buffer.concat([own, Buffer.from('/'), name]), `${at}/${name.toString('latin1')}`),
    )
  return found
}
