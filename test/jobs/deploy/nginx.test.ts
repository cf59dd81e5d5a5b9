import { describe, expect, it } from 'vitest'
import type { BlueGreenConfig } from '../../../src/config/types.ts'
import type { Host, ProcessFacts } from '../../../src/contract/host.ts'
import { cutOver, liveColour } from '../../../src/jobs/deploy/nginx.ts'
import { fakeClock } from '../../support/clock.ts'
import { fakeHost, ranWell } from '../../support/facts.ts'
import { stepOn } from '../../support/step.ts'

const include = '/etc/nginx/upstreams/web.conf'
const fresh = '/etc/nginx/upstreams/.web.conf.new'
const blueGreen: BlueGreenConfig = {
  ports: { blue: 3001, green: 3002 },
  include,
  test: ['nginx', '-t'],
  reload: ['nginx', '-s', 'reload'],
}
const blue = 'server 127.0.0.1:3001;\n'
const worker = (pid: number, parent: number, ending = false): ProcessFacts => ({
  pid,
  parent,
  name: 'nginx',
  command: `nginx: worker process${ending ? ' is shutting down' : ''}`,
  user: 33,
  state: 'S',
  memory: 0,
  swap: 0,
  cpu: 0,
  started: pid,
})

interface World {
  readonly files?: Record<string, string>
  /** What fails, by a part of its command line. */
  readonly fails?: string
  /** The workers before the reload, and at each look after it. */
  readonly workers?: readonly (readonly ProcessFacts[])[]
}

/** A machine with files that nginx and the tools of a step write. */
const machine = ({ files = { [include]: blue }, fails, workers = [] }: World = {}) => {
  const ran: string[] = []
  const clock = fakeClock()
  let looks = 0
  const base = fakeHost({})
  const act = (argv: readonly string[], input: string): void => {
    const [from = '', to = ''] = argv.slice(argv.indexOf('--') + 1)
    if (argv[0] === 'tee') files[from] = input
    if (argv[0] === 'mv') files[to] = files[from] ?? ''
    if (argv[0] === 'mv' || argv[0] === 'rm') delete files[from]
  }
  const host: Host = {
    ...base,
    processes: async () => workers[Math.min(looks++, workers.length - 1)] ?? [],
    run: async (command, { input = '' }) => {
      const argv = [command].flat()
      const line = argv.join(' ')
      ran.push(line)
      if (fails !== undefined && line.includes(fails)) return { ...ranWell, code: 1, err: 'no way' }
      act(argv, input)
      return ranWell
    },
    files: {
      ...base.files,
      look: async () => null,
      read: async (path) => {
        const text = files[path]
        if (text === undefined) return null
        const bytes = Buffer.from(text)
        return { bytes, size: bytes.length, modified: 0, device: 1, inode: path }
      },
    },
  }
  const context = stepOn(host, {
    monotonic: clock.monotonic,
    pause: async (ms) => clock.advance(ms),
  })
  return { host, context, ran, files, looks: () => looks }
}

describe('which copy is asked', () => {
  it.each([
    [blue, 'blue'],
    ['server 127.0.0.1:3002;', 'green'],
    ['server 127.0.0.1:3003;', null],
    ['', null],
  ])('%s', async (text, colour) => {
    expect(await liveColour(machine({ files: { [include]: text } }).host, blueGreen)).toBe(colour)
  })

  it('is unknown without the file, and where it may not be read', async () => {
    const { host } = machine({ files: {} })
    expect(await liveColour(host, blueGreen)).toBeNull()
    const files = { ...host.files, read: () => Promise.reject(new Error('EACCES')) }
    expect(await liveColour({ ...host, files }, blueGreen)).toBeNull()
  })
})

describe('a cut-over', () => {
  it('writes the include in one step, has nginx judge it, then take it', async () => {
    const { host, context, ran, files } = machine()
    await cutOver(context, 'main', blueGreen, 'green')
    expect(await liveColour(host, blueGreen)).toBe('green')
    expect(ran).toEqual([
      `tee -- ${fresh}`,
      `chmod 644 -- ${fresh}`,
      `mv -fT -- ${fresh} ${include}`,
      'nginx -t',
      'nginx -s reload',
    ])
    expect(Object.keys(files)).toEqual([include])
  })

  it('that was cut short is done again: nothing says whether nginx took it', async () => {
    const { context, ran } = machine()
    await cutOver(context, 'main', blueGreen, 'green')
    ran.length = 0
    await cutOver(context, 'main', blueGreen, 'green')
    expect(ran).toEqual(['nginx -t', 'nginx -s reload'])
  })

  it.each(['nginx -t', 'nginx -s'])('that nginx refuses at %s is put back', async (fails) => {
    const { context, files } = machine({ fails })
    await expect(cutOver(context, 'main', blueGreen, 'green')).rejects.toThrow('no way')
    expect(files).toEqual({ [include]: blue })
    const first = machine({ fails, files: {} })
    await expect(cutOver(first.context, 'main', blueGreen, 'green')).rejects.toThrow('no way')
    expect(first.files).toEqual({})
  })

  it.each(['tee', 'chmod', 'mv'])('that cannot be written leaves nothing: %s', async (fails) => {
    const { context, files, ran } = machine({ fails: `${fails} ` })
    await expect(cutOver(context, 'main', blueGreen, 'green')).rejects.toThrow('no way')
    expect(files).toEqual({ [include]: blue })
    expect(ran.at(-1)).toBe(`rm -f -- ${fresh}`)
  })

  it('is over when the new workers run and the old ones only finish', async () => {
    const other = worker(90, 9)
    const { context, looks } = machine({
      workers: [
        [worker(10, 1), worker(11, 1), other],
        [worker(10, 1), worker(11, 1), other],
        [worker(10, 1), worker(11, 1, true), worker(12, 1), other],
        [worker(10, 1, true), worker(12, 1), worker(13, 1), other],
      ],
    })
    await cutOver(context, 'main', blueGreen, 'green')
    expect(looks()).toBe(4)
  })

  it('that nginx does not take is put back', async () => {
    const { context, files, ran } = machine({ workers: [[worker(10, 1)]] })
    await expect(cutOver(context, 'main', blueGreen, 'green')).rejects.toThrow(
      'nginx on main did not take its new config: no new workers after 10s',
    )
    expect(files).toEqual({ [include]: blue })
    // It may take it yet: then it is to take the old one after it.
    expect(ran.filter((line) => line === 'nginx -s reload')).toHaveLength(2)
    expect(ran.at(-1)).toBe('nginx -s reload')
  })
})
