import { asha, ben, viv } from './people.ts'
import type { Thing } from './things/thing.ts'

const section = (name: string, lines: readonly (string | undefined)[]): string => {
  const there = lines.filter((line) => line !== undefined)
  return there.length === 0 ? '' : `${name}:\n${there.map((line) => `  ${line}\n`).join('')}`
}

/** A config file that is right, over everything that is watched. */
export const configText = (things: readonly Thing[]): string => `operators:
  - { id: ${asha}, name: Asha, role: admin }
  - { id: ${ben}, name: Ben, role: operator }
  - { id: ${viv}, name: Viv, role: viewer }
defaults: off
timezone: UTC
notify: { quiet_hours: off, heartbeat: { schedule: "0 0 1 1 *", send: never } }
${section(
  'services',
  things.map(({ config }) => config.services),
)}${section(
  'checks',
  things.map(({ config }) => config.checks),
)}${section(
  'fixes',
  things.map(({ config }) => config.fixes),
)}`
