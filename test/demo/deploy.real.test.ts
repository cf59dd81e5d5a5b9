import { expect, test } from 'vitest'
import { hasGit } from '../support/git.ts'
import { demo, patience } from './process.ts'
import { inOrder } from './support.ts'

test.skipIf(!hasGit)(
  'deploys what was published, and goes back from a broken version',
  { timeout: patience },
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
