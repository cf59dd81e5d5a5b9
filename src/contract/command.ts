import type { Command } from './host.ts'

/** Words that a shell would take as they are. */
const plain = /^[\w@%+=:,./-]+$/

/** A command as a person would type it; for eyes only, it is never run from that. */
export const shownCommand = (command: Command): string =>
  typeof command === 'string'
    ? command
    : command.map((word) => (plain.test(word) ? word : JSON.stringify(word))).join(' ')
