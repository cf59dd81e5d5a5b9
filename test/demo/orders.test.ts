import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { count, lose } from '../../src/demo/orders.ts'
import { helpText } from '../../src/demo/session.ts'
import { introduction } from '../../src/demo/texts.ts'
import { hasRestic, openOrders } from '../../src/demo/world/orders.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { systemClock } from '../../src/host/clock.ts'
import { at, canvas } from './support.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'demo-orders-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Whether a machine whose only program is a restic that says this is taken for one that has it. */
async function isFound(says: string | null): Promise<boolean> {
  const program = join(directory, 'restic')
  if (says !== null) {
    writeFileSync(program, `#!/bin/sh\necho '${says}'\n`)
    chmodSync(program, 0o755)
  }
  const environment = { PATH: directory }
  return hasRestic(createLocalHost('demo', { clock: systemClock, environment }), directory)
}

describe('restic', () => {
  it('has to be there, and new enough', async () => {
    expect(await isFound(null)).toBe(false)
    expect(await isFound('restic 0.13.1 compiled with go1.18 on linux/amd64')).toBe(false)
    expect(await isFound('restic 0.14.0 compiled with go1.19.8 on linux/amd64')).toBe(true)
  })

  it.each([
    [{ shop: {}, orders: null }, 'apt-get install restic brings them to the demo'],
    [{ shop: null, orders: null }, 'there is no shop this time'],
  ])('is said to be missing in one line, without the words that need it: %j', (world, line) => {
    const help = helpText({ canvas: canvas({}), world: world as never })
    expect(help).toContain(`\n  backups             ${line}\n`)
    expect(help).not.toMatch(/^ {2}(orders|lose|restore)/m)
    expect(introduction({ world: world as never, canvas: canvas({}) }, null)).not.toContain('lose')
  })

  it('brings the words with it', () => {
    const help = helpText({ canvas: canvas({}), world: { shop: {}, orders: {} } as never })
    expect(help).toMatch(/^ {2}lose orders {9}/m)
    expect(help).not.toContain('apt-get')
  })
})

/** A table of the demo, as far as words about orders use it. */
async function seated(backup: object | undefined) {
  const said: string[] = []
  const orders = await openOrders(directory, at)
  const table = {
    clock: { now: () => at },
    world: { shop: {}, orders },
    bot: { house: { backup: () => ({ found: backup }) } },
    canvas: canvas({}),
    print: (text: string) => void said.push(text),
  }
  return { said, orders, table: table as never }
}

describe('orders', () => {
  it('are counted, and lost when they are backed up', async () => {
    const { said, orders, table } = await seated({ newest: {} })
    count(table)
    lose(table, 'orders')
    expect(said).toEqual([
      `· 500 orders in ${orders.path}`,
      '· DELETE FROM orders, and no WHERE: 500 orders gone',
      '· /restore orders has the last backup, /restore orders 14:02:10 all until then',
    ])
    expect(orders.count()).toBe(0)
  })

  it.each([
    ['', { newest: {} }, 'say lose orders'],
    ['orders', {}, 'there is no backup of them yet'],
    ['orders', undefined, 'there is no backup of them yet'],
  ])('are not lost by lose %s, backed up: %j', async (argument, backup, why) => {
    const { said, orders, table } = await seated(backup)
    lose(table, argument)
    expect(said).toEqual([expect.stringContaining(why)])
    expect(orders.count()).toBe(500)
  })
})
