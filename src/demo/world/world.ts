import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../contract/clock.ts'
import { messageOf } from '../../contract/error.ts'
import { createLocalHost } from '../../host/local.ts'
import { configText } from './config.ts'
import type { ConfigParts, QuietHours } from './config.ts'
import { hasRestic, openOrders } from './orders.ts'
import type { Orders } from './orders.ts'
import { openPage } from './page.ts'
import type { Page } from './page.ts'
import { openShop } from './pm2.ts'
import type { Shop } from './pm2.ts'
import { layRelease, openSource } from './source.ts'
import type { Source } from './source.ts'
import { openUploads } from './uploads.ts'
import type { Uploads } from './uploads.ts'

/** What the bot of the demo looks after, beside this machine itself. */
export interface World {
  readonly directory: string
  readonly configFile: string
  /** The text of the config as it stands. */
  readonly config: string
  /** Since when the config has had quiet hours, in epoch ms; null: it has none. */
  readonly night: number | null
  /** Writes other quiet hours into the config; the bot reads it when it is told to. */
  keepQuiet(hours: QuietHours | null): Promise<void>
  /** The state directory of the bot, and its log. */
  readonly home: string
  readonly logFile: string
  readonly pm2Home: string
  /** null where PM2 could not be started; `shopProblem` says why. */
  readonly shop: Shop | null
  /** null where there is no git. */
  readonly source: Source | null
  readonly shopProblem: string
  /** null where there is no shop, or no restic to back them up. */
  readonly orders: Orders | null
  readonly page: Page
  readonly uploads: Uploads
  /** Ends every process of it and removes its directory. */
  close(): Promise<void>
}

export interface WorldOutside {
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
  readonly operator: ConfigParts['operator']
  /** Whether the shop has orders where they can be backed up. */
  readonly wantsOrders: boolean
}

/** Builds the demo's world in a new temporary directory. Throws when there is no room for one. */
export async function openWorld({
  clock,
  env,
  operator,
  wantsOrders,
}: WorldOutside): Promise<World> {
  await using failed = new AsyncDisposableStack()
  // The real path: a fix never follows a link on the way to what it removes.
  const directory = await mkdtemp(join(await realpath(tmpdir()), 'mechanic-demo-'))
  failed.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }))
  const host = createLocalHost('demo', { clock, environment: env })
  const pm2Home = join(directory, 'pm2')
  await mkdir(pm2Home)
  let shopProblem = ''
  const path = join(directory, 'srv')
  await layRelease(path)
  const canSell = wantsOrders && (await hasRestic(host, directory))
  const sold = canSell ? await openOrders(directory, clock.now()) : null
  const source = await openSource(host, join(directory, 'shop')).catch(() => null)
  const current = join(path, 'current')
  const shop = await openShop(host, pm2Home, current, sold?.path).catch((error: unknown) => {
    shopProblem = messageOf(error)
    return null
  })
  if (shop) failed.defer(shop.close)
  const orders = shop && sold
  const page = await openPage()
  failed.defer(page.close)
  const uploads = await openUploads(join(directory, 'uploads'))
  const about = {
    operator,
    shop: shop && { port: shop.port, repo: source?.repo ?? null, path },
    orders,
    pageUrl: page.url,
    uploads: uploads.directory,
  }
  const configFile = join(directory, 'mechanic.yaml')
  let config = ''
  let night: number | null = null
  const keepQuiet = async (quietHours: QuietHours | null): Promise<void> => {
    config = configText({ ...about, quietHours })
    await writeFile(configFile, config)
    night = quietHours === null ? null : clock.now()
  }
  await keepQuiet(null)
  const home = join(directory, 'var')
  const places = { directory, configFile, home, logFile: join(home, 'logs', 'mechanic.log') }
  const cleanup = failed.move()
  return {
    ...places,
    get config() {
      return config
    },
    get night() {
      return night
    },
    keepQuiet,
    pm2Home,
    shop,
    source,
    shopProblem,
    orders,
    page,
    uploads,
    close: () => cleanup.disposeAsync(),
  }
}
