import { z } from 'zod'
import type { JsonValue } from 'jsonpath-rfc9535'
import { OperatorError, messageOf } from '../../contract/error.ts'
import type { Answer } from './exchange.ts'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const oneOrMore = z.union([scalar, z.array(scalar).min(1)])

const comparisons = ['equals', 'not', 'at_least', 'at_most'] as const

const object = z
  .strictObject({
    text: z.string().min(1).optional(),
    not_text: z.string().min(1).optional(),
    json: z.string().startsWith('$', 'expected a JSONPath that begins with $').optional(),
    equals: oneOrMore.optional(),
    not: oneOrMore.optional(),
    at_least: z.number().optional(),
    at_most: z.number().optional(),
  })
  .refine((expect) => expect.text ?? expect.not_text ?? expect.json, {
    message: 'expected at least one of text, not_text and json',
  })
  .refine((expect) => expect.json !== undefined || comparisons.every((key) => !(key in expect)), {
    message: 'equals, not, at_least and at_most compare what `json` points at: expected json',
  })

/**
 * What an answer must contain: a text, or an object. Of `json` alone it is only asked that something
 * is there; a list in `equals` or `not` means any of these.
 */
export const expectParam = z.union([z.string().min(1), object], {
  error: 'expected a text, or text, not_text or json with equals, not, at_least or at_most',
})

export type Expect = z.output<typeof expectParam>
type ExpectObject = z.output<typeof object>
type Scalar = z.output<typeof scalar>

const quote = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

const isOneOf = (value: JsonValue, wanted: Scalar | readonly Scalar[]): boolean =>
  Array.isArray(wanted) ? wanted.some((one) => one === value) : wanted === value

/** Why one value is not what was wanted; null when it is. */
function compare(path: string, value: JsonValue, expect: ExpectObject): string | null {
  const { equals, not, at_least: least, at_most: most } = expect
  const is = `${path} is ${quote(value)}`
  if (equals !== undefined && !isOneOf(value, equals)) return `${is}, not ${quote(equals)}`
  if (not !== undefined && isOneOf(value, not)) return is
  if (least !== undefined && !(typeof value === 'number' && value >= least)) {
    return `${is}, not at least ${least}`
  }
  if (most !== undefined && !(typeof value === 'number' && value <= most)) {
    return `${is}, not at most ${most}`
  }
  return null
}

/** What a JSONPath (RFC 9535) points at. */
async function find(document: JsonValue, path: string): Promise<readonly JsonValue[]> {
  const { query } = await import('jsonpath-rfc9535')
  try {
    return query(document, path)
  } catch (thrown) {
    throw new OperatorError(
      `${path} is no JSONPath: ${messageOf(thrown)}`,
      'Correct `expect` in the config; RFC 9535 describes the language.',
      thrown,
    )
  }
}

async function unmetJson(path: string, answer: Answer, expect: ExpectObject) {
  if (answer.cut) return 'the answer is longer than 1 MiB'
  let document: JsonValue
  try {
    document = JSON.parse(answer.body)
  } catch {
    return 'the answer is not JSON'
  }
  const found = await find(document, path)
  if (found.length === 0) return `${path} is missing`
  const faults = found.map((value) => compare(path, value, expect))
  return faults.find((fault) => fault !== null) ?? null
}

/** What is not as expected, in a few words; null when all is. Throws for a JSONPath that is none. */
export async function unmet(answer: Answer, expect: Expect): Promise<string | null> {
  if (typeof expect === 'string') return unmet(answer, { text: expect })
  const { text, not_text: notText, json } = expect
  if (text !== undefined && !answer.body.includes(text)) return `without ${quote(text)}`
  if (notText !== undefined && answer.body.includes(notText)) return `with ${quote(notText)}`
  return json === undefined ? null : unmetJson(json, answer, expect)
}
