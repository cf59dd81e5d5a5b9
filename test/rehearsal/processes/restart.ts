import { loadKinds } from '../../../src/flow/kinds.ts'
import { pauseOf } from '../../../src/flow/pause.ts'
import { systemClock as clock } from '../../../src/host/clock.ts'
import { createLocalHost } from '../../../src/host/local.ts'
import { takePlace } from '../../../src/rehearsal/place.ts'

// Rehearses a restart below the given state directory, and says so as soon as its process runs.
const [home] = process.argv.slice(2)
if (home === undefined) throw new Error('usage: restart.ts STATE_DIRECTORY')
const host = createLocalHost('main', { clock })
const rehearse = (await loadKinds()).fixes.get('restart')?.rehearsal
if (!rehearse) throw new Error('a restart cannot be rehearsed')
const place = await takePlace(home, host, pauseOf(clock))
const signal = AbortSignal.timeout(20_000)
await rehearse({ service: 'web' }, { directory: place.directory, host, signal, now: clock.now() })
console.log('runs')
setInterval(() => place, 1000)
