import { stringify } from 'yaml'
import { ownSections } from '../config/schema/known.ts'
import type { Check, Example } from '../contract/check.ts'
import type { Fix, Risk } from '../contract/fix.ts'
import { formatDuration, parseDuration } from '../contract/units.ts'
import { settingLines } from './settings.ts'
import { code, item, listed, wrap } from './wrap.ts'

/** The pages that are made from the plug-ins themselves. All of it is pure. */

const warning = '<!-- Made from the plug-ins by `npm run docs`: change those. -->'

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [item(`${title}:`), ...lines]

const page = (title: string, intro: readonly string[], kinds: readonly string[]): string =>
  `${[`# ${title}`, warning, ...intro.map((text) => wrap(text)), ...kinds].join('\n\n')}\n`

const levelLines = ({ defaults, conditions }: Check): readonly string[] => {
  const { info, warning: warn, critical, recover, failures, every, timeout } = defaults
  const levels = Object.entries({ info, warning: warn, critical })
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `${name} ${code(text ?? '')}`)
  const rest = Object.entries({ failures, recover, every, timeout })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => code(`${name}: ${value}`))
  const bad = listed(conditions.map(code), 'or')
  return [
    ...(levels.length > 0
      ? [item(`Levels, unless the file names its own: ${levels.join(', ')}`)]
      : []),
    ...(rest.length > 0 ? [item(`Defaults: ${rest.join(', ')}`)] : []),
    ...(bad === ''
      ? []
      : [item(`Wrong at the check's \`severity\`, unless a level names it: ${bad}`)]),
  ]
}

const metricLines = ({ metrics, openMetrics }: Check): readonly string[] => [
  ...Object.entries(metrics).map(([name, { unit, means }]) =>
    item(`${code(name)} (${unit}): ${means}`, 1),
  ),
  ...(openMetrics ? [item('and every name that the reading itself brings', 1)] : []),
]

function exampleOf(kind: string, { title, params, readings }: Example<string>): string {
  const file = stringify(
    { checks: { example: { kind, ...params } } },
    { singleQuote: true, lineWidth: 0 },
  )
  const saw = readings.map(
    (one) => `${one.subject === '' ? '' : `${code(one.subject)} `}“${one.saw ?? ''}”`,
  )
  const seen = saw.length === 0 ? 'It sees nothing of the kind here.' : `It sees ${listed(saw)}.`
  return [wrap(`${title}:`), `\`\`\`yaml\n${file}\`\`\``, wrap(seen)].join('\n\n')
}

/** Placeholders of Fluent, which would be markup of some Markdown readers, as a person reads them. */
const plainAdvice = (advice: string): string => advice.replace(/\{ \$(\w+) \}/g, '‹$1›')

/** The section whose entries are such checks: services, backups. */
const sectionOf = ({ kind }: Check): string | undefined => ownSections[kind]

function checkSection(check: Check): string {
  const place = sectionOf(check)
  const facts = [
    ...section('Metrics, the first of which a bare threshold is about', metricLines(check)),
    ...section('Settings', settingLines(check.params, place === undefined ? [] : [check.kind])),
    ...levelLines(check),
    ...(check.remote
      ? [item("Looks from the bot's own machine, once, whatever `hosts` says")]
      : []),
    item(`Advice: ${plainAdvice(check.advice)}`),
  ]
  return [
    `## ${check.kind}`,
    wrap(check.summary),
    ...(place === undefined
      ? []
      : [`Every entry under \`${place}\` is one: it is not written under \`checks\`.`]),
    facts.join('\n'),
    ...(place !== undefined ? [] : check.examples.map((example) => exampleOf(check.kind, example))),
  ].join('\n\n')
}

/** `docs/checks.md` */
export const checksPage = (checks: ReadonlyMap<string, Check>): string =>
  page(
    'Checks',
    [
      'Every kind of check there is. The keys that all of them take (`every`, `warning`, `fix` …) stand in ' +
        '[configuration.md](configuration.md#a-check). The examples are those that the tests run.',
    ],
    [...checks.values()].map(checkSection),
  )

const risks: Readonly<Record<Risk, string>> = {
  safe: 'safe: runs by itself where a check names it',
  disruptive: 'disruptive: runs by itself where a check names it',
  destructive: 'destructive: asks an operator, unless the config says `approve: false`',
}

const durationOf = (text: string | undefined): string | undefined => {
  const ms = parseDuration(text ?? '')
  return ms === null ? undefined : formatDuration(ms)
}

function fixSection(fix: Fix): string {
  const hold = durationOf(fix.hold)
  const within = durationOf(fix.within) ?? '30s'
  const held = hold === undefined ? '' : `, and then ${hold} with the same process`
  const facts = [
    item(`Risk: ${risks[fix.risk]}`),
    ...section('Settings', settingLines(fix.params)),
    item(`Verified by a good reading of the check within ${within}${held}`),
    item(
      fix.rehearsal
        ? 'Can be rehearsed: it makes its fault in a scratch place'
        : 'Cannot be rehearsed: nobody knows which fault it is for; `rehearse` shows its plan',
    ),
  ]
  return [`## ${fix.kind}`, wrap(fix.summary), facts.join('\n')].join('\n\n')
}

/** `docs/fixes.md` */
export const fixesPage = (fixes: ReadonlyMap<string, Fix>): string =>
  page(
    'Fixes',
    [
      'Every kind of fix there is. The keys that all of them take (`attempts`, `backoff`, `approve`, `verify` …) ' +
        'stand in [configuration.md](configuration.md#a-fix). Whether a fix helped is never its own to say: ' +
        'the check that complained is run again.',
    ],
    [...fixes.values()].map(fixSection),
  )
