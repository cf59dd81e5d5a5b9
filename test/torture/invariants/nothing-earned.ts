import type { Invariant } from './sight.ts'

/** Telegram never had to slow the bot down. */
export const nothingEarned: Invariant = ({ arena }) =>
  arena.floods.slice(0, 3).map(({ method, params }) => {
    const what = JSON.stringify(params).slice(0, 150)
    return `${method} earned a 429: ${what}`
  })
