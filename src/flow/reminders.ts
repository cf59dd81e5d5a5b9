import { quietWindow } from '../core/quiet.ts'
import { dueSecrets, endingSilences } from '../core/remind.ts'
import { secretsMessage, silenceEnds } from '../core/say/remind.ts'
import type { Context } from './context.ts'
import { guidanceFor } from './telling.ts'

/** A secret that is due is named again after this long. */
const again = 7 * 86_400_000
/** Days are counted, so that an hour is close enough. */
const secretsEvery = 3_600_000
/** The brief at the end of quiet hours stands alone. */
const afterQuiet = 3_600_000

export type Reminders = ReturnType<typeof createReminders>

/** Reminds of what nothing else would bring back to mind. Criticals have their own, see telling. */
export function createReminders(context: Context) {
  const { store } = context
  let lookedAt: number | null = null

  /** Silently, and neither at night nor with the morning's brief. */
  const secrets = (now: number): void => {
    const { secretAges, notify, timezone } = context.config()
    const due = dueSecrets(secretAges, now, timezone)
    const told = store.meta.number('secrets-told')
    if (due.length === 0 || (told !== null && Math.abs(now - told) < again)) return
    const quiet = (at: number): boolean => quietWindow(at, notify.quietHours, timezone) !== null
    if (quiet(now) || quiet(now - afterQuiet)) return
    const message = secretsMessage(due, now)
    const chat = context.chat()
    store.atomically(() => {
      store.meta.set('secrets-told', now)
      store.outbox.post({ kind: 'note', chat, message, sound: false, at: now })
    })
  }

  /** Without a sound, at any hour: the end of the silence itself has one. */
  const silences = (now: number): void => {
    const current = store.silences.current(now)
    if (current.length === 0) return
    for (const ending of endingSilences(current, store.incidents.open(), now)) {
      const { check, until } = ending.silence
      if (store.meta.number(`silence-ends:${check}`) === until) continue
      const message = silenceEnds(ending, now, (one) => guidanceFor(context, one))
      const chat = context.chat()
      store.atomically(() => {
        store.meta.set(`silence-ends:${check}`, until)
        store.outbox.post({ kind: 'note', chat, message, sound: false, at: now })
      })
    }
  }

  return {
    /** To be called every second or so. */
    look(now: number): void {
      silences(now)
      if (lookedAt !== null && Math.abs(now - lookedAt) < secretsEvery) return
      secrets(now)
      lookedAt = now
    },
  }
}
