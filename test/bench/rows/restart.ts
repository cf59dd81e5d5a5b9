import { writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../figures.ts'
import { calm, startBot } from '../support/bot.ts'
import { place } from '../support/children.ts'
import { startPm2 } from '../support/pm2.ts'
import { startTelegram } from '../support/telegram.ts'

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((tell) => {
    const socket = connect(port, '127.0.0.1', () => tell(true))
    socket.once('error', () => tell(false))
    socket.once('connect', () => socket.destroy())
  })

/** Seconds from the death of what listens on a port until something listens there again. */
async function back(pid: number, port: number): Promise<number> {
  const died = performance.now()
  process.kill(pid, 'SIGKILL')
  const away = died + 30_000
  while (await isOpen(port)) await sleep(1)
  while (!(await isOpen(port))) {
    if (performance.now() > away) throw new Error('it did not come back within 30 s')
    await sleep(2)
  }
  return (performance.now() - died) / 1_000
}

/** From the death of a service that the bot restarts to its healthy port; PM2's own restart beside it. */
export const restart: Row = {
  name: 'restart',
  async measure({ quick }) {
    const folder = place()
    const script = join(folder, 'app.cjs')
    writeFileSync(
      script,
      `require('node:http').createServer((_, r) => r.end('ok')).listen(Number(process.argv[2]), '127.0.0.1')\n`,
    )
    const count = quick ? 2 : 7
    const apps: { name: string; port: number; ours: boolean }[] = []
    for (let n = 0; n < 2 * count; n++)
      apps.push({ name: `app-${n}-`, port: await freePort(), ours: n % 2 === 0 })
    const pm2 = await startPm2(
      apps.map(({ name, port, ours }) => ({
        name,
        script,
        args: String(port),
        autorestart: !ours,
      })),
    )
    const services = apps
      .filter(({ ours }) => ours)
      .map(
        ({ name, port }) =>
          `  ${name}: { manager: { pm2: ${name}, home: ${pm2.home} }, restart: auto, health: "http://127.0.0.1:${port}/" }\n`,
      )
    const telegram = await startTelegram()
    startBot({ telegram, config: `${calm}services:\n${services.join('')}` })
    await telegram.until('on duty', 60_000)
    // A process that lived under 10 s counts towards a crash loop.
    await sleep(11_000)
    const pids = await pm2.pids()
    const took = { ours: [] as number[], alone: [] as number[] }
    for (const { name, port, ours } of apps)
      took[ours ? 'ours' : 'alone'].push(await back(pids.get(name) ?? NaN, port))
    return [
      {
        what: 'death of a service that the bot restarts to its healthy port',
        unit: 's',
        ours: took.ours,
        floors: [{ name: 'PM2 by itself, autorestart on', values: took.alone }],
        target: { atMost: 1 },
      },
    ]
  },
}
