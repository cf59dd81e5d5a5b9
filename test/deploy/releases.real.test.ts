import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ben } from '../support/bot.ts'
import { listen } from '../support/server.ts'
import { deploy, ended, labels, order, said, type } from './support/chat.ts'
import { openStage, type Stage } from './support/stage.ts'
import { truthOf, wrongs } from './support/truth.ts'

const minutes = 60_000

const isWell = async (stage: Stage, version: string): Promise<void> => {
  const truth = await truthOf(stage)
  expect(wrongs(truth)).toEqual([])
  expect(truth.version).toBe(version)
}

test('the first release, the next one, and back', { timeout: 10 * minutes }, async () => {
  const stage = await openStage()
  const first = stage.origin.push('1')
  await stage.start()
  const one = await deploy(stage)
  expect(one.text).toMatch(new RegExp(`^✅ Deployed web ${first.slice(0, 7)}`))
  await isWell(stage, '1')

  const second = stage.origin.push('2')
  stage.origin.push('3', 'fails-to-build')
  // By its commit, as a person copies it from somewhere.
  const question = await said(stage, type(stage, `/deploy web ${second.slice(0, 10)}`), (message) =>
    labels(message).includes('Deploy web'),
  )
  expect(question.text).toContain(second.slice(0, 7))
  expect(question.text).toContain('Asha')
  expect(question.text).toContain('Release 2: works')
  stage.standin.press(1001, question, 'Deploy web')
  expect((await ended(stage, question)).text).toMatch(/^✅ Deployed web/)
  await isWell(stage, '2')

  const list = await said(stage, type(stage, '/rollback web'), (message) =>
    message.text.includes('back to which release?'),
  )
  expect(list.text).toContain('Release 2: works')
  expect(labels(list)).toEqual([expect.stringContaining(first.slice(0, 7))])
  const asked = list.message_id
  stage.standin.press(1001, list, labels(list)[0] ?? '')
  const back = await said(stage, asked, (message) =>
    labels(message).some((label) => /^roll back web/i.test(label)),
  )
  stage.standin.press(1001, back, labels(back)[0] ?? '')
  expect((await ended(stage, back)).text).toMatch(
    new RegExp(`^✅ Rolled back web to ${first.slice(0, 7)}`),
  )
  await isWell(stage, '1')
})

test('two operators at once: one runs, the other is told', { timeout: 10 * minutes }, async () => {
  const stage = await openStage()
  stage.origin.push('1')
  await stage.start()
  const mine = await order(stage, '/deploy web', 'Deploy web')
  await said(stage, mine.message_id - 1, (one) => /Deploying web/.test(one.text))
  const asked = type(stage, '/deploy web', ben)
  const told = await said(stage, asked, () => true, { user: ben })
  if (labels(told).includes('Deploy web')) {
    stage.standin.press(ben, told, 'Deploy web')
    const refused = await ended(stage, told)
    expect(refused.text).toMatch(/^❌/)
    expect(refused.text).toContain('Asha')
    expect(refused.text).toMatch(/since/)
  } else {
    expect(told.text).toContain('Asha')
  }
  expect((await ended(stage, mine)).text).toMatch(/^✅ Deployed web/)
  await isWell(stage, '1')
})

/** Whoever runs what a ref says leaves this behind. */
const proof = join(tmpdir(), 'mechanic-ran-a-ref')

const hostile = [
  '; rm -rf ~',
  `--upload-pack=touch ${proof}`,
  `$(touch ${proof})`,
  'a branch with spaces',
  '-f',
  '../../etc/passwd',
  'main..main',
  'HEAD@{1}',
  '*',
  'nowhere',
  'x'.repeat(2_000),
]

test(
  'hostile refs, a submodule, and a repository with a password',
  {
    timeout: 10 * minutes,
  },
  async () => {
    const stage = await openStage()
    stage.origin.push('1')
    stage.origin.submodule('with-library')
    await stage.start()
    await deploy(stage)
    const before = await truthOf(stage)
    for (const ref of hostile) {
      const told = await said(stage, type(stage, `/deploy web ${ref}`), ({ text }) =>
        text.startsWith('❌'),
      )
      expect(labels(told)).not.toContain('Deploy web')
      expect(told.text.length).toBeLessThan(1_000)
    }
    expect(existsSync(proof)).toBe(false)
    const asked = type(stage, '/deploy web with-library')
    const told = await said(stage, asked, (one) => /submodule/i.test(one.text))
    if (labels(told).includes('Deploy web')) {
      stage.standin.press(1001, told, 'Deploy web')
      expect((await ended(stage, told)).text).toMatch(/^❌ web was not deployed/)
    }
    expect(await truthOf(stage)).toEqual(before)

    const locked = await listen(
      createServer((_, response) => {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="acme"' }).end()
      }),
    )
    const config = join(stage.home, 'mechanic.yaml')
    await stage.bot().end()
    const yaml = readFileSync(config, 'utf8')
    const url = `http://127.0.0.1:${locked.port}/acme/web.git`
    writeFileSync(config, yaml.replace(/repo: .*/, `repo: ${url}`))
    await stage.start()
    const refused = await said(stage, type(stage, '/deploy web'), ({ text }) =>
      text.startsWith('❌'),
    )
    expect(refused.text).toMatch(/password|credential|key|log in|sign in/i)
    await locked.close()
    expect(await truthOf(stage)).toEqual(before)
  },
)
