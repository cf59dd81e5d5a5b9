import { readdirSync, readFileSync } from 'node:fs'
import { FluentBundle, FluentResource } from '@fluent/bundle'
import type { Arg, Block, Message, Text } from '../../src/contract/message.ts'

const folder = new URL('../../locales/', import.meta.url)

const resources = readdirSync(folder)
  .filter((name) => /^en\..*ftl$/.test(name))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))

const bundle = new FluentBundle('en', { useIsolating: false })
for (const text of resources) bundle.addResource(new FluentResource(text))

/** The ids of all English texts, in the order of the files. */
export const textIds: readonly string[] = resources.flatMap((text) =>
  [...text.matchAll(/^([a-z][\w-]*) =/gim)].map(([, id = '']) => id),
)

/** The names of the arguments that a text uses anywhere in it. */
export function variablesOf(id: string): readonly string[] {
  const pattern = JSON.stringify(bundle.getMessage(id)?.value ?? '')
  const names = [...pattern.matchAll(/"type":"var","name":"(\w+)"/g)].map(([, name = '']) => name)
  return [...new Set(names)].toSorted()
}

const isText = (arg: Arg): arg is Text => typeof arg === 'object' && 'id' in arg

function faultsOfText({ id, args = {}, pattern }: Text): readonly string[] {
  const inner = Object.values(args).filter(isText).flatMap(faultsOfText)
  const value = bundle.getMessage(id)?.value
  if (!value) return pattern === undefined ? [`there is no text ${id}`, ...inner] : inner
  const errors: Error[] = []
  const plain = Object.entries(args).map(([name, arg]): [string, string | number] => [
    name,
    typeof arg === 'number' ? arg : typeof arg === 'string' ? arg : 'x',
  ])
  bundle.formatPattern(value, Object.fromEntries(plain), errors)
  return [...errors.map((error) => `${id}: ${error.message}`), ...inner]
}

const textsOf = (block: Block): readonly Text[] => {
  if ('line' in block) return [block.line]
  if ('list' in block) return block.list
  if ('quote' in block) return block.quote
  return 'code' in block && block.title ? [block.title] : []
}

/** What is wrong with the texts of a message: missing ones, and missing arguments. */
export const faultsOf = ({ blocks, buttons = [] }: Message): readonly string[] =>
  [...blocks.flatMap(textsOf), ...buttons.flat().map((button) => button.label)].flatMap(
    faultsOfText,
  )
