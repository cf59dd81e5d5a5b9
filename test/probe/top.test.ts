import { expect, test } from 'vitest'
import type { ProcessFacts } from '../../src/contract/host.ts'
import { describeProcess, largest } from '../../src/probe/top.ts'

const made = (pid: number, command: string, memory = 0): ProcessFacts => ({
  pid,
  parent: 1,
  name: 'node',
  command,
  user: 0,
  state: 'S',
  memory,
  swap: 0,
  cpu: 0,
  started: 0,
})

test('a process is named by its program and what it runs, never by its options', () => {
  const shown = [
    '/usr/bin/node /srv/web/server.js --token=hunter2',
    'mysqld -phunter2',
    'postgres: writer process hunter2',
    '[kworker/0:1]',
  ].map((command) => describeProcess(made(7, command)))
  expect(shown).toEqual([
    '7 node /srv/web/server.js',
    '7 mysqld',
    '7 postgres: writer',
    '7 [kworker/0:1]',
  ])
})

test('the largest come first, at most five, none that holds nothing', () => {
  const processes = [0, 1, 2, 3, 4, 5, 6].map((count) => made(count, `p${count}`, count * 2 ** 20))
  const { lines } = largest('Most memory', processes, ({ memory }) => memory)
  expect(lines).toEqual([
    '   6 MiB  6 p6',
    '   5 MiB  5 p5',
    '   4 MiB  4 p4',
    '   3 MiB  3 p3',
    '   2 MiB  2 p2',
  ])
  expect(largest('x', processes, ({ swap }) => swap).lines).toEqual([])
})
