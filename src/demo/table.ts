import type { Running } from '../boot.ts'
import type { Clock } from '../contract/clock.ts'
import type { Standin } from '../standin/standin.ts'
import type { Chat } from './chat.ts'
import type { Canvas } from './terminal/message.ts'
import type { World } from './world/world.ts'

/** Everything that a word of the demo may use. */
export interface Table {
  readonly clock: Clock
  readonly world: World
  readonly bot: Pick<Running, 'house' | 'reload'>
  readonly standin: Standin
  readonly chat: Chat
  readonly canvas: Canvas
  /** Whether the stand-in takes calls, or plays a Telegram that is away. */
  readonly line: { telegram: 'on' | 'off' }
  print(text: string): void
}

/** Says what was done to the world, which the bot is not told. */
export const note = ({ print, canvas }: Table, text: string): void =>
  print(canvas.paint(`· ${text}`, 'yellow'))
