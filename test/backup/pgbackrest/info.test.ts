import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clusterOf, settingsOf } from '../../../src/backup/pgbackrest/config.ts'
import { stanzaPoints } from '../../../src/backup/pgbackrest/info.ts'
import type { Host } from '../../../src/contract/host.ts'
import { scratch, testTool } from '../../support/tool.ts'

const backup = (start: number, stop: number, id = 1, error = false) => ({
  database: { id, 'repo-key': 1 },
  error,
  info: { delta: 1, size: 22_963_008 + stop },
  timestamp: { start, stop },
})
const archive = (id: string, max: string | null) => ({
  database: { id: Number(id.slice(3)) },
  id,
  max,
})
const newest = '000000010000000000000003'

/** A machine whose pgBackRest 2.45 says this: cut from what it really wrote. */
function machine(stanza: object, times: Readonly<Record<string, number>>) {
  const tool = testTool()
  const directory = scratch()
  const config = join(directory, 'pgbackrest.conf')
  mkdirSync(join(directory, 'data'))
  writeFileSync(config, `[global]\nrepo1-path=/x\n[demo]\npg1-path=${directory}/data/\n`)
  const info = [{ name: 'demo', status: { code: 0, message: 'ok' }, ...stanza }]
  const list = Object.fromEntries(Object.entries(times).map(([name, time]) => [name, { time }]))
  const run: Host['run'] = async (command) => ({
    code: 0,
    signal: null,
    out: JSON.stringify(command.includes('repo-ls') ? list : info),
    err: '',
    took: 1,
    aborted: false,
    missing: false,
  })
  return { stanza: { name: 'demo', config }, tool: { ...tool, host: { ...tool.host, run } } }
}

const pointsOf = ({ stanza, tool }: ReturnType<typeof machine>) => stanzaPoints(stanza, tool)

describe('the points of a stanza', () => {
  it('go from the end of the oldest good backup to the newest archived log', async () => {
    const says = {
      archive: [archive('14-1', '00000001000000000000000F'), archive('15-2', newest)],
      backup: [
        backup(50, 60, 1),
        backup(90, 95, 2, true),
        backup(100, 110, 2),
        backup(200, 210, 2),
      ],
    }
    const times = { [`${newest.slice(0, -1)}2-ab.gz`]: 250, [`${newest}-cd.gz`]: 300 }
    expect(await pointsOf(machine(says, times))).toEqual({
      from: 110_000,
      to: 300_000,
      bytes: 22_963_218,
    })
  })

  it.each([
    ['a backup', { archive: [archive('15-1', newest)], backup: [] }, { [`${newest}-a`]: 9 }],
    ['an archive', { archive: [archive('15-1', null)], backup: [backup(1, 2)] }, {}],
    ['the newest log', { archive: [archive('15-1', newest)], backup: [backup(1, 2)] }, {}],
  ])('are none without %s', async (_, says, times) => {
    expect(await pointsOf(machine(says, times))).toBeNull()
  })

  it('are not guessed from what nobody can read', async () => {
    await expect(pointsOf(machine({ archive: 5 }, {}))).rejects.toThrow('said what nobody can read')
  })
})

describe('the config of pgBackRest', () => {
  it('has the settings of the stanza over the global ones', () => {
    const text =
      '# x\n[global]\npg1-user = a\nstart-fast=y\n[demo]\npg1-user=b\n[demo:restore]\npg1-user=c'
    expect([...settingsOf(text, 'demo')]).toEqual([
      ['pg1-user', 'b'],
      ['start-fast', 'y'],
    ])
  })

  it('has to say where the data lies', async () => {
    const { host } = testTool()
    const config = join(scratch(), 'nix.conf')
    await expect(clusterOf({ name: 'demo', config }, host)).rejects.toMatchObject({
      message: expect.stringContaining('no config of pgBackRest on main says where'),
      advice: expect.stringContaining('Set pg1-path in its section [demo]'),
    })
  })
})
