import { createHash } from 'node:crypto'

/** Short for something that was shown to a person: what is done later has to be the same. */
export const fingerprint = (shown: unknown): string =>
  createHash('sha256').update(JSON.stringify(shown)).digest('base64url')
