import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const endings: (() => Promise<void> | void)[] = []

/** Something to be undone when the row is over, or when the whole is interrupted; the last one first. */
export const atEnd = (undo: () => Promise<void> | void): void => void endings.push(undo)

/** Ends whatever a row has started. */
export async function reapAll(): Promise<void> {
  for (let undo = endings.pop(); undo; undo = endings.pop())
    await Promise.resolve(undo()).catch(() => undefined)
}

/** A directory of its own, gone at the end. */
export function place(): string {
  const path = mkdtempSync(join(tmpdir(), 'mechanic-bench-'))
  atEnd(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }))
  return path
}

/** SIGTERM, and SIGKILL for what does not heed it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill()
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(late)
}

export interface Spawned {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Node as `npm start` runs it, with a channel for messages; ended with the row. */
export function startNode({ args, env = {}, cwd = resolve('.') }: Spawned): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  atEnd(() => end(child))
  return child
}

/** @throws Error when the process ends, or nothing comes within `ms` milliseconds */
function messageFrom<T>(child: ChildProcess, ms: number): Promise<T> {
  const { promise, resolve: take, reject } = Promise.withResolvers<T>()
  const gone = (): void => reject(new Error('a process of the bench ended too early'))
  const late = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms)
  child.once('message', take)
  child.once('exit', gone)
  return promise.finally(() => {
    clearTimeout(late)
    child.off('message', take)
    child.off('exit', gone)
  })
}

/** What a program says when it is ready; what it does not have is empty. */
export interface Ready {
  readonly ports: readonly number[]
  readonly root: string
  readonly token: string
}

/** One of the programs in `processes/`, once it has said that it is ready. */
export async function startProcess(
  name: string,
  settings: object,
  flags: readonly string[] = [],
): Promise<{ readonly child: ChildProcess; readonly ready: Ready }> {
  const file = resolve(import.meta.dirname, '../processes', name)
  const child = startNode({ args: [...flags, file, JSON.stringify(settings)] })
  const said = await messageFrom<Partial<Ready>>(child, 20_000)
  const ready = { ports: [], root: '', token: '', ...said }
  return { child, ready }
}

/** Sends a question and waits for the answer. */
export async function ask<T>(child: ChildProcess, question: object): Promise<T> {
  const answer = messageFrom<T>(child, 60_000)
  child.send(question)
  return answer
}
