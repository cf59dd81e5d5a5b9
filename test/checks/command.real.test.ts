import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import command from '../../checks/command.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { listen } from '../support/server.ts'
import { contextOf } from './context.ts'

const plugins = '/usr/lib/nagios/plugins'
const installed = existsSync(`${plugins}/check_http`)
if (!installed) console.log('skipped: apt-get install monitoring-plugins-basic')

async function probe(...run: string[]) {
  const context = { ...contextOf({}), host: createLocalHost('main', { clock: systemClock }) }
  const [name = '', ...words] = run
  const params = command.params.parse({ run: [`${plugins}/${name}`, ...words] })
  const [reading] = await command.probe(params, context)
  if (reading === undefined) throw new Error('there was no reading')
  return reading
}

describe.skipIf(!installed)('real plug-ins', () => {
  test('check_disk gives the sizes of a file system', async () => {
    const reading = await probe('check_disk', '-w', '0%', '-c', '0%', '-p', '/')
    expect(reading).toMatchObject({ metrics: { state: 0 }, units: { root: 'bytes' } })
    expect(reading.metrics['root']).toBeGreaterThan(2 ** 20)
    expect(reading.saw).toMatch(/^DISK OK/)
  })

  test('check_load gives three numbers, and warns above its limits', async () => {
    const calm = await probe('check_load', '-w', '9999,9999,9999', '-c', '9999,9999,9999')
    expect(calm.metrics).toMatchObject({ state: 0, load1: expect.any(Number) })
    const procs = await probe('check_procs', '-w', '0:0', '-c', '0:999999')
    expect(procs.metrics).toMatchObject({ warning: true, critical: false })
  })

  test('check_http tells of a server that is there and of one that is not', async () => {
    const server = await listen(createServer((_, response) => response.end('fine')))
    const up = await probe('check_http', '-H', '127.0.0.1', '-p', String(server.port))
    expect(up).toMatchObject({ metrics: { state: 0 }, units: { time: 'duration', size: 'bytes' } })
    await server.close()
    const down = await probe('check_http', '-H', '127.0.0.1', '-p', String(server.port))
    expect(down.metrics).toMatchObject({ critical: true })
  })

  test('check_dummy says unknown, and a plug-in that is not there is not found', async () => {
    await expect(probe('check_dummy', '3', 'no idea')).rejects.toThrow(
      'says unknown: UNKNOWN: no idea',
    )
    await expect(probe('check_no_such_thing')).rejects.toThrow('is not there')
  })
})
