import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configOf } from '../../config/load.ts'
import { tempHome } from '../../support/home.ts'
import { type Answer, asha, code, ctrlC, openWorld, token, type World } from './world.ts'

const read = (file: string): string => readFileSync(file, 'utf8')
const mode = (file: string): number => statSync(file).mode & 0o777
const bot = (world: World, chat = asha): readonly string[] =>
  world.standin
    .messages(chat)
    .filter(({ byBot }) => byBot)
    .map(({ text }) => text)

const typed: Answer = [/Bot token/, token]
const kept = { BOT_TOKEN: token, ALLOWED_USERS: String(asha) }

/** A newcomer who pastes the token, presses Start, and takes every default. */
async function newcomer(more: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  let press = (): null => null
  const world = await openWorld({
    ...more,
    answers: [...(more.answers ?? []), typed, [/Waiting for Start/, () => press()]],
  })
  press = () => {
    world.standin.say(asha, `/start ${code}`)
    return null
  }
  return world
}

describe('a newcomer', () => {
  test('gets a bot that watches what there is', async () => {
    const world = await newcomer()
    await world.run()
    expect(world.terminal.text()).toContain('✅ Mechanic, @mechanic_bot')
    expect(world.terminal.text()).toContain(`https://t.me/mechanic_bot?start=${code}`)
    expect(world.terminal.text()).toContain('✅ Hello Asha, you are admin.')
    expect(world.terminal.text()).toContain('disks: / 40 % full')
    const env = read(world.file('.env'))
    expect(env).toContain(`BOT_TOKEN=${token}\nALLOWED_USERS=${asha}\n`)
    expect(mode(world.file('.env'))).toBe(0o600)
    const config = configOf(read(world.file('mechanic.yaml')), {
      env: kept,
      now: Date.now(),
      kinds: world.outside.kinds,
    })
    expect(config.services.map(({ name, restart }) => [name, restart])).toEqual([
      ['api', 'ask'],
      ['mail-worker', 'ask'],
      ['web', 'ask'],
    ])
    expect(config).toMatchObject({
      timezone: 'Europe/London',
      notify: { chat: { id: asha }, quietHours: { from: '22:00', to: '07:00' } },
      secretAges: [{ name: 'BOT_TOKEN' }],
    })
    expect(bot(world)).toEqual([
      '👋 Hello Asha. I know you now; go on in your terminal.',
      '👋 Mechanic is set up.\nI watch cpu, memory, load, disk, startup.\nServices: api, mail-worker, web.\nOnce I run, /status shows everything.',
    ])
  })

  test('never sees the token again', async () => {
    const world = await newcomer()
    await world.run()
    const everywhere = [world.terminal.text(), read(world.file('mechanic.yaml')), ...bot(world)]
    expect(everywhere.join('\n')).not.toContain(token)
  })

  test('leaves nothing to be handled twice', async () => {
    const world = await newcomer()
    await world.run()
    expect(
      world.standin.calls.filter(({ method }) => method === 'getUpdates').at(-1),
    ).toMatchObject({
      answer: { ok: true, result: [] },
    })
  })

  test('sees how a fix was rehearsed', async () => {
    const world = await newcomer({ more: { rehearse: async () => '🔧 restart: healthy again' } })
    await world.run()
    expect(bot(world).at(-1)).toContain('\n🔧 restart: healthy again\n')
  })

  test('who has answers of their own gets those', async () => {
    const world = await newcomer({
      answers: [
        [/time zone/, 'Mars/Olympus'],
        [/time zone/, 'Asia/Kolkata'],
        [/Quiet hours/, '25:00-07:00'],
        [/Quiet hours/, 'off'],
      ],
    })
    await world.run()
    const config = configOf(read(world.file('mechanic.yaml')), {
      env: kept,
      now: Date.now(),
      kinds: world.outside.kinds,
    })
    expect(config.timezone).toBe('Asia/Kolkata')
    expect(config.notify).not.toHaveProperty('quietHours')
  })
})

