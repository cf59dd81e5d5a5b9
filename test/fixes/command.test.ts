import { describe, expect, it } from 'vitest'
import fix from '../../fixes/command.ts'
import type { FixContext } from '../../src/contract/fix.ts'
import { systemClock } from '../../src/host/clock.ts'
import { createLocalHost } from '../../src/host/local.ts'
import { fakeServices } from '../support/facts.ts'

const context = (signal = AbortSignal.timeout(15_000)): FixContext => ({
  host: createLocalHost('main', { clock: systemClock, environment: { PATH: '/usr/bin:/bin' } }),
  services: fakeServices({}),
  reading: { subject: '', metrics: {} },
  signal,
  now: 0,
})
const prepare = async (settings: object) => {
  const params = fix.params.parse(settings)
  const [step] = fix.plan(await fix.look(params, context()), params)
  if (!step) throw new Error('no plan')
  return { params, step }
}
const act = async (settings: object, signal?: AbortSignal) => {
  const { params, step } = await prepare(settings)
  return fix.act(step, params, context(signal))
}

describe('the command fix', () => {
  it('shows what it runs, word for word', async () => {
    expect((await prepare({ run: ['certbot', 'renew', '--cert-name', 'a b'] })).step.show).toBe(
      'certbot renew --cert-name "a b"',
    )
    expect((await prepare({ run: 'a | b' })).step.show).toBe('a | b')
  })

  it('runs an argv as it stands, and a line in a shell', async () => {
    expect((await act({ run: ['echo', '$HOME;', '*'] })).result).toMatch(
      /^echo ended well in .*: \$HOME; \*$/,
    )
    expect((await act({ run: 'echo one; echo $((1 + 1))' })).result).toMatch(/: 2$/)
  })

  it('gives its own variables and directory', async () => {
    expect(
      (await act({ run: 'echo $COLOUR in $PWD', env: { COLOUR: 'red' }, cwd: '/' })).result,
    ).toMatch(/: red in \/$/)
  })

  it('fails with what it saw', async () => {
    await expect(act({ run: 'echo bad >&2; exit 3' })).rejects.toThrow(
      'the shell command on main exited with code 3: bad',
    )
    await expect(act({ run: ['no-such-program'] })).rejects.toThrow(
      'no-such-program on main is not there or may not be run',
    )
    await expect(act({ run: ['sleep', '60'] }, AbortSignal.timeout(100))).rejects.toThrow(
      'sleep on main was ended, not done after',
    )
  })

  it('runs only what was planned', async () => {
    const { step } = await prepare({ run: ['echo', 'one'] })
    const other = fix.params.parse({ run: ['echo', 'two'] })
    await expect(fix.act(step, other, context())).rejects.toThrow('not the one that was planned')
  })

  it('takes a command or nothing', () => {
    for (const run of [[], '', [''], 7, ['a', 1]])
      expect(fix.params.safeParse({ run }).success).toBe(false)
  })
})
