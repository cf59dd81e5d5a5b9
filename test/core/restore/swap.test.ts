import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isLost,
  movesBack,
  movesIn,
  type SwapEntry,
  type SwapMove,
  strayOf,
  swappedOf,
} from '../../../src/core/restore/swap.ts'

/** Names and what lies there: as much of a file system as a swap changes. */
type Places = Map<string, string>

const seenOf = ({ live, fresh, aside, companions = [] }: SwapEntry, places: Places) => ({
  live: places.has(live),
  fresh: fresh !== null && places.has(fresh),
  aside: places.has(aside),
  companions: companions.map((one) => ({
    live: places.has(one.live),
    aside: places.has(one.aside),
  })),
})

const look = (entries: readonly SwapEntry[], places: Places) =>
  entries.map((entry) => ({ entry, seen: seenOf(entry, places) }))

function rename(places: Places, { from, to }: SwapMove): void {
  const what = places.get(from)
  if (what === undefined) throw new Error(`${from} is not there`)
  if (places.has(to)) throw new Error(`${to} is there already: ${places.get(to)} would be lost`)
  places.delete(from)
  places.set(to, what)
}

interface Thing {
  readonly wasLive: boolean
  readonly hasFresh: boolean
  /** What was live has a journal. */
  readonly hasJournal: boolean
}

const things = fc.array(
  fc.record({ wasLive: fc.boolean(), hasFresh: fc.boolean(), hasJournal: fc.boolean() }),
  { minLength: 1, maxLength: 5 },
)

function worldOf(all: readonly Thing[]) {
  const places: Places = new Map()
  const entries = all.map(({ wasLive, hasFresh, hasJournal }, at): SwapEntry => {
    if (wasLive && hasFresh && hasJournal) places.set(`journal${at}`, `journal of old${at}`)
    if (wasLive) places.set(`live${at}`, `old${at}`)
    if (hasFresh) places.set(`fresh${at}`, `new${at}`)
    const fresh = hasFresh ? `fresh${at}` : null
    const main = { live: `live${at}`, fresh, aside: `aside${at}`, had: wasLive }
    const journal = { live: `journal${at}`, aside: `journal-aside${at}` }
    return hasFresh ? { ...main, companions: [journal] } : main
  })
  return { places, entries }
}

type Way = 'in' | 'back'

/** Does what is left to do that way, and dies after some renames. @returns whether it came to its end */
function go(way: Way, entries: readonly SwapEntry[], places: Places, renames: number): boolean {
  let left = renames
  for (const entry of entries) {
    const moves = (way === 'in' ? movesIn : movesBack)(entry, seenOf(entry, places))
    for (const one of moves) {
      if (left === 0) return false
      left -= 1
      rename(places, one)
    }
  }
  return true
}

const runs = fc.array(
  fc.record({ way: fc.constantFrom<Way>('in', 'in', 'back'), renames: fc.nat(6) }),
  { maxLength: 6 },
)

describe('a swap, however often it is killed and turned round', () => {
  const holds = (check: (world: ReturnType<typeof worldOf>, all: readonly Thing[]) => void): void =>
    fc.assert(
      fc.property(things, runs, (all, plan) => {
        const world = worldOf(all)
        for (const { way, renames } of plan) go(way, world.entries, world.places, renames)
        check(world, all)
      }),
      { numRuns: 500 },
    )

  test('loses nothing: the old and the new are both somewhere', () => {
    holds(({ places, entries }, all) => {
      const there = new Set(places.values())
      all.forEach(({ wasLive, hasFresh }, at) => {
        expect(there.has(`old${at}`)).toBe(wasLive)
        expect(there.has(`new${at}`)).toBe(hasFresh)
      })
      expect(look(entries, places).some(({ entry, seen }) => isLost(entry, seen))).toBe(false)
    })
  })

  test('comes to its end from wherever it is', () => {
    holds(({ places, entries }, all) => {
      expect(go('in', entries, places, Infinity)).toBe(true)
      all.forEach(({ wasLive, hasFresh }, at) => {
        expect(places.get(`live${at}`)).toBe(hasFresh ? `new${at}` : undefined)
        expect(places.get(`aside${at}`)).toBe(wasLive ? `old${at}` : undefined)
      })
      const isNothing = all.every((one) => !one.wasLive && !one.hasFresh)
      expect(swappedOf(look(entries, places))).toBe(isNothing ? 'old' : 'new')
    })
  })

  test('goes back from wherever it is', () => {
    holds(({ places, entries }, all) => {
      expect(go('back', entries, places, Infinity)).toBe(true)
      all.forEach(({ wasLive, hasFresh }, at) => {
        expect(places.get(`live${at}`)).toBe(wasLive ? `old${at}` : undefined)
        expect(places.get(`fresh${at}`)).toBe(hasFresh ? `new${at}` : undefined)
      })
      expect(swappedOf(look(entries, places))).toBe('old')
    })
  })

  test('throws nothing away that somebody has made meanwhile', () => {
    fc.assert(
      fc.property(things, fc.nat(6), fc.constantFrom<Way>('in', 'back'), (all, renames, way) => {
        const { places, entries } = worldOf(all)
        go('in', entries, places, renames)
        const meddled = entries.filter(({ live, fresh }) => {
          const isFree = !places.has(live) && (fresh === null || places.has(fresh))
          if (isFree) places.set(live, `stray of ${live}`)
          return isFree
        })
        expect(go(way, entries, places, Infinity)).toBe(true)
        const there = [...places.values()]
        for (const { live } of meddled) expect(there).toContain(`stray of ${live}`)
        all.forEach(({ wasLive, hasFresh }, at) => {
          expect(there.includes(`old${at}`)).toBe(wasLive)
          expect(there.includes(`new${at}`)).toBe(hasFresh)
        })
      }),
      { numRuns: 500 },
    )
  })
})

