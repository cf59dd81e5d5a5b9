import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const shared = {
  pool: 'forks',
  restoreMocks: true,
  // A test that hangs fails; one on a busy machine does not.
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const

export default defineConfig({
  test: {
    // Tests wait for sockets and processes more than they compute: no core is left idle.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{real,booted}.test.ts'],
          // The modules are loaded once, which is half of the time.
          isolate: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          fileParallelism: false,
        },
      },
      {
        // For a machine whose init is systemd: it starts and stops units of its own.
        test: { ...shared, name: 'booted', include: ['test/**/*.booted.test.ts'] },
      },
    ],
  },
})
