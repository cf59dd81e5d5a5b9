import { fileURLToPath } from 'node:url'
import { inOwnMounts } from './mounts.ts'
import { readOptions, usage } from './options.ts'
import { roundOf } from './schedule.ts'
import { selfTest } from './self-test.ts'
import { torture } from './torture.ts'

/** `npm run torture`: exit 0 when nothing was found, 1 when something was, 2 for wrong options. */

const write = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  const argv = process.argv.slice(2)
  let options
  try {
    options = readOptions(argv, fileURLToPath(new URL('../..', import.meta.url)))
  } catch (error) {
    write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 2
  }
  if (options.plan) {
    for (let number = 1; number <= 40; number++)
      write(`${number}  ${roundOf(options.seed, number).says}`)
    return 0
  }
  const elsewhere = await inOwnMounts([fileURLToPath(import.meta.url), ...argv])
  if (elsewhere !== null) return elsewhere
  return options.selfTest ? selfTest(options, write) : torture(options, write)
}

process.exitCode = await main()
