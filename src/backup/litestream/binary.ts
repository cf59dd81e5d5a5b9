import { accessSync, constants } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { OperatorError } from '../../contract/error.ts'

/** Where npm has put Litestream for this machine: @flydotio/litestream brings a package a platform. */
const placeOf = (platform: string): string =>
  fileURLToPath(import.meta.resolve(`@flydotio/litestream-${platform}/package.json`)).replace(
    /package\.json$/,
    'litestream',
  )

/**
 * The path of Litestream's program.
 *
 * @param platform as npm names it: linux-x64
 * @throws OperatorError where there is none for this machine
 */
export function litestreamProgram(platform = `${process.platform}-${process.arch}`): string {
  try {
    const path = placeOf(platform)
    accessSync(path, constants.X_OK)
    return path
  } catch (error) {
    throw new OperatorError(
      `Litestream is not installed for ${platform}`,
      'run `npm ci` without --omit=optional in the directory of Mechanic; it exists for linux-x64, linux-arm64, darwin-x64 and darwin-arm64',
      error,
    )
  }
}
