import type { Update } from 'grammy/types'
import { say } from './say.ts'
import { admit } from './gate.ts'
import type { Admission, Pressed } from './gate.ts'
import { press } from './press.ts'
import { baseOf } from './room.ts'
import type { Room } from './room.ts'

/** Handles one update. What takes time goes on after it resolves. */
export async function handle(room: Room, update: Update): Promise<void> {
  const { port } = room
  const admission = admit(update, { operators: room.operators(), chat: room.chat() })
  if (admission.is === 'pressed') return press(room, admission, baseOf(room, update))
  if (port.wasSeen(update.update_id)) return
  await take(room, update, admission)
  // Only now: what a crash cuts short comes again, and does no harm when it is done twice.
  port.markSeen(update.update_id)
}

async function take(
  room: Room,
  update: Update,
  admission: Exclude<Admission, Pressed>,
): Promise<void> {
  const { port, people, clock } = room
  switch (admission.is) {
    case 'said':
      if (admission.private) people.presence(admission.operator.id, true)
      return say(room, admission, baseOf(room, update))
    case 'stranger':
      port.stranger({ id: admission.id, what: admission.what, at: clock.now() })
      if (admission.leave !== undefined) room.leave(admission.leave)
      return
    case 'moved':
      return port.moved(admission.from, admission.to)
    case 'presence':
      return people.presence(admission.user, admission.here)
    case 'nothing':
  }
}
