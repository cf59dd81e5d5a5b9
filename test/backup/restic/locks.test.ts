import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRestic } from '../../../src/backup/restic/restic.ts'
import { createTool, noPause, tempPlace } from './support.ts'

const id = '95e7ae2189e69d8be3c1f5a7a4a3d7f1d1f6d9a3a8f0f3f2b1c4d5e6f7a8b9c0'
const held = {
  time: '2026-11-22T10:32:15Z',
  exclusive: false,
  hostname: 'b',
  username: 'root',
  pid: 7,
}
const again = `Load(<lock/95e7ae2189>, 0, 0) returned error, retrying after 552.330144ms: no such file`

/** A driver whose restic is a script: what it does to list the locks, and to read one. */
function scripted(list: string, read: string) {
  const root = tempPlace()
  const bin = join(root, 'bin')
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'restic'),
    `#!/bin/sh\ncd '${root}'\nshift 2\necho "$1" >>called\ncase $1 in\nlist) ${list} ;;\ncat) ${read} ;;\nesac\n`,
  )
  chmodSync(join(bin, 'restic'), 0o755)
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` }
  const repository = { name: 'web', url: '/srv/repo', password: 'x', env, cache: join(root, 'c') }
  return {
    restic: createRestic(repository, createTool(), noPause),
    called: () => readFileSync(join(root, 'called'), 'utf8').trim().split('\n'),
  }
}

test('a lock that is gone before it was read is not waited for', async () => {
  const { restic, called } = scripted(
    `[ -e listed ] || echo ${id}; touch listed`,
    `echo '${again}' >&2; exec tail -f /dev/null`,
  )
  expect(await restic.locks()).toEqual([])
  expect(called()).toEqual(['list', 'cat', 'list', 'list'])
})

test('one that is there is read, at however many tries', async () => {
  const { restic } = scripted(
    `echo ${id}`,
    `echo '${again}' >&2; echo '${again}' >&2; echo '${JSON.stringify(held)}'`,
  )
  expect(await restic.locks()).toMatchObject([{ id, host: 'b', pid: 7 }])
})

test('one that stays is read once, while others come and go', async () => {
  const { restic, called } = scripted(
    // Every other look sees one more, which the next does not.
    `n=$(grep -c list called); echo ${id}; [ $((n % 2)) -eq 0 ] || [ "$n" -gt 8 ] || echo "\${n}${id.slice(1)}"`,
    `[ "$3" = ${id} ] && echo '${JSON.stringify(held)}' || { echo '${again}' >&2; exec tail -f /dev/null; }`,
  )
  expect(await restic.locks()).toMatchObject([{ id }])
  expect(called().filter((word) => word === 'cat')).toHaveLength(5)
})

test('that they come and go without end is said', async () => {
  const { restic } = scripted(
    `n=$(grep -c list called); [ $((n % 2)) -eq 0 ] || echo "${id}"`,
    `echo '${again}' >&2; exec tail -f /dev/null`,
  )
  await expect(restic.locks()).rejects.toThrow('its locks come and go')
})
