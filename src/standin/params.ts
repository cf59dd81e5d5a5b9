import { badRequest } from './refusal.ts'

/** A file that came in a multipart body. */
export interface Upload {
  readonly name: string
  readonly mime: string
  readonly bytes: Uint8Array
}

/** The parameters of one call, from query, JSON or form; nested values may still be JSON text. */
export interface Params {
  readonly values: Readonly<Record<string, unknown>>
  readonly files: ReadonlyMap<string, Upload>
}

/** Whether the call names the parameter at all. */
export function given(params: Params, name: string): boolean {
  const value = params.values[name]
  return value !== undefined && value !== null && value !== ''
}

/** A parameter as text; absent is empty, numbers are written out. */
export function string(params: Params, name: string): string {
  const value = params.values[name]
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A parameter as an integer, `undefined` when it is absent or no integer. */
export function integer(params: Params, name: string): number | undefined {
  const text = string(params, name).trim()
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** A parameter as yes or no, in every spelling that Telegram takes for yes. */
export function flag(params: Params, name: string): boolean {
  return /^(?:true|yes|1)$/i.test(string(params, name))
}

/**
 * A parameter that is an object, also when it came as JSON text.
 *
 * @throws Refusal when it is anything else
 */
export function record(params: Params, name: string): Readonly<Record<string, unknown>> {
  const value = decoded(params, name)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`object expected as ${name.replaceAll('_', ' ')}`)
  }
  return value as Record<string, unknown>
}

/**
 * A parameter that is a list, also when it came as JSON text; absent is empty.
 *
 * @throws Refusal when it is anything else
 */
export function list(params: Params, name: string): readonly unknown[] {
  if (!given(params, name)) return []
  const value = decoded(params, name)
  if (!Array.isArray(value)) throw badRequest(`expected an Array of ${name.replaceAll('_', ' ')}`)
  return value
}

/** Parameters that stand inside another one. */
export function nested(value: unknown): Params {
  const isObject = typeof value === 'object' && value !== null
  return { values: isObject ? (value as Record<string, unknown>) : {}, files: new Map() }
}

function decoded(params: Params, name: string): unknown {
  const value = params.values[name]
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    throw badRequest(`can't parse ${name.replaceAll('_', ' ')} JSON object`)
  }
}