describe('the operator', () => {
  test('is who has the code, and nobody else', async () => {
    let press = (): null => null
    const world = await openWorld({ answers: [typed, [/Waiting/, () => press()]] })
    press = () => {
      world.standin.say(6666, '/start')
      world.standin.say(6666, '/start CoDe-1234')
      world.standin.say(6666, code)
      world.standin.say(6666, `/start ${code}`, { forwarded: true })
      world.standin.say(asha, `/start ${code}`)
      return null
    }
    await world.run()
    expect(read(world.file('.env'))).toContain(`ALLOWED_USERS=${asha}\n`)
    expect(bot(world, 6666)).toEqual([])
  })

  test('may be typed, and hears that Start is missing', async () => {
    const answers: Answer[] = [typed, [/Waiting/, 'Asha'], [/Waiting/, String(asha)]]
    const world = await openWorld({ answers })
    await world.run()
    expect(read(world.file('.env'))).toContain(`ALLOWED_USERS=${asha}\n`)
    expect(world.terminal.text()).toContain('A user id is a number')
    expect(world.terminal.text()).toContain(`❌ ${asha} could not be written to`)
    expect(world.terminal.text()).toContain('https://t.me/mechanic_bot')
  })

  test('is waited for where the line of a pipe is empty', async () => {
    const world = await openWorld({ interactive: false, answers: [typed] })
    world.standin.say(asha, `/start ${code}`)
    await world.run()
    expect(read(world.file('.env'))).toContain(`ALLOWED_USERS=${asha}\n`)
    expect(world.terminal.text().split('Waiting for Start')).toHaveLength(2)
  })

  test('who presses Start takes the place of those who were not kept', async () => {
    const world = await newcomer({
      env: { ALLOWED_USERS: '1002,1003' },
      answers: [[/Keep 1002/, 'n']],
    })
    await world.run()
    expect(read(world.file('.env'))).toContain(`ALLOWED_USERS=${asha}\n`)
  })
})

describe('the token', () => {
  test('is asked again until Telegram knows it', async () => {
    const world = await newcomer({
      answers: [
        [/Bot token/, 'hello'],
        [/Bot token/, '7000000001:AAE-another_0123456789abcdefg'],
      ],
    })
    await world.run()
    expect(world.terminal.text()).toContain('That is no bot token.')
    expect(world.terminal.text()).toContain('does not know this token (Unauthorized)')
    expect(world.terminal.text()).not.toContain('AAE-another')
  })

  test('that cannot be checked now may be tried again', async () => {
    let accept = async (): Promise<null> => null
    const world = await newcomer({ answers: [[/Try again/, () => accept()]] })
    await world.standin.refuse()
    accept = async () => {
      await world.standin.accept()
      return null
    }
    await world.run()
    expect(world.terminal.text()).toMatch(
      /127\.0\.0\.1:\d+ cannot be reached: network: ECONNREFUSED/,
    )
    expect(bot(world)).toHaveLength(2)
  })

  test('that cannot be checked ends a run that nobody watches', async () => {
    const world = await openWorld({ env: kept, silent: true })
    await world.standin.refuse()
    await expect(world.run()).rejects.toThrow('cannot be reached: network: ECONNREFUSED')
    expect(readdirSync(world.directory)).toEqual([])
  })
})

describe('without questions', () => {
  test('all comes from the environment', async () => {
    const world = await openWorld({ env: kept, silent: true })
    world.standin.say(asha, '/start')
    await world.run()
    expect(read(world.file('.env'))).toContain(`BOT_TOKEN=${token}\nALLOWED_USERS=${asha}\n`)
    expect(bot(world)).toHaveLength(1)
  })

  test.each([
    [{}, 'BOT_TOKEN is not set'],
    [{ BOT_TOKEN: 'nonsense' }, 'BOT_TOKEN is not usable'],
    [{ BOT_TOKEN: token }, 'ALLOWED_USERS is not set'],
  ])('%j: %s', async (env, problem) => {
    const world = await openWorld({ env, silent: true })
    await expect(world.run()).rejects.toThrow(problem)
    expect(readdirSync(world.directory)).toEqual([])
  })
})

