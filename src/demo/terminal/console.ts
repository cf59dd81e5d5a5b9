import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline'
import type { Interface } from 'node:readline'

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

/** A stream that may be a terminal. */
export interface MaybeTerminal {
  readonly isTTY?: boolean
}

/** Whether somebody can type into one and read the other. */
export const isTerminal = (input: MaybeTerminal, output: MaybeTerminal): boolean =>
  input.isTTY === true && output.isTTY === true

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
  /** The cursor stands behind the prompt. */
  let asking = false

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
      if (asking) output.write('\n')
    })
    return made
  }

  const ask = (from: Interface): void => {
    if (!interactive || closed) return
    asking = true
    from.prompt()
  }

  async function* read(): AsyncIterable<string> {
    // A closed interface never says again that it is.
    if (closed) return
    const from = open()
    rl = from
    ask(from)
    for await (const line of from) {
      asking = false
      const text = line.trim()
      if (!interactive && text !== '') output.write(`${prompt}${text}\n`)
      yield text
      ask(from)
    }
  }

  return {
    print(text) {
      if (rl !== undefined && asking && !closed) printAbove(rl, output, text)
      else output.write(`${text}\n`)
    },
    lines: read,
    close() {
      closed = true
      rl?.close()
    },
  }
}
