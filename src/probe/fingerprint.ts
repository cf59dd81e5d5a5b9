import { createHash } from 'node:crypto'

/**
 * Stands for a value in a stored plan, so that a plan can be told from another without keeping what may
 * be secret in it. 12 hexadecimal digits; arrays and objects by their JSON.
 */
export const fingerprint = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex')
    .slice(0, 12)
