import type { IncomingMessage } from 'node:http'
import { badRequest, Refusal } from './refusal.ts'
import type { Params, Upload } from './params.ts'

/** core.telegram.org/bots/api#sending-files: 50 MB, and something for the rest of the form. */
const maxBytes = 51 * 1024 * 1024

/**
 * Reads what a call passes in its query and its body: JSON, urlencoded or multipart.
 * core.telegram.org/bots/api#making-requests
 *
 * @throws Refusal 413 for more than 50 MB, 400 for a body that does not parse
 */
export async function readParams(
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Params> {
  const body = await readBody(request)
  const inQuery = Object.fromEntries(query)
  if (body.length === 0) return { values: inQuery, files: new Map() }
  const type = request.headers['content-type'] ?? ''
  const inBody = /^application\/json\b/i.test(type) ? fromJson(body) : await fromForm(body, type)
  return { values: { ...inQuery, ...inBody.values }, files: inBody.files }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // Read on to the end, or the client would see a broken pipe instead of the answer.
    if (size <= maxBytes) chunks.push(chunk)
  }
  if (size > maxBytes) throw new Refusal(413, 'Request Entity Too Large')
  return Buffer.concat(chunks)
}

function fromJson(body: Buffer): Params {
  let values: unknown
  try {
    values = JSON.parse(body.toString())
  } catch {
    throw badRequest("can't parse JSON object")
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw badRequest('object expected')
  }
  return { values: values as Record<string, unknown>, files: new Map() }
}

async function fromForm(body: Buffer, type: string): Promise<Params> {
  const values: Record<string, string> = {}
  const files = new Map<string, Upload>()
  for (const [name, value] of await parseForm(body, type)) {
    if (typeof value === 'string') values[name] = value
    else files.set(name, await upload(value))
  }
  return { values, files }
}

async function parseForm(body: Buffer, type: string): Promise<Iterable<[string, string | File]>> {
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': type },
    }).formData()
    return form.entries() as Iterable<[string, string | File]>
  } catch {
    throw badRequest("can't parse the request body")
  }
}

async function upload(file: File): Promise<Upload> {
  const mime = file.type === '' ? 'application/octet-stream' : file.type
  return { name: file.name, mime, bytes: new Uint8Array(await file.arrayBuffer()) }
}
