import type { ProcessFacts } from '../../src/contract/host.ts'

/** What is known of a process that has nothing special about it. */
export const processFacts = (
  more: Pick<ProcessFacts, 'pid' | 'parent' | 'started'> & Partial<ProcessFacts>,
): ProcessFacts => ({
  name: 'node',
  command: 'node app.js',
  user: 0,
  state: 'S',
  memory: 0,
  swap: 0,
  cpu: 0,
  ...more,
})
