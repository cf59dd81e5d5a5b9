import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { loadEnv } from './cli/env.ts'
import { runCli } from './cli/run.ts'
import { languagesIn } from './config/file.ts'
import { systemClock } from './host/clock.ts'

/** The front door for people and scripts: `npm run -s mechanic -- COMMAND`. */

const problem = loadEnv('.env')
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`)
  process.exit(2)
}

// Whoever reads may stop reading: `mechanic check | head`.
process.stdout.on('error', () => process.exit())

process.exitCode = await runCli(process.argv.slice(2), {
  clock: systemClock,
  env: process.env,
  home: homedir(),
  machineZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  languages: languagesIn(fileURLToPath(new URL('../locales', import.meta.url))),
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  loadKinds: async () => (await import('./flow/kinds.ts')).loadKinds(),
  openChecking: async (config, kinds) => (await import('./once.ts')).openChecking(config, kinds),
  init: async (outside, how) => (await import('./cli/init/main.ts')).runInit(outside, how),
  restoreSelf: async (outside, wish) =>
    (await import('./cli/restore-self/main.ts')).restoreSelf(outside, wish),
  openRehearsals: async (config, kinds) =>
    (await import('./rehearse.ts')).openRehearsals(config, kinds),
})
