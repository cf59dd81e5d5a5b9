import type { Memory, StepContext } from '../../../src/flow/jobs/kind.ts'

/** The little that the steps of a swap of files need where no service is stopped. */
export function unservedContext(): StepContext<Memory> {
  const { signal } = new AbortController()
  const source = { kind: 'paths', paths: [] }
  const context = {
    host: () => ({ name: 'main' }),
    backup: () => ({
      name: 'app-db',
      host: 'main',
      source,
      repository: '/',
      password: 'secret words',
      env: {},
    }),
    scratch: (name: string) => `/nowhere/${name}`,
    remember: () => undefined,
    redact: (text: string) => text,
    say: () => undefined,
    signal,
  }
  // As much of it as these steps use.
  return context as unknown as StepContext<Memory>
}
