import { expect, it } from 'vitest'
import type { Colour, Manager } from '../../src/contract/service.ts'
import { createColouredManager } from '../../src/managers/colours.ts'
import { instance } from '../support/manager.ts'

const never = new AbortController().signal

const world = () => {
  const did: string[] = []
  const watchers: (() => void)[] = []
  const copy = (colour: Colour): Manager => {
    const note = async (what: string): Promise<void> => void did.push(`${what} ${colour}`)
    return {
      manager: 'pm2',
      restartSteps: () => [`pm2 restart web-${colour}`],
      status: async () => [instance({ saw: colour })],
      restart: () => note('restart'),
      reload: () => note('reload'),
      reloading: async () => ({ gap: colour === 'blue' ? 1 : 2 }),
      start: () => note('start'),
      stop: () => note('stop'),
      logs: async () => [colour],
      logFiles: async () => [`/${colour}.log`],
      watch: (changed) => {
        watchers.push(changed)
        return () => void watchers.splice(watchers.indexOf(changed), 1)
      },
    }
  }
  const asked: { colour: Colour | null } = { colour: 'green' }
  const web = createColouredManager({
    name: 'web',
    include: '/etc/nginx/web.conf',
    copies: { blue: copy('blue'), green: copy('green') },
    live: async () => asked.colour,
  })
  return { web, did, asked, watchers }
}

it('is about the copy that is asked', async () => {
  const { web, did, asked } = world()
  expect(await web.status(never)).toMatchObject([{ saw: 'green' }])
  for (const act of ['restart', 'reload', 'start', 'stop'] as const) await web[act](never)
  expect(did).toEqual(['restart green', 'reload green', 'start green', 'stop green'])
  expect(web.restartSteps()).toEqual(['pm2 restart web-green'])
  asked.colour = 'blue'
  expect(await web.logs(1, never)).toEqual(['blue'])
  expect(await web.logFiles?.(never)).toEqual(['/blue.log'])
  expect(await web.reloading(never)).toEqual({ gap: 1 })
  expect(web.restartSteps()).toEqual(['pm2 restart web-blue'])
})

it('has both copies', async () => {
  const { web, did } = world()
  expect(await web.colours?.live(never)).toBe('green')
  await web.colours?.blue.start(never)
  expect(did).toEqual(['start blue'])
})

it('does nothing, and says so, while neither is asked', async () => {
  const { web, did, asked } = world()
  asked.colour = null
  expect(await web.status(never)).toMatchObject([
    { state: 'missing', saw: '/etc/nginx/web.conf names neither copy' },
  ])
  for (const act of ['restart', 'reload', 'reloading', 'start', 'stop'] as const)
    await expect(web[act](never)).rejects.toThrow('Neither copy of web is asked')
  await expect(web.logs(1, never)).rejects.toThrow('Neither copy of web is asked')
  expect(did).toEqual([])
})

it('tells of changes to either', () => {
  const { web, watchers } = world()
  const off = web.watch?.(() => undefined)
  expect(watchers).toHaveLength(2)
  off?.()
  expect(watchers).toHaveLength(0)
})
