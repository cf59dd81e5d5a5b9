import { parseArgs } from 'node:util'
import { messageOf } from '../../src/contract/error.ts'
import type { Row } from './figures.ts'
import { load } from './rows/load.ts'
import { memory } from './rows/memory.ts'
import { history } from './rows/history.ts'
import { backup } from './rows/backup.ts'
import { death } from './rows/death.ts'
import { restart } from './rows/restart.ts'
import { start } from './rows/start.ts'
import { status } from './rows/status.ts'
import { throughput } from './rows/throughput.ts'
import { upload } from './rows/upload.ts'
import { warmUp } from './support/bot.ts'
import { reapAll } from './support/children.ts'
import { asData, asText } from './table.ts'

/** `npm run bench`: what the bot needs and how fast it is, each figure beside its floor. */

const rows: readonly Row[] = [
  memory,
  load,
  throughput,
  death,
  restart,
  start,
  status,
  history,
  upload,
  backup,
]
const usage = `npm run bench -- [--json] [--quick] [--only NAME]…
  rows: ${rows.map(({ name }) => name).join(' ')}
`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const unknown = values.only.filter((name) => !rows.some((row) => row.name === name))
if (values.help || unknown.length > 0) {
  process.stderr.write(usage)
  process.exit(values.help ? 0 : 2)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void reapAll().finally(() => process.exit(130)))

const wanted = rows.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
const figures: object[] = []
let failed = false
for (const { name, measure } of wanted) {
  try {
    await warmUp()
    const lines = await measure({ quick: values.quick })
    figures.push(...lines.map((line) => asData(name, line)))
    if (!values.json) process.stdout.write(`${asText(lines)}\n`)
    failed ||= lines.some(({ ours }) => ours.length === 0)
  } catch (error) {
    failed = true
    process.stderr.write(`${name} could not be measured: ${messageOf(error)}\n`)
  } finally {
    await reapAll()
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
process.exit(failed ? 1 : 0)
