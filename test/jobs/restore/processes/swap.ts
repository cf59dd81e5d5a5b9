/** Does one step of a restore, as the job would, until it is killed. Its input is what it remembers. */
import { readFileSync } from 'node:fs'
import { unservedContext } from '../unserved.ts'
import restore from '../../../../src/jobs/restore.ts'

const [step = '', file = ''] = process.argv.slice(2)
const memory = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
process.stdout.write('begun\n')
await restore.steps[step]?.run(memory, unservedContext())
process.stdout.write('done\n')
