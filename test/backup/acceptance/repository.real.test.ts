import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mountDisk } from '../../deploy/support/disk.ts'
import { hasRestic } from '../../support/repositories.ts'
import { scratch } from '../../support/tool.ts'
import { lineOf, run } from '../support/chat.ts'
import { setClock } from '../support/clock.ts'
import { flipByte, killWhileLocked } from '../support/damage.ts'
import { type BackupLines, openHouse } from '../support/house.ts'

const timeout = 300_000
const hour = 3_600_000

/** So few are kept that one which should not have been removed would be missed. */
function linesOf(live: string): BackupLines {
  mkdirSync(live, { recursive: true })
  writeFileSync(join(live, 'a'), randomBytes(300_000))
  return {
    source: JSON.stringify({ paths: [live] }),
    keep: '{ last: 1 }',
    verify: '{ parts: 1 }',
  }
}

describe.skipIf(!hasRestic)('a repository', { timeout }, () => {
  test('of another password, locked by the dead, and newer than the clock', async () => {
    const clock = setClock()
    const lines = linesOf(join(scratch(), 'live'))
    const house = await openHouse({ backups: { files: lines }, clock })
    const { bot, directory, reconfigure, snapshots } = house
    const backup = (): Promise<string> => run(bot, '/backup files now')
    expect(await backup()).toMatch(/^✅/)

    await reconfigure({ files: { ...lines, password: 'another' } })
    const wrong = await backup()
    expect(wrong).toMatch(/^❌[^]*password does not open the repository/)
    expect(wrong).toContain('lost-repository-password.md')
    await reconfigure({ files: lines })
    expect(await backup()).toMatch(/^✅/)

    await killWhileLocked(directory, { RESTIC_PASSWORD: 'correct horse battery' })
    const locked = await backup()
    expect(locked).toMatch(/^❌[^]*locked by root on \S+ \(process \d+\)[^]*dead/)
    expect(locked).toContain('/backup files unlock')
    expect(await run(bot, '/backup files unlock')).toMatch(/^✅[^]*One stale lock was removed/)
    expect(await backup()).toMatch(/^✅/)

    clock.set(-2 * hour)
    expect(await backup()).toMatch(/^❌[^]*the clock says[^]*timedatectl/)
    clock.set(0)
    expect(snapshots()).toHaveLength(1)
    expect(await backup()).toMatch(/^✅/)
  })

  test('with one flipped byte', async () => {
    const { bot, directory, snapshots } = await openHouse({
      backups: { files: linesOf(join(scratch(), 'live')) },
    })
    expect(await run(bot, '/backup files now')).toMatch(/^✅/)
    flipByte(directory)
    const drilled = await run(bot, '/backup files drill')
    expect(drilled).toMatch(/^❌ files cannot be trusted/)
    const verified = await run(bot, '/backup files verify')
    expect(verified).toMatch(/^❌ The repository of files is not whole/)
    expect(verified).toContain('corrupted-repository.md')
    expect(await lineOf(bot, 'files')).toContain('🔴')
    expect(snapshots()).toHaveLength(1)

    flipByte(directory)
    expect(await run(bot, '/backup files verify')).toMatch(/^✅/)
    expect(await run(bot, '/backup files drill')).toMatch(/^✅/)
    expect(await run(bot, '/backup files now')).toMatch(/^✅/)
    expect(await lineOf(bot, 'files')).toContain('🟢')
  })

  test('on a full disk', async ({ skip }) => {
    const disk = mountDisk()
    if (!disk) {
      skip('needs root, or the capability to mount')
      return
    }
    const live = join(scratch(), 'live')
    const lines = linesOf(live)
    const { bot, snapshots } = await openHouse({ backups: { files: lines }, root: disk.path })
    expect(await run(bot, '/backup files now')).toMatch(/^✅/)
    disk.fill()
    writeFileSync(join(live, 'b'), randomBytes(3_000_000))
    const full = await run(bot, '/backup files now')
    expect(full).toMatch(/^❌[^]*(?:full|no space)/i)
    disk.free()
    expect(snapshots()).toHaveLength(1)
    expect(await run(bot, '/backup files now')).toMatch(/^✅/)
    rmSync(live, { recursive: true })
  })
})
