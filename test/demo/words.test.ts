import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { lastLines, logLine } from '../../src/demo/log-lines.ts'
import { helpText, isFault, isQuit } from '../../src/demo/session.ts'
import { atWork, greets, news, tells } from '../../src/demo/settle.ts'
import { introduction } from '../../src/demo/texts.ts'
import { createPaint } from '../../src/demo/terminal/paint.ts'
import { textWidth } from '../../src/demo/terminal/width.ts'
import { configText } from '../../src/demo/world/config.ts'
import { loadKinds } from '../../src/flow/kinds.ts'
import { at, canvas, message } from './support.ts'

const plain = createPaint(false)

describe('the config of the demo', () => {
  const parts = {
    operator: { id: 1001, name: 'Asha "root" O\'Neil' },
    pageUrl: 'http://127.0.0.1:8081/health',
    uploads: '/tmp/a b: "c" #d/uploads',
    quietHours: null,
  }

  const path = '/tmp/a: b/srv'
  const orders = { path: '/tmp/a b/orders/orders.db', repository: '/tmp/a b/backups' }
  it.each([
    { shop: { port: 1, repo: '/tmp/a b/shop', path }, orders },
    { shop: { port: 1, repo: '/tmp/a b/shop', path }, orders: null },
    { shop: { port: 1, repo: null, path }, orders },
    { shop: null, orders: null },
  ])('is one that the bot takes, %j', async ({ shop, orders }) => {
    const loaded = loadConfig({
      now: Date.parse('2026-03-10T12:00:00Z'),
      file: '/tmp/mechanic.yaml',
      text: configText({ ...parts, shop, orders }),
      env: { RESTIC_PASSWORD: 'secret' },
      kinds: await loadKinds(),
      machineZone: 'UTC',
      home: '/root',
      languages: ['en'],
    })
    if ('issues' in loaded) throw new Error(JSON.stringify(loaded.issues))
    expect(loaded.warnings).toEqual([])
    const { config } = loaded
    expect(config.operators).toEqual([{ ...parts.operator, role: 'admin' }])
    expect(config.services.map(({ name, restart }) => `${name} ${restart}`)).toEqual(
      shop === null ? [] : ['shop auto'],
    )
    const uploads = config.checks.find(({ name }) => name === 'uploads')
    expect(uploads).toMatchObject({ env: { DIR: parts.uploads }, fix: 'clean-uploads' })
    expect(config.fixes.find(({ name }) => name === 'clean-uploads')?.params).toMatchObject({
      paths: [`${parts.uploads}/*`],
    })
    expect(config.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['cpu', 'memory', 'disk']),
    )
    expect(config.notify.quietHours).toBeUndefined()
    expect(config.backups).toMatchObject(
      orders === null
        ? []
        : [{ name: 'orders', source: { path: orders.path }, repository: orders.repository }],
    )
  })
})

describe('what is waited for', () => {
  it('finds an incident by its mark and its name, alone or among others', () => {
    const ended = tells('✅', 'shop')
    expect(ended(message('✅ <b>shop</b> fixed by restart: was down'))).toBe(true)
    expect(ended(message('1 of 2 still wrong\n• ✅ shop is fine again'))).toBe(true)
    expect(ended(message('🔴 shop is down'))).toBe(false)
    expect(ended(message('✅ shopping is fine again'))).toBe(false)
    expect(ended(message('✅ 1 service up: shop'))).toBe(false)
    expect(tells('⏸', 'shop')(message('⏸ shop was stopped by hand'))).toBe(true)
  })

  it('knows news, the greeting, and what is still being done', () => {
    const edited = message(['a', 'b'])
    expect(news(at + 1000)(edited)).toBe(true)
    expect(news(at + 1001)(edited)).toBe(false)
    expect(news(at)(message('a', { byBot: false }))).toBe(false)
    expect(greets(message('👋 Mechanic is on duty on <b>main</b>.'))).toBe(true)
    expect(greets(message('👋 Hello Asha.'))).toBe(false)
    expect(atWork(message('⏳ Restarting shop…'))).toBe(true)
    expect(atWork(message('✅ Restarted shop'))).toBe(false)
  })
})

describe('words', () => {
  it('are told apart from commands, in any case', () => {
    expect(['kill', 'FILL', 'break now', 'stop'].every(isFault)).toBe(true)
    expect(['mend', '/kill', 'toString', 'killer', ''].some(isFault)).toBe(false)
    expect(['quit', 'exit', 'Q'].every(isQuit)).toBe(true)
    expect(isQuit('/quit')).toBe(false)
  })

  it('are explained within 80 columns', () => {
    const world = { shop: null, orders: null, shopProblem: 'PM2 could not be started' }
    const here = introduction({ world: world as never, canvas: canvas({}) }, null)
    expect(here).toContain('There is no shop this time. PM2 could not be started')
    expect(here).toContain('Try fill first')
    const texts = [
      here,
      introduction(
        { world: { shop: {}, orders: {} } as never, canvas: canvas({}) },
        { host: '::1', port: 1 },
      ),
      helpText({ canvas: canvas({}), world: { shop: null, orders: null } as never }),
      helpText({ canvas: canvas({}), world: { shop: {}, orders: {} } as never }),
    ]
    for (const line of texts.flatMap((text) => text.split('\n')))
      expect(textWidth(line)).toBeLessThanOrEqual(80)
  })
})

describe('the log', () => {
  let directory = ''
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'demo-log-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  it('is shown for people', () => {
    const line = JSON.stringify({ level: 40, time: at, host: 'main', msg: 'late' })
    expect(logLine(line, plain)).toBe('14:02:11 warn  late {"host":"main"}')
    expect(logLine('no json\u001b[2J', plain)).toBe('no json\u{fffd}[2J')
    expect(logLine('7', plain)).toBe('7')
  })

  it('ends with the newest lines, whatever its size', async () => {
    const path = join(directory, 'mechanic.log')
    expect(await lastLines(path)).toEqual([])
    const lines = Array.from({ length: 5000 }, (_, number) => `line ${number} ${'x'.repeat(40)}`)
    await writeFile(path, `${lines.join('\n')}\n`)
    expect(await lastLines(path)).toEqual(lines.slice(-12))
    await writeFile(path, 'one\ntwo\n')
    expect(await lastLines(path)).toEqual(['one', 'two'])
  })
})
