import { match } from '../../flow/match.ts'

/** A branch or a tag of the clone. */
export interface Ref {
  /** refs/heads/main */
  readonly full: string
  /** main */
  readonly name: string
  /** Of what it points to: a commit, or an annotated tag. */
  readonly id: string
}

/** for-each-ref's format that `parseRefs` reads. No name of a ref holds a blank: git-check-ref-format(1). */
export const refFormat = '%(objectname) %(refname)'

const line = /^([0-9a-f]{40}) (refs\/(?:heads|tags)\/(.+))$/

/** Pure: the branches and tags that for-each-ref lists. A line that was cut is left out. */
export const parseRefs = (out: string): readonly Ref[] =>
  out.split('\n').flatMap((text) => {
    const [, id, full, name] = line.exec(text) ?? []
    return id === undefined || full === undefined || name === undefined ? [] : [{ full, name, id }]
  })

/** Longer than any name of a ref that a file system holds. */
const longest = 1000

/** ref: a branch or tag · id: perhaps a commit id, or its beginning · two: a branch and a tag · none. */
export type Found =
  | { readonly kind: 'ref'; readonly ref: Ref }
  | { readonly kind: 'id'; readonly digits: string }
  | { readonly kind: 'two'; readonly refs: readonly Ref[] }
  | { readonly kind: 'none'; readonly nearest: readonly string[] }

/**
 * Pure: what a person meant. The whole name of a branch or a tag, with or without `refs/…/`, goes before
 * the beginning of a commit id; 40 digits are always an id, as for git: gitrevisions(7).
 */
export function findRef(refs: readonly Ref[], wanted: string): Found {
  if (/^[0-9a-f]{40}$/i.test(wanted)) return { kind: 'id', digits: wanted.toLowerCase() }
  const same = refs.filter(({ name, full }) => name === wanted || full === wanted)
  const [first, second] = same
  if (first !== undefined)
    return second === undefined || second.id === first.id
      ? { kind: 'ref', ref: first }
      : { kind: 'two', refs: same }
  if (/^[0-9a-f]{7,39}$/i.test(wanted)) return { kind: 'id', digits: wanted.toLowerCase() }
  return { kind: 'none', nearest: nearest(refs, wanted) }
}

/** Pure: the names of refs that somebody may have meant, at most 5. */
export function nearest(refs: readonly Ref[], wanted: string): readonly string[] {
  if (wanted === '' || wanted.length > longest) return []
  const found = match(new Map(refs.map(({ name }) => [name, name])), wanted.slice(0, 100))
  return 'found' in found ? [found.found] : found.nearest
}

/** What a person wrote, short and on one line, with nothing in it that a terminal or chat would act on. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text).replaceAll(
    /[^\P{C}]|[\u2028\u2029]/gu,
    '·',
  )
