import { eve } from '../people.ts'
import { briefly, type Invariant } from './sight.ts'

/** Who is not known gets no answer at all. */
export const strangersUnanswered: Invariant = ({ arena }) =>
  arena.standin
    .messages(eve)
    .filter(({ byBot }) => byBot)
    .map(({ text }) => `a stranger was told ${briefly(text)}`)