describe('a second run', () => {
  test('changes nothing', async () => {
    const first = await newcomer()
    await first.run()
    const files = ['.env', 'mechanic.yaml'].map((name) => read(first.file(name)))
    const second = await openWorld({
      env: { ...kept, TELEGRAM_API_ROOT: first.outside.env['TELEGRAM_API_ROOT'] ?? '' },
      directory: first.directory,
    })
    await second.run()
    expect(['.env', 'mechanic.yaml'].map((name) => read(second.file(name)))).toEqual(files)
    expect(readdirSync(first.directory).toSorted()).toEqual(['.env', 'mechanic.yaml', 'var'])
    expect(second.terminal.text()).toContain('.env: as it was')
    expect(second.terminal.text()).not.toContain('Waiting for Start')
  })

  test('keeps a config of somebody’s own, but for the age of a new token', async () => {
    const own = '# mine\ntimezone: UTC # here\nchecks: { d: { kind: disk } }\n'
    const world = await newcomer()
    writeFileSync(world.file('mechanic.yaml'), own)
    writeFileSync(world.file('.env'), '# mine\nDB_PASSWORD=x\nBOT_TOKEN=1:old_old_old_old\n', {
      mode: 0o644,
    })
    await world.run()
    const text = read(world.file('mechanic.yaml'))
    expect(text).toMatch(
      /^# mine\ntimezone: UTC # here\n.*\n\nsecrets:\n {2}BOT_TOKEN: \{ rotated: /,
    )
    expect(read(world.file('.env'))).toMatch(
      new RegExp(`^# mine\nDB_PASSWORD=x\nBOT_TOKEN=${token}\nALLOWED_USERS=${asha}\n`),
    )
    expect(mode(world.file('.env'))).toBe(0o600)
  })

  test('replaces it when it is told to, and keeps the old one', async () => {
    const world = await newcomer({ answers: [[/Replace it/, 'y']] })
    writeFileSync(world.file('mechanic.yaml'), 'timezone: UTC\n')
    await world.run()
    expect(read(world.file('mechanic.yaml.bak'))).toBe('timezone: UTC\n')
    expect(read(world.file('mechanic.yaml'))).toContain('mail worker')
  })

  test('refuses a config with faults, and leaves it', async () => {
    const world = await newcomer()
    writeFileSync(world.file('mechanic.yaml'), 'timezone: Nowhere\n')
    await expect(world.run()).rejects.toThrow('mechanic.yaml:1:11: timezone: found "Nowhere"')
    expect(read(world.file('mechanic.yaml'))).toBe('timezone: Nowhere\n')
  })
})

describe('Ctrl-C', () => {
  const questions = [/Bot token/, /Waiting for Start/, /time zone/, /Quiet hours/]

  test.each(questions)('at %s leaves no file', async (question) => {
    const world = await newcomer({ answers: [[question, ctrlC]] })
    await expect(world.run()).rejects.toThrow('cancelled')
    expect(readdirSync(world.directory)).toEqual([])
  })

  test('at the config leaves the one there was', async () => {
    const directory = tempHome()
    writeFileSync(join(directory, 'mechanic.yaml'), 'timezone: UTC\n')
    const world = await newcomer({ directory, answers: [[/Replace it/, ctrlC]] })
    await expect(world.run()).rejects.toThrow('cancelled')
    expect(read(world.file('mechanic.yaml'))).toBe('timezone: UTC\n')
    expect(readdirSync(world.directory)).toEqual(['mechanic.yaml'])
  })
})
