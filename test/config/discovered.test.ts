import { describe, expect, test } from 'vitest'
import { discoveredService } from '../../src/config/defaults.ts'
import { kinds } from './kinds.ts'

const discovered = (pm2: string, taken: readonly string[] = []) =>
  discoveredService(kinds, { pm2, taken: new Set(taken) })

describe('a PM2 process found at run time', () => {
  test('becomes a service that only an operator restarts', () => {
    const { service, fix } = discoveredService(kinds, {
      pm2: 'api',
      home: '/srv/.pm2',
      taken: new Set(),
    })
    expect(service).toMatchObject({
      name: 'api',
      host: 'main',
      manager: { kind: 'pm2', name: 'api', home: '/srv/.pm2' },
      restart: 'ask',
      check: {
        name: 'api',
        kind: 'service',
        params: { service: 'api' },
        levels: [{ severity: 'warning', text: 'down' }],
        fix: 'restart:api',
      },
    })
    expect(fix).toMatchObject({ name: 'restart:api', params: { service: 'api' }, approve: true })
  })

  test.each([
    ['my app', [], 'my-app'],
    ['all', [], 'pm2-all'],
    ['日本', [], 'pm2-process'],
    ['', [], 'pm2-process'],
    ['web', ['web'], 'web-2'],
    ['web', ['web', 'web-2'], 'web-3'],
    ['x'.repeat(60), [], 'x'.repeat(30)],
  ])('called %j beside %j is named %s', (pm2, taken, name) => {
    const { service } = discovered(pm2, taken)
    expect(service.name).toBe(name)
    expect(service.manager).toEqual({ kind: 'pm2', name: pm2 })
  })

  test('needs the plug-ins that services are made of', () => {
    const none = { checks: new Map(), fixes: new Map() }
    expect(() => discoveredService(none, { pm2: 'a', taken: new Set() })).toThrow(/no plug-in file/)
  })
})
