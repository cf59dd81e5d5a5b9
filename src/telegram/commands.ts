import { distance } from 'fastest-levenshtein'
import type { CommandDefinition, Handler, MenuEntry } from '../contract/handler.ts'
import { mayAct } from '../contract/operator.ts'
import type { Role } from '../contract/operator.ts'

export interface Command {
  readonly name: string
  readonly args: readonly string[]
  /** Meant for a bot of another name. */
  readonly foreign: boolean
  /** Names this bot. */
  readonly addressed: boolean
}

const mostArgs = 20

/** `/name@bot arg arg`; undefined for anything else. `username` is the bot's own. */
export function parseCommand(text: string, username: string): Command | undefined {
  const found = /^\/([a-z0-9_]{1,32})(?:@(\w{1,64}))?(?:\s+([\s\S]*))?$/i.exec(text.trim())
  if (!found) return undefined
  const [, name = '', bot, rest = ''] = found
  const addressed = bot?.toLowerCase() === username.toLowerCase()
  return {
    name: name.toLowerCase(),
    args: rest.split(/\s+/, mostArgs).filter((arg) => arg !== ''),
    foreign: bot !== undefined && !addressed,
    addressed,
  }
}

export interface KnownCommand {
  readonly handler: Handler
  readonly definition: CommandDefinition
}

/** All commands and presses, and who may use them. */
export interface Registry {
  command(name: string): KnownCommand | undefined
  press(verb: string): { readonly handler: Handler; readonly role: Role } | undefined
  /** What a role may use, in the order of the handlers. */
  menu(role: Role): readonly MenuEntry[]
  /** Names a role may use that are close to a mistyped one, nearest first. */
  nearest(name: string, role: Role): readonly string[]
}

/** @throws Error when two handlers claim the same command or press */
export function createRegistry(handlers: readonly Handler[]): Registry {
  const commands = new Map<string, KnownCommand>()
  const presses = new Map<string, { handler: Handler; role: Role }>()
  for (const handler of handlers) {
    for (const [name, definition] of Object.entries(handler.commands)) {
      if (commands.has(name)) throw new Error(`two handlers for /${name}`)
      commands.set(name, { handler, definition })
    }
    for (const [verb, { role }] of Object.entries(handler.presses ?? {})) {
      if (presses.has(verb)) throw new Error(`two handlers for the press ${verb}`)
      presses.set(verb, { handler, role })
    }
  }
  const menu = (role: Role): readonly MenuEntry[] =>
    [...commands]
      .filter(([, { definition }]) => mayAct(role, definition.role))
      .map(
        ([
          name,
          {
            definition: { about, usage },
          },
        ]) => ({ name, about, ...(usage && { usage }) }),
      )
  return {
    command: (name) => commands.get(name),
    press: (verb) => presses.get(verb),
    menu,
    nearest: (name, role) =>
      menu(role)
        .map((entry) => ({ name: entry.name, far: distance(name, entry.name) }))
        .filter((entry) => entry.far <= 2 || (name.length > 1 && entry.name.startsWith(name)))
        .toSorted((a, b) => a.far - b.far)
        .slice(0, 3)
        .map((entry) => entry.name),
  }
}
