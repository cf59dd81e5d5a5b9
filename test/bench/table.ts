import { isMet, limitOf, type Line, median } from './figures.ts'

/** Three digits, as many as are worth reading. */
const show = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))

const spread = (values: readonly number[]): string => {
  if (values.length === 0) return 'not measured'
  if (values.length === 1) return show(median(values))
  return `${show(median(values))} (${show(Math.min(...values))}–${show(Math.max(...values))})`
}

function targetOf(line: Line): string {
  const { target } = line
  if (!target) return ''
  const sign = 'atMost' in target ? '≤' : '≥'
  const times = 'atMost' in target ? target.atMost : target.atLeast
  const of = target.timesFloor === true ? ` (${times} × floor)` : ''
  return `${sign} ${show(limitOf(line))}${of}`
}

const verdictOf = (line: Line): string =>
  ({ true: 'met', false: 'MISSED', null: '' })[`${isMet(line)}`]

/** A row for people: medians, with the smallest and the largest in parentheses. */
export function asText(lines: readonly Line[]): string {
  return lines
    .flatMap((line) => [
      `${line.what}, ${line.unit}`,
      `  ours    ${spread(line.ours)}${line.target ? `   target ${targetOf(line)}: ${verdictOf(line)}` : ''}`,
      ...line.floors.map(({ name, values }) => `  beside  ${spread(values)}   ${name}`),
    ])
    .join('\n')
}

/** A row for programs. */
export const asData = (row: string, line: Line): object => ({
  row,
  what: line.what,
  unit: line.unit,
  median: median(line.ours),
  runs: line.ours,
  floors: line.floors.map(({ name, values }) => ({ name, median: median(values), runs: values })),
  ...(line.target && { target: targetOf(line), met: isMet(line) }),
})
