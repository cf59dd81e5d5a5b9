import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline'
import type { Interface } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'

/** Where the person sits: what they type comes in lines, what happens is printed above the prompt. */
export interface Console {
  print(text: string): void
  /** Ends at the end of the input, or with `close`. To be asked for once. */
  lines(): AsyncIterable<string>
  close(): void
}

export interface ConsoleParts {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  /** Both are a terminal: there is a prompt, history and completion. */
  readonly interactive: boolean
  readonly prompt: string
  /** Everything that Tab may complete to. */
  words(): readonly string[]
  /** Ctrl-C. */
  interrupted(): void
}

/** Whether somebody can type into one and read the other. */
export const isTerminal = (
  input: Pick<ReadStream, 'isTTY'>,
  output: Pick<WriteStream, 'isTTY'>,
): boolean => input.isTTY === true && output.isTTY === true

/** Prints above what is being typed, which stays as it is, cursor included. */
function printAbove(rl: Interface, output: NodeJS.WritableStream, text: string): void {
  const { rows } = rl.getCursorPos()
  moveCursor(output, 0, -rows)
  cursorTo(output, 0)
  clearScreenDown(output)
  // readline goes up as many rows as its cursor stood below the prompt: give it those rows.
  output.write(`${text}\n${'\n'.repeat(rows)}`)
  rl.prompt(true)
}

/** A console; nothing is read before `lines` is called. */
export function createConsole(parts: ConsoleParts): Console {
  const { input, output, interactive, prompt } = parts
  let rl: Interface | undefined
  let closed = false

  const open = (): Interface => {
    const completer = (line: string): [string[], string] => [
      parts.words().filter((word) => word.startsWith(line)),
      line,
    ]
    const made = interactive
      ? createInterface({ input, output, prompt, completer, terminal: true })
      : createInterface({ input, terminal: false })
    made.on('SIGINT', parts.interrupted)
    made.once('close', () => {
      closed = true
    })
    return made
  }

  async function* read(from: Interface): AsyncIterable<string> {
    if (interactive) from.prompt()
    for await (const line of from) {
      const text = line.trim()
      if (!interactive && text !== '') output.write(`${prompt}${text}\n`)
      yield text
      if (interactive && !closed) from.prompt()
    }
  }

  return {
    print(text) {
      if (rl !== undefined && interactive && !closed) printAbove(rl, output, text)
      else output.write(`${text}\n`)
    },
    lines() {
      rl = open()
      if (closed) rl.close()
      return read(rl)
    },
    close() {
      closed = true
      rl?.close()
    },
  }
}
