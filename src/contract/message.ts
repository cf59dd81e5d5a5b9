import type { Unit, Value } from './metric.ts'

/**
 * A value inside a text. Strings are data and are escaped; the tagged forms are put into words when
 * the message is rendered for its reader.
 */
export type Arg =
  | string
  | number
  | { readonly time: number; readonly style?: 'time' | 'date' | 'full' | 'relative' }
  /** Milliseconds. */
  | { readonly span: number }
  | { readonly value: Value; readonly unit: Unit }
  | { readonly code: string }
  /** The first line of it alone. */
  | { readonly head: Text }
  | Text

/** Words to be: the id of a Fluent message and what goes into it. */
export interface Text {
  readonly id: string
  readonly args?: Readonly<Record<string, Arg>>
  /** Fluent pattern in English for texts that travel with a plug-in or a config file. */
  readonly pattern?: string
}

/** Parts of a message, from top to bottom. */
export type Block =
  | { readonly line: Text }
  | { readonly gap: true }
  | { readonly list: readonly Text[] }
  /** Preformatted lines under an optional title; folded away where `folded` is set. */
  | { readonly code: readonly string[]; readonly title?: Text; readonly folded?: boolean }
  | { readonly quote: readonly Text[]; readonly folded?: boolean }

export interface Button {
  readonly label: Text
  /** `verb:argument`, at most 64 bytes. */
  readonly press: string
  readonly style?: 'danger' | 'success' | 'primary'
}

/** A file sent along; the blocks become its caption. */
export interface Attachment {
  readonly name: string
  readonly text: string
}

/** A message as data. Limits, escaping and language are the renderer's business. */
export interface Message {
  readonly blocks: readonly Block[]
  readonly buttons?: readonly (readonly Button[])[]
  readonly file?: Attachment
  /** Epoch milliseconds of what it tells; a much later delivery is marked as late. */
  readonly about?: number
}

/** Where a message goes. */
export interface Chat {
  readonly id: number
  readonly topic?: number
}

/** Shorthand for a {@link Text}. */
export const t = (id: string, args?: Readonly<Record<string, Arg>>): Text =>
  args === undefined ? { id } : { id, args }

/** What was measured, of which parts of a second say nothing. */
export const roughly = (span: number): Arg => (span < 1000 ? t('under-a-second') : { span })

/** Data that stands alone as a line: it is shown as it is. */
export const verbatim = (text: string): Text => t('verbatim', { text })

/** Shorthands for {@link Block}s. */
export const line = (id: string, args?: Readonly<Record<string, Arg>>): Block => ({
  line: t(id, args),
})
export const gap: Block = { gap: true }
