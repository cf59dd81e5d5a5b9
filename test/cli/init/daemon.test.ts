import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startupWords } from '../../../src/cli/init/commands.ts'
import type { Command, RunResult } from '../../../src/contract/host.ts'
import { fakeHost, ranWell } from '../../support/facts.ts'
import { tempHome } from '../../support/home.ts'
import { asha, facts, openWorld, token, web } from './world.ts'
import type { Answer } from './world.ts'

const unit = '/etc/systemd/system/multi-user.target.wants/pm2-asha.service'

interface Machine {
  readonly answers?: readonly Answer[]
  /** Names in PM2's saved list at first. */
  readonly saved?: readonly string[]
  readonly root?: boolean
  readonly hooked?: boolean
  /** Whether commands of PM2 do what they should. */
  readonly works?: boolean
  /** What `/health` answers once the bot was started; before, nothing does. */
  readonly health?: number | null
  readonly apps?: readonly string[]
}

/** A machine whose PM2 does what it is told, and tells what that was. */
async function machine(settings: Machine) {
  const { saved = [], root = false, works = true, health = 200 } = settings
  const directory = tempHome()
  mkdirSync(join(directory, 'node_modules', '.bin'), { recursive: true })
  const program = join(directory, 'node_modules', '.bin', 'pm2')
  writeFileSync(program, '')
  writeFileSync(join(directory, 'ecosystem.config.js'), '')
  const did: string[] = []
  const now = {
    names: [...saved],
    hooked: settings.hooked ?? false,
    runs: [...(settings.apps ?? ['web'])],
  }
  const obey = (words: readonly string[]): RunResult => {
    did.push(words.join(' '))
    if (!works) return { ...ranWell, code: 1, err: '\u001B[31m[PM2] no\u001B[39m\n' }
    if (words[0] === 'start') now.runs.push('mechanic')
    if (words[0] === 'save') now.names = [...now.runs]
    if (words[0] === 'startup') now.hooked = true
    return ranWell
  }
  const run = async (command: Command): Promise<RunResult> => {
    const words = [command].flat()
    if (words[0] === program) return obey(words.slice(1))
    const list = JSON.stringify(now.names.map((name) => ({ name })))
    if (words[0] === 'sh') return { ...ranWell, out: `/home/asha/.pm2\ndaemon\n${list}` }
    const hook = `${unit}:Environment=PM2_HOME=/home/asha/.pm2\n`
    return { ...ranWell, out: words.includes('-RHsF') && now.hooked ? hook : '' }
  }
  const host = fakeHost(facts)
  const files = {
    ...host.files,
    look: async (path: string) =>
      path === '/run/openrc'
        ? {
            path,
            kind: 'directory' as const,
            size: 0,
            frees: 0,
            modified: 0,
            device: 0,
            inode: '1',
          }
        : null,
  }
  const world = await openWorld({
    directory,
    env: { BOT_TOKEN: token, ALLOWED_USERS: String(asha), PATH: '' },
    answers: settings.answers ?? [],
    more: {
      host: { ...host, run, files },
      pm2: async () => now.runs.map(web),
      answers: async (url) =>
        url.endsWith(':8484/health') && did.some((line) => /^(?:re)?start/.test(line))
          ? health
          : null,
      user: { name: root ? 'root' : 'asha', root },
    },
  })
  await world.run()
  return { did, text: world.terminal.text(), program }
}

describe('the bot under PM2', () => {
  test('is started, saved, and comes back after a reboot', async () => {
    const { did, text, program } = await machine({ root: true })
    expect(did).toEqual(['start ecosystem.config.js', 'save', 'startup -u root --hp /home/asha'])
    expect(text).toContain(`  ${program} start ecosystem.config.js\n`)
    expect(text).toContain('✅ It runs: http://127.0.0.1:8484/health answers')
    expect(text).toContain('PM2 start mechanic, web after a reboot')
    expect(text).toContain(`✅ ${unit}`)
    expect(text).toContain('Done. Send /status to @mechanic_bot.')
  })

  test('is left alone by who says no', async () => {
    const no: Answer = [/Shall it|Run it/, 'n']
    const { did, text } = await machine({ answers: [no], root: true })
    expect(did).toEqual([])
    expect(text).toContain('npm start runs it for as long as this terminal is open')
  })

  test('is not started where no PM2 runs, unless somebody says so', async () => {
    expect((await machine({ apps: [] })).did).toEqual([])
    const { did, text } = await machine({ apps: [], answers: [[/Shall it/, 'y']] })
    expect(did[0]).toBe('start ecosystem.config.js')
    expect(text).toContain('this starts one')
  })

  test('that runs already is restarted', async () => {
    const { did } = await machine({ apps: ['web', 'mechanic'], saved: ['web', 'mechanic'] })
    expect(did).toEqual(['restart mechanic'])
  })

  test('that PM2 cannot start is told with the last words', async () => {
    const { text } = await machine({ works: false })
    expect(text).toContain('❌ pm2 start ecosystem.config.js: code 1\n     [PM2] no')
    expect(text).not.toContain('Done. Send')
  })
})

describe('what comes back', () => {
  test('needs root: the line to paste is shown, and not run', async () => {
    const { did, text, program } = await machine({})
    expect(did).not.toContainEqual(expect.stringContaining('startup'))
    expect(text).toContain(
      `  sudo env PATH=$PATH:/usr/bin ${program} startup -u asha --hp /home/asha`,
    )
  })

  test('is in place already', async () => {
    const { did, text } = await machine({ hooked: true, saved: ['web', 'mechanic'] })
    expect(did).toEqual(['start ecosystem.config.js'])
    expect(text).toContain('pm2 save: nothing has changed')
    expect(text).toContain(`pm2 startup: done already (${unit})`)
  })

  test('is not thrown away by default', async () => {
    const { did, text } = await machine({ saved: ['web', 'shop'], hooked: true })
    expect(did).toEqual(['start ecosystem.config.js'])
    expect(text).toContain('and no longer shop')
  })
})

test('the line for another PM2_HOME names it', async () => {
  const { outside } = await openWorld()
  const words = startupWords(outside, { program: '/usr/bin/pm2', env: {} }, '/srv/pm2')
  expect(words.join(' ')).toBe(
    'env PATH=$PATH:/usr/bin PM2_HOME=/srv/pm2 /usr/bin/pm2 startup -u asha',
  )
})
