import { z } from 'zod'
import { defineCheck } from '../../src/contract/check.ts'
import type { CheckDefinition } from '../../src/contract/check.ts'
import { defineFix } from '../../src/contract/fix.ts'
import type { Risk } from '../../src/contract/fix.ts'
import type { Metric } from '../../src/contract/metric.ts'
import { bytes, count, duration, flag, number, percent } from '../../src/contract/metric.ts'
import type { Kinds } from '../../src/config/types.ts'

/** Kinds that resemble the real ones in all that the configuration looks at, and probe nothing. */

const check = <P extends z.ZodObject>(
  kind: string,
  params: P,
  metrics: Record<string, Metric>,
  rest: Partial<CheckDefinition<P, string>> = {},
) =>
  defineCheck<P, string>({
    kind,
    summary: kind,
    params,
    metrics,
    defaults: {},
    advice: 'Look at it.',
    probe: async () => [],
    examples: [],
    ...rest,
  })

const nothing = z.strictObject({})
const down = flag('nobody answers')

export const checks = [
  check('cpu', nothing, { used: percent('time busy') }, { defaults: { warning: '> 80% for 5m' } }),
  check(
    'memory',
    nothing,
    { used: percent('used memory'), available: bytes('available memory') },
    { defaults: { warning: '> 85% for 5m', critical: '> 95% for 5m' } },
  ),
  check('swap', nothing, { used: percent('used swap') }, { defaults: { warning: '> 60% for 5m' } }),
  check('load', nothing, { one: number('load average') }, { defaults: { warning: '> 8 for 10m' } }),
  check(
    'disk',
    z.strictObject({ path: z.string().optional() }),
    { used: percent('used space'), free: bytes('free space'), inodes: percent('used inodes') },
    {
      defaults: {
        warning: 'used > 85% or inodes > 85%',
        critical: 'used > 90% or inodes > 90%',
        recover: 'used < 80%',
      },
    },
  ),
  check('log', z.strictObject({ service: z.string() }), { matches: count('matching lines') }),
  check(
    'systemd',
    nothing,
    { failed: flag('unit failed') },
    { conditions: ['failed'], defaults: { every: '2m' } },
  ),
  check('pm2', nothing, { crashes: count('crashes'), down }, { conditions: ['down'] }),
  check(
    'http',
    z.strictObject({
      url: z.url({ protocol: /^https?$/ }),
      headers: z.record(z.string(), z.string()).optional(),
      expect: z
        .strictObject({
          json: z.string().optional(),
          not: z.string().optional(),
          status: z.int().optional(),
        })
        .optional(),
    }),
    {
      down,
      latency: duration('time to answer'),
      p95: duration('95th percentile'),
      unmet: flag('not as expected'),
    },
    {
      conditions: ['unmet'],
      remote: true,
      defaults: { critical: 'down', failures: 3, timeout: '5s' },
    },
  ),
  check(
    'service',
    z.strictObject({
      service: z.string(),
      health: z
        .union([z.url(), z.strictObject({ url: z.url(), timeout: z.string().optional() })])
        .optional(),
    }),
    { down, crashes: count('crashes in an hour') },
    { conditions: ['down'] },
  ),
  check(
    'backup',
    z.strictObject({ backup: z.string() }),
    {
      age: duration('age'),
      failing: duration('time since its runs fail'),
      failed: flag('its last trial failed'),
      overdue: flag('its proof is too old'),
      lag: duration('how far its replica is behind'),
    },
    { conditions: ['failed', 'overdue'], defaults: { warning: 'failing > 6h' } },
  ),
  check(
    'command',
    z.strictObject({
      run: z.union([z.string(), z.array(z.string()).min(1)]),
      env: z.record(z.string(), z.string()).optional(),
    }),
    { failed: flag('exit code not 0') },
    { conditions: ['failed'] },
  ),
]

const fix = (kind: string, risk: Risk, params: z.ZodObject, hold?: string) =>
  defineFix<z.ZodObject, null>({
    kind,
    summary: kind,
    risk,
    params,
    ...(hold !== undefined && { hold }),
    look: async () => null,
    plan: () => [],
    act: async () => ({ result: '' }),
  })

export const fixes = [
  fix('restart', 'disruptive', z.strictObject({ service: z.string() }), '10s'),
  fix('command', 'disruptive', z.strictObject({ run: z.array(z.string()).min(1) })),
  fix(
    'clean-files',
    'safe',
    z.strictObject({
      paths: z.array(
        z.string().refine((path) => !path.includes('..'), 'expected a path without ..'),
      ),
      older_than: z.string(),
    }),
  ),
]

export const kinds: Kinds = {
  checks: new Map(checks.map((one) => [one.kind, one])),
  fixes: new Map(fixes.map((one) => [one.kind, one])),
}
