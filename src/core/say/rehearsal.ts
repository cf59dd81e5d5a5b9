import { type Block, line, type Message, t } from '../../contract/message.ts'
import type { Rehearsal, RehearsedTry } from '../../contract/rehearsal.ts'

const tryLines = (one: RehearsedTry): Block[] => [
  line(one.ok ? 'rehearsal-acted' : 'rehearsal-in-vain', {
    result: one.result,
    acted: { span: one.acted },
  }),
  ...(one.ok ? [line('rehearsal-verified', { after: one.after, in: { span: one.verified } })] : []),
]

const steps = (id: string, all: readonly string[]): Block[] =>
  all.length === 0
    ? []
    : [{ code: all.flatMap((step) => step.split('\n')), title: t(id), folded: all.length > 1 }]

/** What came of a rehearsal, from the fault to the cleaning up. */
export function rehearsalMessage(at: number, rehearsal: Rehearsal): Message {
  const { fix, kind, is, problem, advice, fault, seen, tries, plan, proof, differs } = rehearsal
  const took = { span: rehearsal.took }
  return {
    about: at,
    blocks: [
      line(`rehearsal-${is}`, { fix, kind, took, problem: problem ?? '' }),
      ...(advice === undefined ? [] : [line('incident-advice', { advice })]),
      ...(fault === undefined ? [] : [line('rehearsal-fault', { fault })]),
      ...(seen
        ? [
            line('rehearsal-seen', {
              after: { span: seen.after },
              saw: seen.saw,
              limit: seen.limit,
            }),
          ]
        : []),
      ...tries.flatMap(tryLines),
      ...(proof === undefined ? [] : [line('rehearsal-proof', { proof })]),
      ...(fault === undefined ? [] : [line(`rehearsal-${rehearsal.clean ? 'clean' : 'left'}`)]),
      ...differs.map((what) => line('rehearsal-differs', { what })),
      ...steps('rehearsal-steps', tries.at(-1)?.steps ?? []),
      ...steps('rehearsal-plan', plan),
    ],
  }
}
