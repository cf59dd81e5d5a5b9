import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FluentBundle, FluentResource } from '@fluent/bundle'
import type { FluentVariable } from '@fluent/bundle'
import type { Text } from '../contract/message.ts'
import { argHtml } from './args.ts'
import { clean, clip, escapeHtml, plainOf } from './html.ts'

/** Texts in the reader's language. */
export interface Words {
  /** Telegram HTML; no piece of data in it is longer than `longest` UTF-16 units. */
  html(text: Text, longest?: number): string
  plain(text: Text, longest?: number): string
}

export interface WordsOptions {
  /** As in the file names of `folder`: `en`. */
  readonly language: string
  /** Holds `LANG.ftl` and `LANG.*.ftl`; English is what others fall back to. */
  readonly folder: string
  /** IANA zone for times. */
  readonly zone: string
  /** Epoch milliseconds. */
  now(): number
}

type Variables = Record<string, FluentVariable>
const fallback = 'en'
const keptPatterns = 500

/**
 * Loads the texts of a language.
 *
 * @throws Error when the folder or English is missing
 */
export function createWords(options: WordsOptions): Words {
  const bundles = [...new Set([options.language, fallback])].map((language) =>
    bundleOf(language, options.folder),
  )
  const say = sayer(bundles, createPatterns(options.language))
  const html = (text: Text, longest = Infinity): string => {
    const nested = (inner: Text): string => html(inner, longest)
    const reader = {
      zone: options.zone,
      locale: options.language,
      now: options.now(),
      longest,
      say: nested,
    }
    const variables: Variables = {}
    for (const [name, arg] of Object.entries(text.args ?? {}))
      variables[name] = argHtml(arg, reader)
    return say(text, variables, longest)
  }
  return { html, plain: (text, longest) => plainOf(html(text, longest)) }
}

type Patterns = (pattern: string, variables: Variables) => string | undefined

const sayer =
  (bundles: readonly FluentBundle[], patterns: Patterns) =>
  ({ id, pattern }: Text, variables: Variables, longest: number): string => {
    for (const bundle of bundles) {
      const value = bundle.getMessage(id)?.value
      // Collecting the errors keeps Fluent from throwing: a text with a hole is better than none.
      if (value) return bundle.formatPattern(value, variables, [])
    }
    if (pattern === undefined) return escapeHtml(id)
    return patterns(pattern, variables) ?? escapeHtml(clip(clean(pattern), longest))
  }

function bundleOf(language: string, folder: string): FluentBundle {
  const bundle = new FluentBundle(language, { useIsolating: false })
  const files = readdirSync(folder)
    .filter((name) => name.startsWith(`${language}.`) && name.endsWith('.ftl'))
    .toSorted()
  if (files.length === 0 && language === fallback)
    throw new Error(`no ${language}.ftl in ${folder}`)
  for (const file of files) {
    bundle.addResource(new FluentResource(readFileSync(join(folder, file), 'utf8')))
  }
  return bundle
}

/**
 * Texts that came with a plug-in or the config file. They are plain words: markup in them is shown,
 * not obeyed. What is not Fluent (`{print $1}`) gives undefined.
 */
function createPatterns(language: string): Patterns {
  const compiled = new Map<string, FluentBundle>()
  const compile = (pattern: string): FluentBundle => {
    const known = compiled.get(pattern)
    if (known) return known
    const bundle = new FluentBundle(language, { useIsolating: false, transform: escapeHtml })
    const indented = clean(pattern).trim().replace(/\n/g, '\n    ')
    bundle.addResource(new FluentResource(`pattern = ${indented}`))
    if (compiled.size >= keptPatterns) compiled.clear()
    compiled.set(pattern, bundle)
    return bundle
  }
  return (pattern, variables) => {
    const bundle = compile(pattern)
    const value = bundle.getMessage('pattern')?.value
    if (!value || /\{\s*"/.test(pattern)) return undefined
    return bundle.formatPattern(value, variables, [])
  }
}
