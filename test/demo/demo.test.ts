import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasGit } from '../support/git.ts'
import { inOrder, processesOf } from './support.ts'

/** Far more than it takes: on a busy machine the bot's first look alone may take most of a minute. */
const patience = 150_000

interface Run {
  readonly output: string
  readonly code: number | null
  /** Files and processes that are still there. */
  readonly left: readonly string[]
}

/** The whole demo in a process of its own; `until` ends it by SIGTERM as soon as that was printed. */
async function demo(input: string, until?: string, ...words: readonly string[]): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), 'demo-'))
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [resolve('src/demo/main.ts'), ...words], {
    env: { PATH, HOME, TMPDIR: directory },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: patience - 10_000,
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (until !== undefined && output.includes(until)) child.kill('SIGTERM')
  })
  child.stdin.write(input)
  if (until === undefined) child.stdin.end()
  const code = await new Promise<number | null>((settle) => child.once('close', settle))
  const left = [...(await readdir(directory)), ...(await processesOf(directory))]
  await rm(directory, { recursive: true })
  return { output, code, left }
}

describe.concurrent('npm run demo', { timeout: patience }, () => {
  it('shows detection, fix and message of each fault that is piped in', async () => {
    const { output, code, left } = await demo('fill\nbreak\n/incidents\nmend\nnonsense\n')
    inOrder(output, [
      ' │ 👋 Mechanic is on duty',
      'you › fill',
      ' │ 🟠 uploads reports a warning',
      ' │ ✅ uploads fixed by clean-uploads',
      'you › break',
      ' │ 🔴 page is down',
      'you › /incidents',
      ' │ 1 open incident',
      'you › mend',
      ' │ ✅ page is fine again',
      'you › nonsense',
      'No word "nonsense": see help',
      'Cleaning up',
    ])
    expect(output).not.toContain('Nothing more came of that')
    expect(code).toBe(0)
    expect(left).toEqual([])
  })

  it('shows how everything is, and ends, when nobody types anything', async () => {
    const { output, code, left } = await demo('')
    inOrder(output, [' │ 👋 Mechanic is on duty', 'you › /status', ' │ 🖥 main', 'Cleaning up'])
    expect(code).toBe(0)
    expect(left).toEqual([])
  })

  it('ends a tour that is interrupted as one that failed, and leaves nothing behind', async () => {
    const { output, code, left } = await demo('', '🔴 shop', '--tour')
    inOrder(output, ['▸ 1/', ' │ 👋 Mechanic is on duty', '▸ 2/', 'you › kill', ' │ 🔴 shop'])
    expect(output).toContain('\n✘ service dies: the tour was ended\nCleaning up')
    expect(code).toBe(1)
    expect(left).toEqual([])
  })

  it.skipIf(!hasGit)(
    'deploys what was published, and goes back from a broken version',
    async () => {
      const { output, code, left } = await demo(
        'publish\n/deploy shop\n1\npublish broken\n/deploy shop\n5\n',
        '❌ Rolled back shop to',
      )
      inOrder(output, [
        '· committed “Sell more (version 2)”',
        ' │ ❓ Deploy shop?',
        ' │ ⏳ Deploying shop',
        ' │ ✅ Deployed shop',
        '· committed “Take the till away (version 3)”',
        ' │ ❓ Deploy shop?',
        ' │ ❌ Rolled back shop to',
      ])
      expect(code).toBe(0)
      expect(left).toEqual([])
    },
  )

  it('presses buttons by their number, and cleans up when it is told to end', async () => {
    const { output, code, left } = await demo('/restart\n1\nlog\n', 'pm2 restart shop')
    inOrder(output, ['you › /restart', ' │ [1] shop', 'you › 1', ' │ ❓ Restart shop?'])
    expect(output).toContain('Cleaning up')
    expect(code).toBe(0)
    expect(left).toEqual([])
  })
})
