import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from '../e2e/support/wait.ts'
import { deploy, ended, order } from './support/chat.ts'
import { type Disk, mountDisk } from './support/disk.ts'
import { descendants, killNow } from './support/processes.ts'
import { openStage, type Stage } from './support/stage.ts'
import { type Truth, truthOf, wrongs } from './support/truth.ts'

/** 200 by hand: `DEPLOY_KILLS=200 npx vitest run --project real test/deploy/kills`. */
const rounds = Number(process.env['DEPLOY_KILLS'] ?? 10)
const seed = Number(process.env['DEPLOY_SEED'] ?? Date.now() % 2 ** 31)
/** About as long as a deploy takes here. */
const longestWait = 11_000

/** Repeats the decisions of a run; what happens between them depends on the machine. */
function dice(of: number): (below: number) => number {
  let state = of
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const isGit = (command: string): boolean => /^(?:\S*\/)?git(?:-\S+)? /.test(command)
const isNpm = (command: string): boolean => /^npm |npm-cli\.js/.test(command)

type Trouble = (stage: Stage, roll: (below: number) => number) => Promise<void>

const killBot: Trouble = async (stage, roll) => {
  const times = 1 + (roll(3) === 0 ? roll(3) : 0)
  for (let time = 0; time < times; time++) {
    await sleep(roll(time === 0 ? longestWait : 3_000))
    await stage.bot().kill()
    await stage.start()
  }
}

/** Kills one of the processes that the bot has begun, as soon as there is one after a while. */
const killChild =
  (fits: (command: string) => boolean): Trouble =>
  async (stage, roll) => {
    await sleep(roll(4_000))
    const end = performance.now() + longestWait
    while (performance.now() < end) {
      const found = descendants(stage.bot().child.pid ?? 0).find(({ command }) => fits(command))
      if (found) {
        await sleep(roll(300))
        return killNow(found.pid)
      }
      await sleep(10)
    }
  }

const fillDisk =
  (disk: Disk): Trouble =>
  async (stage, roll) => {
    await sleep(roll(longestWait))
    disk.fill()
    await sleep(1_000 + roll(5_000))
    if (roll(2) === 0) {
      await stage.bot().kill()
      await stage.start()
      await sleep(roll(2_000))
    }
    disk.free()
  }

/** Which release the last words say is live now. */
function claimed(text: string, before: Truth): RegExp {
  const [, short] = /^(?:✅ Deployed web|❌ Rolled back web to) ([0-9a-f]{7})/.exec(text) ?? []
  if (short !== undefined) return new RegExp(`-${short}$`)
  if (/Nothing was (?:changed|done)/i.test(text)) return new RegExp(`^${before.current}$`)
  return /^the last words name no release$/
}

async function idle(stage: Stage): Promise<Truth> {
  const end = performance.now() + 60_000
  for (;;) {
    const truth = await truthOf(stage)
    if (truth.openJobs === 0 || performance.now() > end) return truth
    await sleep(200)
  }
}

test(
  `${rounds} deploys with kills and a full disk in the middle of them`,
  {
    timeout: (rounds + 2) * 180_000,
  },
  async ({ annotate }) => {
    const disk = mountDisk()
    if (!disk) await annotate('no full disk: this takes root, or the capability to mount')
    const stage = await openStage({
      deploy: { healthy: '{ within: 10s, for: 2s }' },
      ...(disk && { path: disk.path }),
    })
    const roll = dice(seed)
    const troubles: readonly (readonly [string, Trouble])[] = [
      ['kill bot', killBot],
      ['kill bot again', killBot],
      ['kill git', killChild(isGit)],
      ['kill npm', killChild(isNpm)],
      ...(disk ? [['full disk', fillDisk(disk)] as const] : []),
    ]
    stage.origin.push('0')
    await stage.start()
    await deploy(stage)
    const ends = new Map<string, number>()
    for (let round = 1; round <= rounds; round++) {
      const before = await truthOf(stage)
      const isBad = roll(4) === 0
      stage.origin.push(String(round), isBad ? 'answers-503' : 'works')
      const [name, trouble] = troubles[roll(troubles.length)] ?? ['none', async () => undefined]
      const message = await order(stage, '/deploy web', 'Deploy web')
      await trouble(stage, roll)
      const { text } = await ended(stage, message)
      const truth = await idle(stage)
      const where = `seed ${seed}, round ${round}, ${name}${isBad ? ', bad release' : ''}: ${text}`
      expect({ where, wrongs: wrongs(truth) }).toEqual({ where, wrongs: [] })
      expect({ where, current: truth.current }).toEqual({
        where,
        current: expect.stringMatching(claimed(text, before)),
      })
      const outcome = `${name}: ${text.slice(0, 14)}`
      ends.set(outcome, (ends.get(outcome) ?? 0) + 1)
    }
    stage.origin.push('last')
    expect((await deploy(stage)).text).toMatch(/^✅ Deployed web/)
    const left = () =>
      descendants(stage.bot().child.pid ?? 0).filter(
        ({ command }) => isGit(command) || isNpm(command),
      )
    await until(() => left().length === 0 || undefined, 10_000, left)
    await annotate([...ends].map(([outcome, times]) => `${times}× ${outcome}`).join('\n'))
  },
)
