import { OperatorError } from '../../contract/error.ts'
import type { Terminal } from './terminal.ts'

/** A terminal that may be told to take every default without asking. */
export interface Questions extends Terminal {
  /** Nobody is asked: `--yes`. */
  readonly silent: boolean
  /** @param fallback what Enter, the end of the input and `--yes` mean */
  confirm(question: string, fallback: boolean): Promise<boolean>
  /**
   * Asks until `read` takes the answer.
   *
   * @param read the value, or what is wrong with the answer
   * @throws OperatorError after three wrong answers from a pipe
   */
  choose<T>(question: string, fallback: string, read: Read<T>): Promise<T>
}

type Read<T> = (answer: string) => { readonly value: T } | { readonly problem: string }

const mostWrong = 3

const yesOrNo: Read<boolean | null> = (answer) => {
  if (answer === '') return { value: null }
  if (/^y(?:es)?$/i.test(answer)) return { value: true }
  return /^no?$/i.test(answer) ? { value: false } : { problem: 'Please answer y or n.' }
}

/** Asks on a terminal; with `silent` it takes the defaults. */
export function createQuestions(terminal: Terminal, silent: boolean): Questions {
  const interactive = terminal.interactive && !silent
  const asked = async <T>(question: string, fallback: string, read: Read<T>): Promise<T> => {
    for (let wrong = 0; ; wrong++) {
      const line = silent ? null : await terminal.ask(question)
      const found = read(line === null || line === '' ? fallback : line)
      if ('value' in found) return found.value
      if (line === null || (!interactive && wrong + 1 >= mostWrong))
        throw new OperatorError(found.problem)
      terminal.say(`  ${found.problem}`)
    }
  }
  return {
    ...terminal,
    interactive,
    silent,
    choose: (question, fallback, read) => asked(`${question} [${fallback}]`, fallback, read),
    async confirm(question, fallback) {
      const answer = await asked(`${question} [${fallback ? 'Y/n' : 'y/N'}]`, '', yesOrNo)
      return answer ?? fallback
    },
  }
}