/** Whose journal lies beside what is live; it ruins anything else. */
const alienJournals = (entries: readonly SwapEntry[], places: Places): readonly string[] =>
  entries.flatMap(({ live }, at) => {
    const journal = places.get(`journal${at}`)
    const owner = places.get(live)
    return journal === undefined || owner === undefined || journal === `journal of ${owner}`
      ? []
      : [journal]
  })

test('no journal ever lies beside what it does not belong to, also when somebody opened the new one', () => {
  fc.assert(
    fc.property(things, runs, fc.boolean(), (all, plan, opens) => {
      const { places, entries } = worldOf(all)
      let opened = false
      for (const { way, renames } of plan) {
        go(way, entries, places, renames)
        // While it is half moved nothing is live that could be ruined.
        expect(alienJournals(entries, places)).toEqual([])
        if (!opens || opened) continue
        entries.forEach(({ live, companions }, at) => {
          if (!companions || places.get(live) !== `new${at}` || places.has(`journal${at}`)) return
          places.set(`journal${at}`, `journal of new${at}`)
          opened = true
        })
      }
      const back = new Map(places)
      expect(go('back', entries, back, Infinity)).toBe(true)
      expect(alienJournals(entries, back)).toEqual([])
      all.forEach(({ wasLive, hasFresh, hasJournal }, at) => {
        const journal = wasLive && hasFresh && hasJournal ? `journal of old${at}` : undefined
        expect(back.get(`journal${at}`)).toBe(journal)
      })
      expect(go('in', entries, places, Infinity)).toBe(true)
      expect(alienJournals(entries, places)).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('what is made meanwhile has a name beside what was put aside', () => {
  expect(strayOf({ live: '/a', aside: '/.b/a' })).toBe('/.b/a.made-meanwhile')
})

test('what is live stays or comes back, and is not called new, when the restored one is taken away', () => {
  fc.assert(
    fc.property(things, fc.nat(12), fc.constantFrom<Way>('in', 'back'), (all, renames, way) => {
      const { places, entries } = worldOf(all)
      go('in', entries, places, renames)
      const robbed = entries.flatMap(({ fresh }, at) =>
        fresh !== null && all[at]?.wasLive && places.delete(fresh) ? [at] : [],
      )
      const isNew = (): boolean => swappedOf(look(entries, places)) === 'new'
      expect(robbed.length > 0 && isNew()).toBe(false)
      go(way, entries, places, Infinity)
      expect(robbed.length > 0 && isNew()).toBe(false)
      go('back', entries, places, Infinity)
      all.forEach(({ wasLive }, at) => {
        expect(places.get(`live${at}`)).toBe(wasLive ? `old${at}` : undefined)
      })
    }),
    { numRuns: 500 },
  )
})

test('a thing that is nowhere is known as lost', () => {
  const entry = { live: 'a', fresh: 'b', aside: 'c' }
  expect(isLost(entry, { live: false, fresh: false, aside: false })).toBe(true)
  expect(isLost(entry, { live: false, fresh: false, aside: true })).toBe(false)
})
