import type { Options } from './options.ts'
export async function selfTest(_options: Options, write: (line: string) => void): Promise<number> {
  write('x')
  return 1
}
