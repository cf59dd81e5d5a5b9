import { describe, expect, it } from 'vitest'
import { demo, patience } from './process.ts'
import { inOrder } from './support.ts'

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

  it('presses buttons by their number, and cleans up when it is told to end', async () => {
    const { output, code, left } = await demo('/restart\n1\nlog\n', 'pm2 restart shop')
    inOrder(output, ['you › /restart', ' │ [1] shop', 'you › 1', ' │ ❓ Restart shop?'])
    expect(output).toContain('Cleaning up')
    expect(code).toBe(0)
    expect(left).toEqual([])
  })
})
