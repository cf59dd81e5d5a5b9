import { isScalar, parseDocument } from 'yaml'
import type { Check } from '../../contract/check.ts'
import { formatSize } from '../../contract/units.ts'
import { usableName } from '../../config/defaults.ts'
import type { Kinds } from '../../config/types.ts'
import type { Machine } from './machine.ts'

export interface Wishes {
  readonly timezone: string
  /** null: none. */
  readonly quiet: { readonly from: string; readonly to: string } | null
  /** ISO date on which the bot's token was last changed. */
  readonly rotated: string
  /** ISO date. */
  readonly today: string
  /** PM2 runs here, or is about to: what comes back after a reboot is worth a check. */
  readonly underPm2: boolean
}

/** The text as a config file has it: quoted where YAML, or `${NAME}`, would make something else of it. */
export function scalar(text: string): string {
  const plain =
    /^[A-Za-z][\w./@-]*$/.test(text) && !/^(?:null|true|false|yes|no|on|off|y|n)$/i.test(text)
  return plain ? text : `'${text.replaceAll('${', () => '$${').replaceAll("'", "''")}'`
}

const percent = (part: number, whole: number): string =>
  `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`

/** The levels that a kind has by itself, for people to know what they would change. */
function levels({ defaults }: Check): string {
  const named = (['warning', 'critical', 'info'] as const).flatMap((level) => {
    const text = defaults[level]
    return text === undefined ? [] : [`${level}: ${text}`]
  })
  return named.join(', ')
}

const comment = (...parts: readonly string[]): string => {
  const said = parts.filter((part) => part !== '')
  return said.length === 0 ? '' : ` # ${said.join('; ').replace(/\p{Cc}+/gu, ' ')}`
}

function checksOf(machine: Machine, { underPm2 }: Wishes, kinds: Kinds): readonly string[] {
  const { cores, memory, disks, systemd } = machine
  const used = memory.total - memory.available
  const here: readonly (readonly [kind: string, seen: string])[] = [
    ['cpu', cores === 1 ? '1 core' : `${cores} cores`],
    ['memory', `${formatSize(memory.total)}, ${percent(used, memory.total)} in use`],
    ...(memory.swapTotal > 0 ? [['swap', formatSize(memory.swapTotal)] as const] : []),
    ['load', ''],
    ...(disks.length > 0
      ? [
          [
            'disk',
            disks
              .map(({ mount }) => mount)
              .slice(0, 6)
              .join(' '),
          ] as const,
        ]
      : []),
    ...(systemd ? [['systemd', 'no unit may have failed'] as const] : []),
    ...(underPm2
      ? [['startup', 'whether PM2 brings everything back after a reboot'] as const]
      : []),
  ]
  return here.flatMap(([kind, seen]) => {
    const known = kinds.checks.get(kind)
    return known ? [`  ${kind}: { kind: ${kind} }${comment(seen, levels(known))}`] : []
  })
}

/** What cannot be named in the file is found at run time all the same: PM2 allows any text. */
const canBeWritten = (name: string): boolean =>
  !name.startsWith('file:') && !/\p{Cc}/u.test(name) && name.length <= 200

function servicesOf({ apps, systemd }: Machine, taken: Set<string>): readonly string[] {
  const name = (wanted: string): string => {
    const usable = usableName(wanted, taken)
    taken.add(usable)
    return scalar(usable)
  }
  const ofPm2 = apps
    .filter(({ name: own }) => canBeWritten(own))
    .flatMap((app) => [
      `  ${name(app.name)}:${comment(app.copies > 1 ? `${app.copies} copies` : '')}`,
      `    manager: { pm2: ${scalar(app.name)} }`,
      ...(app.health === undefined
        ? []
        : [`    health: ${app.health} # answered when this was written`]),
      '    restart: ask',
    ])
  const ofSystemd = (systemd?.own ?? []).flatMap((unit) => [
    `  ${name(unit)}:`,
    `    manager: { systemd: ${scalar(unit)} }`,
    '    restart: ask',
  ])
  return [...ofPm2, ...ofSystemd]
}

/**
 * A config file with what was found on this machine, and nothing else. Pure; the checks are those that
 * the bot would have without a file, written down so that they can be changed.
 */
export function draft(machine: Machine, wishes: Wishes, kinds: Kinds): string {
  const { timezone, quiet, rotated, today } = wishes
  const checks = checksOf(machine, wishes, kinds)
  // YAML has no key of that name.
  const taken = new Set([...kinds.checks.keys(), '__proto__'])
  const services = servicesOf(machine, taken)
  const hours = quiet
    ? `{ from: '${quiet.from}', to: '${quiet.to}' } # hold everything but critical; off for none`
    : "off # { from: '22:00', to: '07:00' } holds everything but critical"
  const lines = [
    `# Written by \`npm run mechanic -- init\` on ${today}. It is yours: change it, then`,
    '#   npm run -s mechanic -- config check',
    '# docs/configuration.md has every key, examples/ whole files, docs/checks.md all that can be watched.',
    '',
    `timezone: ${scalar(timezone)}`,
    '',
    'notify:',
    `  quiet_hours: ${hours}`,
    '',
    ...(services.length === 0
      ? []
      : [
          '# restart: ask  you are told that it is down, and restart it with a button.',
          '# restart: auto the bot restarts it, sees whether it stays up, and tells you only if not.',
          'services:',
          ...services,
          '',
        ]),
    '# What the bot watches here. With levels of your own: disk: { kind: disk, warning: "> 80%" }',
    'checks:',
    ...checks,
    '',
    '# When secrets were last changed, so that the bot can say when one is due. Never the secrets themselves.',
    'secrets:',
    `  BOT_TOKEN: { rotated: ${rotated} }`,
  ]
  return `${lines.join('\n')}\n`
}

/**
 * Notes a new date for the token in a config that somebody else wrote; every other character stays.
 * null where the file has no plain place for it.
 */
export function noteRotation(text: string, rotated: string): string | null {
  const document = parseDocument(text)
  const date = document.getIn(['secrets', 'BOT_TOKEN', 'rotated'], true)
  if (isScalar(date) && date.range) {
    const [start, end] = date.range
    return `${text.slice(0, start)}${rotated}${text.slice(end)}`
  }
  if (document.errors.length > 0 || document.has('secrets')) return null
  const end = text === '' || text.endsWith('\n') ? '' : '\n'
  return `${text}${end}\nsecrets:\n  BOT_TOKEN: { rotated: ${rotated} }\n`
}
