import { messageOf } from '../contract/error.ts'

/**
 * Adds the variables of an `.env` file to the environment; what is set already stays. A file that
 * does not exist says nothing. Returns what is wrong with one that does.
 */
export function loadEnv(file: string): string | undefined {
  try {
    process.loadEnvFile(file)
    return undefined
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    return code === 'ENOENT' ? undefined : `${file} cannot be read: ${messageOf(thrown)}`
  }
}
