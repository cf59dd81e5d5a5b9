import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { leaks } from '../secrets.ts'
import { type Invariant, messagesOfBot } from './sight.ts'

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

/** No planted secret is in the state directory, the logs, the output, a message, or an answer over HTTP. */
export const noSecret: Invariant = async ({ arena }) => {
  const texts: (readonly [string, string])[] = [['its output', arena.said()]]
  for (const file of filesIn(arena.home)) texts.push([file, readFileSync(file, 'latin1')])
  for (const path of ['/health', '/metrics'])
    texts.push([path, (await arena.get(path))?.text ?? ''])
  for (const { method, params } of arena.standin.calls) texts.push([method, JSON.stringify(params)])
  for (const { document } of messagesOfBot(arena))
    if (document) texts.push([document.name, Buffer.from(document.bytes).toString()])
  const found = texts.flatMap(([where, text]) =>
    leaks(text).map((name) => `${name} is in ${where}`),
  )
  return [...new Set(found)]
}
