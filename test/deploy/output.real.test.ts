import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ended, order, said, type } from './support/chat.ts'
import { openStage, secret } from './support/stage.ts'

const MiB = 2 ** 20

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

test(
  '50 MB of build output with a secret: bounded, redacted, and the bot answers meanwhile',
  {
    timeout: 10 * 60_000,
  },
  async () => {
    const stage = await openStage()
    stage.origin.push('1', 'noisy')
    await stage.start()
    const deploying = await order(stage, '/deploy web', 'Deploy web')
    await said(stage, deploying.message_id - 1, ({ text }) => /Deploying web/.test(text))
    const times: number[] = []
    for (let ask = 0; ask < 3; ask++) {
      const begun = performance.now()
      await said(stage, type(stage, '/status'), ({ text }) => /web/.test(text))
      times.push(performance.now() - begun)
    }
    const end = await ended(stage, deploying)
    expect(end.text).toMatch(/^✅ Deployed web/)
    // One message a second is what a chat takes: two were under way.
    expect(Math.max(...times)).toBeLessThan(10_000)

    const { standin, home } = stage
    const seen = standin.calls.map(({ params }) => JSON.stringify(params))
    const documents = standin.messages(1001).flatMap(({ document }) => document ?? [])
    for (const { bytes } of documents) {
      expect(bytes.length).toBeLessThan(20 * MiB)
      seen.push(Buffer.from(bytes).toString())
    }
    for (const file of filesIn(home).filter((name) => !name.endsWith('.yaml')))
      seen.push(readFileSync(file, 'latin1'))
    expect(seen.filter((text) => text.includes(secret))).toEqual([])
    const kept = filesIn(home).reduce((sum, file) => sum + readFileSync(file).length, 0)
    expect(kept).toBeLessThan(20 * MiB)
  },
)
