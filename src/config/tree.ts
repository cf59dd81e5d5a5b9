import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Document, Node, Pair, Scalar, YAMLMap } from 'yaml'
import { pathKey } from './path.ts'
import type { Path } from './path.ts'

/** Where something stands: offsets in the text. */
export interface Spot {
  /** Of its key; of the value itself for the top and for items of a list. */
  readonly key: number
  readonly start: number
  readonly end: number
}

export interface Fault {
  readonly offset: number
  readonly message: string
}

interface Gathered {
  readonly value: unknown
  readonly spots: ReadonlyMap<string, Spot>
  readonly problems: readonly Fault[]
}

interface Entry {
  readonly key: number
  readonly node: Node | null
}

/** Aliases multiply what they point to, so it is the result that is bounded, not the text. */
const maxNodes = 50_000
const maxDepth = 40

class TooMuch extends Error {}

/** A document as plain data, aliases and merge keys resolved, with the spot of every key and value. */
export function gather(document: Document): Gathered {
  const spots = new Map<string, Spot>()
  const problems: Fault[] = []
  const fault = (offset: number, message: string): void => void problems.push({ offset, message })

  const walk = (node: Node | null, path: Path, key: number): unknown => {
    const target = isAlias(node) ? (node.resolve(document) ?? null) : node
    if (isAlias(node) && target === null)
      fault(offsetOf(node, key), 'an alias to nothing, expected the name of an anchor above it')
    const start = offsetOf(target, key)
    spots.set(pathKey(path), { key, start, end: target?.range?.[1] ?? start })
    if (spots.size > maxNodes || path.length > maxDepth) throw new TooMuch()
    if (isMap(target)) return walkMap(target, path)
    if (isSeq(target))
      return target.items.map((item, index) => {
        const child = isNode(item) ? item : null
        return walk(child, [...path, index], offsetOf(child, start))
      })
    return isScalar(target) ? plain(target, start) : null
  }

  const walkMap = (map: YAMLMap, path: Path): unknown => {
    const entries = entriesOf(map, document, fault, 0)
    return Object.fromEntries(
      [...entries].map(([name, { key, node }]) => [name, walk(node, [...path, name], key)]),
    )
  }

  const plain = ({ value }: Scalar, start: number): unknown => {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
    if (typeof value === 'number') return value
    fault(start, 'a value of a kind that has no use here, expected a text, a number, true or false')
    return null
  }

  try {
    return { value: walk(document.contents, [], 0), spots, problems }
  } catch (thrown) {
    if (!(thrown instanceof TooMuch)) throw thrown
    const message = 'more than a configuration can hold once its aliases are filled in'
    return { value: null, spots, problems: [{ offset: 0, message }] }
  }
}

type Report = (offset: number, message: string) => void

const isNode = (item: unknown): item is Node =>
  isScalar(item) || isMap(item) || isSeq(item) || isAlias(item)

const offsetOf = (node: Node | null, otherwise: number): number => node?.range?.[0] ?? otherwise

/** The entries of a map; those of its merge keys first, so that its own replace them. */
function entriesOf(map: YAMLMap, document: Document, fault: Report, depth: number) {
  if (depth > maxDepth) throw new TooMuch()
  const entries = new Map<string, Entry>()
  for (const pair of map.items.filter(isMerge))
    for (const merged of mergedMaps(pair, document, fault))
      for (const [name, entry] of entriesOf(merged, document, fault, depth + 1))
        entries.set(name, entry)
  const own = new Set<string>()
  for (const pair of map.items.filter((item) => !isMerge(item))) {
    const key = isNode(pair.key) ? pair.key : null
    const offset = offsetOf(key, offsetOf(map, 0))
    const name = nameOf(key)
    if (name === undefined) fault(offset, 'this key is no name, expected a text')
    else if (own.has(name)) fault(offset, 'this key stands here twice, expected each key once')
    else entries.set(name, { key: offset, node: isNode(pair.value) ? pair.value : null })
    if (name !== undefined) own.add(name)
  }
  return entries
}

const isMerge = ({ key }: Pair): boolean =>
  isScalar(key) && key.value === '<<' && (key.type ?? 'PLAIN') === 'PLAIN'

function mergedMaps(pair: Pair, document: Document, fault: Report): readonly YAMLMap[] {
  const resolve = (item: unknown): unknown => (isAlias(item) ? item.resolve(document) : item)
  const target = resolve(pair.value)
  const maps = isSeq(target) ? target.items.map(resolve) : [target]
  if (!maps.every((item) => isMap(item)))
    fault(offsetOf(isNode(pair.key) ? pair.key : null, 0), 'nothing to merge, expected <<: *name')
  // The first of several wins, so it is laid down last.
  return maps.filter((item) => isMap(item)).toReversed()
}

/** Numbers and booleans make names too: `8080: …`. `__proto__` never does. */
function nameOf(key: Node | null): string | undefined {
  const value: unknown = isScalar(key) ? key.value : undefined
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return undefined
  const name = String(value)
  return name === '__proto__' || /\p{Cc}/u.test(name) ? undefined : name
}
