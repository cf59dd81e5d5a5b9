import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startLoad } from '../support/load.ts'
import { freePort, proxyConfig, startNginx } from '../support/nginx.ts'
import { deploy } from './support/chat.ts'
import { openStage, type Stage, type StageOptions } from './support/stage.ts'

/** 20 by hand: `DEPLOY_LOADED=20 npx vitest run --project real test/deploy/load`. */
const deploys = Number(process.env['DEPLOY_LOADED'] ?? 3)
const perSecond = 200
const timeout = (deploys + 2) * 120_000
const healthy = '{ within: 15s, for: 2s }'
const hasNginx = spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0
if (!hasNginx) console.warn('skipped, install: nginx-light')

/** Deploys again and again while people ask. */
async function underLoad(stage: Stage): Promise<void> {
  stage.origin.push('0')
  await stage.start()
  expect((await deploy(stage)).text).toMatch(/^✅/)
  const load = startLoad({ url: stage.url, perSecond })
  const { answers, errors } = load.stretch()
  for (let version = 1; version <= deploys; version++) {
    stage.origin.push(String(version))
    expect((await deploy(stage)).text).toMatch(/^✅ Deployed web/)
  }
  await load.end()
  expect([...errors]).toEqual([])
  expect(answers.size).toBe(deploys + 1)
}

test(
  `${deploys} reloads of a cluster under ${perSecond} requests a second lose none`,
  {
    timeout,
  },
  async () => {
    await underLoad(await openStage({ deploy: { healthy } }))
  },
)

async function behindNginx(): Promise<StageOptions> {
  const folder = mkdtempSync(join(tmpdir(), 'mechanic-nginx-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [port, blue, green] = [await freePort(), await freePort(), await freePort()]
  const include = join(folder, 'web.conf')
  writeFileSync(include, `server 127.0.0.1:${blue};\n`)
  onTestFinished(await startNginx(folder, proxyConfig(include, port), port, { master: true }))
  const command = JSON.stringify(['nginx', '-p', folder, '-c', 'nginx.conf']).slice(0, -1)
  const nginx = `{ include: ${include}, test: ${command}, "-t"], reload: ${command}, "-s", "reload"] }`
  return {
    port,
    deploy: {
      healthy,
      nginx,
      strategy: 'blue-green',
      ports: `{ blue: ${blue}, green: ${green} }`,
    },
  }
}

test.skipIf(!hasNginx)(
  `${deploys} blue-green deploys under ${perSecond} requests a second lose none`,
  { timeout },
  async () => {
    await underLoad(await openStage(await behindNginx()))
  },
)
