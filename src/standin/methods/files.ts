import { given, string } from '../params.ts'
import type { Params } from '../params.ts'
import { badRequest } from '../refusal.ts'
import { captionOf } from '../text/formatted.ts'
import { pixels, wireFile } from '../wire.ts'
import { keep } from '../world.ts'
import type { StoredFile, World } from '../world.ts'
import { deliver } from './send.ts'

const maxFiles = 200
const downloadBytes = 20 * 1024 * 1024
const photoBytes = 10 * 1024 * 1024
/** Width and height together. core.telegram.org/bots/api#sendphoto */
const photoPixels = 10_000

/** core.telegram.org/bots/api#senddocument, from an upload or a `file_id`. */
export function sendDocument(world: World, params: Params): unknown {
  return deliver(world, params, {
    ...captionOf(params),
    document: fileOf(world, params, 'document'),
  })
}

/**
 * core.telegram.org/bots/api#sendphoto: a PNG, JPEG or WebP of at most 10 MB.
 *
 * @throws Refusal `IMAGE_PROCESS_FAILED` for what is no picture, `PHOTO_INVALID_DIMENSIONS` for a PNG too large
 */
export function sendPhoto(world: World, params: Params): unknown {
  const caption = captionOf(params)
  const photo = fileOf(world, params, 'photo')
  if (photo.bytes.length > photoBytes) throw badRequest('file is too big')
  if (!isPicture(photo.bytes)) throw badRequest('IMAGE_PROCESS_FAILED')
  const { width, height } = pixels(photo.bytes)
  if (width + height > photoPixels) throw badRequest('PHOTO_INVALID_DIMENSIONS')
  return deliver(world, params, { ...caption, photo })
}

/** core.telegram.org/bots/api#getfile: up to 20 MB; the last 200 files can be had. */
export function getFile(world: World, params: Params): unknown {
  const file = world.files.get(string(params, 'file_id'))
  if (file === undefined) throw badRequest('wrong file_id or the file is temporarily unavailable')
  if (file.bytes.length > downloadBytes) throw badRequest('file is too big')
  const { file_id, file_unique_id, file_size } = wireFile(file)
  return { file_id, file_unique_id, file_size, file_path: filePath(file) }
}

/** The file behind the `file_path` of getFile. */
export function fileAt(world: World, path: string): StoredFile | undefined {
  return [...world.files.values()].find((file) => filePath(file) === path)
}

function filePath(file: StoredFile): string {
  return `documents/${file.file_id}`
}

function fileOf(world: World, params: Params, kind: 'document' | 'photo'): StoredFile {
  const reference = string(params, kind)
  const part = reference.startsWith('attach://') ? reference.slice('attach://'.length) : kind
  const upload = params.files.get(part)
  if (upload === undefined) {
    const known = world.files.get(reference)
    if (known !== undefined) return known
    throw badRequest(
      given(params, kind)
        ? 'wrong remote file identifier specified'
        : `there is no ${kind} in the request`,
    )
  }
  if (upload.bytes.length === 0) throw badRequest('file must be non-empty')
  const file: StoredFile = { ...upload, file_id: `BQACAgIAAx${newNumber(world)}` }
  keep(world.files, file.file_id, file, maxFiles)
  return file
}

function newNumber(world: World): string {
  world.counters.file += 1
  return String(world.counters.file).padStart(8, '0')
}

function isPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  return /^(?:\x89PNG|\xff\xd8\xff|RIFF.{4}WEBP)/s.test(head)
}
