import { z } from 'zod'
import { defineCheck } from '../src/contract/check.ts'
import { bytes, count, duration, number } from '../src/contract/metric.ts'
import { durationParam } from '../src/contract/units.ts'
import { patternProblem } from '../src/probe/log/match.ts'
import { describeLog, logEvidence } from '../src/probe/log/say.ts'
import { lastState, watchLog } from '../src/probe/log/watch.ts'

const minute = 60_000
const usualWindow = 5 * minute
const usualForget = 7 * 24 * 60 * minute

const pattern = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const message = patternProblem(text)
    if (message !== null) context.addIssue({ code: 'custom', message })
  })

const listOf = <T extends z.ZodType>(one: T) =>
  z.union([one.transform((value) => [value]), z.array(one).min(1)])

const path = z.string().regex(/^(?:\/|~\/)/, 'expected an absolute path or one that begins with ~/')

const params = z
  .strictObject({
    files: listOf(path).optional().describe('a file, a glob, or a list of them'),
    service: z
      .string()
      .min(1)
      .optional()
      .describe('in place of `files`: the log of this service, as PM2 or systemd keeps it'),
    match: listOf(pattern)
      .optional()
      .describe(
        'lines that count: a regular expression of RE2, between slashes for flags (`/…/i`), or a list; without it the lines that tell of errors',
      ),
    ignore: listOf(pattern).default([]).describe('lines that never count, likewise'),
    window: durationParam
      .refine((ms) => ms >= minute, 'expected at least 1m')
      .default(usualWindow)
      .describe('the time over which lines are counted; default 5m'),
    forget: durationParam
      .default(usualForget)
      .describe('a pattern that did not come for so long is new again; default 7d'),
  })
  .refine((of) => (of.files === undefined) !== (of.service === undefined), {
    message: 'expected either files or service',
  })

export default defineCheck({
  kind: 'log',
  summary: 'Lines of a log that tell of errors or match, counted by pattern.',
  params,
  metrics: {
    matches: count('matching lines in the window'),
    rate: number('matching lines a minute'),
    new: count('patterns never seen before'),
    silent: duration('without any line'),
    skipped: bytes('skipped unread'),
  },
  defaults: { warning: 'new > 0 or rate > 10' },
  advice: 'Read the lines below for the cause, and the log around them for what came before.',
  probe: async (settings, context) => {
    const state = await watchLog(settings, context)
    // Nothing found in a part of the window is no proof that there was nothing.
    const known = state.whole || state.matches > 0
    return [
      {
        subject: '',
        metrics: {
          matches: known ? state.matches : null,
          rate: known ? state.rate : null,
          new: state.whole || state.news !== 0 ? state.news : null,
          silent: state.silent,
          skipped: state.skipped,
        },
        saw: describeLog(state, settings.window, context.redact),
      },
    ]
  },
  evidence: async ({ window }, _, context) => {
    const sum = lastState(context)
    return sum === null ? [] : logEvidence(sum, window, context.redact)
  },
  examples: [
    {
      title: 'A file with errors of two patterns, one of which is new',
      params: { files: '/srv/shop/log/error.log' },
      facts: {
        read: [
          '2027-01-15T07:01:12Z ERROR connect ECONNREFUSED 10.0.0.5:5432',
          '2027-01-15T07:57:03Z INFO 200 GET /cart in 12 ms, 0 errors',
          '2027-01-15T07:58:10Z ERROR connect ECONNREFUSED 10.0.0.6:5432',
          '2027-01-15T07:58:40Z ERROR connect ECONNREFUSED 10.0.0.5:5432',
          '2027-01-15T07:59:59Z ERROR order 8123 has no customer',
          '',
        ].join('\n'),
      },
      readings: [
        {
          subject: '',
          metrics: { matches: 3, rate: 0.6, new: 1, silent: 0, skipped: 0 },
          saw: '3 lines in 5m, 2 patterns, 1 new: 2× ERROR connect ECONNREFUSED <ip>',
        },
      ],
    },
    {
      title: 'The journal of a service, and a regular expression',
      params: { service: 'gateway', match: '/timeout after \\d+ ?ms/i', ignore: 'retrying' },
      facts: {
        page: {
          lines: [
            { text: 'Timeout after 350 ms, retrying', at: 1_799_999_990_000, error: false },
            { text: 'Timeout after 900ms: giving up', at: 1_799_999_995_000, error: true },
          ],
          cursor: 's=0123;i=2',
          skipped: false,
        },
      },
      readings: [
        {
          subject: '',
          metrics: { matches: 1, rate: 0.2, new: 1, silent: 5000, skipped: 0 },
          saw: '1 line in 5m, 1 pattern, 1 new: Timeout after <n>: giving up',
        },
      ],
    },
    {
      title: 'A file that is not there yet',
      params: { files: '/var/log/app.log', match: 'panic' },
      facts: { read: null },
      readings: [
        {
          subject: '',
          metrics: { matches: 0, rate: 0, new: 0, silent: 0, skipped: 0 },
          saw: 'no such file yet',
        },
      ],
    },
  ],
})
