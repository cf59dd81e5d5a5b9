import type { Conversation } from '../../src/contract/handler.ts'
import { t } from '../../src/contract/message.ts'
import type { Block, Text } from '../../src/contract/message.ts'
import type { TaskView } from '../../src/contract/view.ts'
import { byKey } from './pick.ts'

/** What is due first stands first; what has no time yet stands last. */
const byNext = (a: TaskView, b: TaskView): number =>
  (a.next ?? Infinity) - (b.next ?? Infinity) || (a.name < b.name ? -1 : 1)

function taskLine({ name, kind, next, last, running }: TaskView): Text {
  const head = running
    ? t('run-task-running', { name, kind })
    : next === null
      ? t('run-task-waits', { name, kind })
      : t('run-task', { name, kind, next: { time: next, style: 'full' } })
  if (!last) return t('run-task-never', { head })
  return t('run-task-last', {
    head,
    at: { time: last.at, style: 'full' },
    text: { head: last.text },
  })
}

/** What is scheduled, a line each with its next and last run; nothing where nothing is. */
export const taskBlocks = (tasks: readonly TaskView[]): readonly Block[] =>
  tasks.length === 0
    ? []
    : [{ line: t('run-tasks') }, { list: tasks.toSorted(byNext).map(taskLine) }, { gap: true }]

/** The task that a button meant; undefined when it is no longer there. */
export function taskPicked({ house }: Conversation, key: string): TaskView | undefined {
  const all = house.tasks()
  const name = byKey(
    all.map((one) => one.name),
    key,
  )
  return all.find((one) => one.key === key) ?? all.find((one) => one.name === name)
}

/** Shows what it would do, and asks. Which job it becomes is for the house to say. */
export const askForTask = ({ ask }: Conversation, { job, about }: TaskView): Promise<void> =>
  ask({ do: 'job', kind: job, about })
