import {
  acknowledged,
  fixed,
  greeting,
  oneMessage,
  open,
  says,
  told,
  unanswered,
  untold,
} from './sights.ts'
import type { Sight } from './sights.ts'

/** One thing that happens in the tour. */
export interface Step {
  readonly name: string
  /** What is done to the machine, and why: one sentence or two. */
  readonly why: string
  /** As typed into the demo; a verb and its object in brackets press the newest such button. */
  readonly does: readonly string[]
  /** In this order. */
  readonly sees: readonly Sight[]
  /** Milliseconds for a person to read what came. */
  readonly reading: number
}

/** The whole story, in about a minute. */
export const steps: readonly Step[] = [
  {
    name: 'first look',
    why: 'The bot looks at this machine, a shop, a web page and a directory.',
    does: [],
    sees: [greeting],
    reading: 1_500,
  },
  {
    name: 'service dies',
    why: 'A service is killed. The bot restarts it, and watches whether it holds.',
    does: ['kill'],
    sees: [told('🔴', 'shop'), fixed('shop'), oneMessage('shop')],
    reading: 1_000,
  },
  {
    name: 'directory fills',
    why: 'A directory fills up. The bot removes old files, and looks again.',
    does: ['fill'],
    sees: [fixed('uploads'), told('✅', 'uploads')],
    reading: 1_000,
  },
  {
    name: 'website breaks',
    why: 'A web page breaks. The bot has no fix for that: you get one message.',
    does: ['break'],
    sees: [told('🔴', 'page')],
    reading: 1_500,
  },
  {
    name: 'acknowledge',
    why: 'You take it with a press: nobody is reminded of it any more.',
    does: ['[Acknowledge page]'],
    sees: [acknowledged('page')],
    reading: 1_000,
  },
  {
    name: 'website mended',
    why: 'You mend the page. The same message now says so.',
    does: ['mend'],
    sees: [told('✅', 'page'), oneMessage('page')],
    reading: 1_000,
  },
  {
    name: 'restart by hand',
    why: 'You want a restart. The bot shows what it would do, and waits.',
    does: ['/restart shop'],
    sees: [says('❓ Restart shop?')],
    reading: 1_500,
  },
  {
    name: 'confirmation',
    why: 'You press. Only a healthy answer, and 10 s without a death, is success.',
    does: ['[Restart shop]'],
    sees: [says('✅ Restarted shop')],
    reading: 1_000,
  },
  {
    name: 'stranger',
    why: 'A stranger tries the same, and gets no answer at all. /audit has it.',
    does: ['stranger'],
    sees: [unanswered(1_000)],
    reading: 500,
  },
  {
    name: 'Telegram away',
    why: 'Telegram is away. The directory fills up again, and is cleaned.',
    does: ['telegram off', 'fill'],
    sees: [fixed('uploads')],
    reading: 0,
  },
  {
    name: 'more breaks',
    why: 'The page breaks as well. Nobody can be told yet.',
    does: ['break'],
    sees: [open('page')],
    reading: 0,
  },
  {
    name: 'Telegram back',
    why: 'Telegram is back. You hear of the page, and not of what is over.',
    does: ['telegram on'],
    sees: [told('🔴', 'page'), untold('uploads')],
    reading: 1_500,
  },
  {
    name: 'mended again',
    why: 'You mend the page again.',
    does: ['mend'],
    sees: [told('✅', 'page')],
    reading: 500,
  },
  {
    name: 'quiet night',
    why: 'A short night. The directory fills with files too new to remove.',
    does: ['night', 'fill new'],
    sees: [open('uploads'), untold('uploads')],
    reading: 500,
  },
  {
    name: 'morning brief',
    why: 'Morning: one brief of what was held, and of all since the last one.',
    does: ['morning'],
    sees: [says('☀️ Good morning'), told('🟠', 'uploads')],
    reading: 2_000,
  },
  {
    name: 'status',
    why: 'How is everything now?',
    does: ['/status'],
    sees: [says('⚠️')],
    reading: 1_000,
  },
]
