import { OperatorError } from '../contract/error.ts'
import { type Colour, colours, type Instance, type Manager } from '../contract/service.ts'

export interface ColouredService {
  readonly name: string
  /** Of the file that says which copy is asked. */
  readonly include: string
  readonly copies: Readonly<Record<Colour, Manager>>
  /** Which of them is asked now; null when that file does not say. */
  readonly live: () => Promise<Colour | null>
}

/** A service of two copies, of which one is asked. Everything but `colours` is about that one. */
export function createColouredManager({ name, include, copies, live }: ColouredService): Manager {
  /** What was asked when last looked at, for what cannot wait. */
  let latest: Colour | null = null

  const look = async (): Promise<Colour | null> => {
    latest = await live()
    return latest
  }
  const asked = async (): Promise<Manager> => {
    const colour = await look()
    if (colour !== null) return copies[colour]
    throw new OperatorError(
      `Neither copy of ${name} is asked: ${include} cannot be read or names neither of its ports`,
      'Deploy it, or put the `server` line of the copy that runs into that file and reload nginx.',
    )
  }
  const nowhere: Instance = {
    label: '',
    state: 'missing',
    pid: null,
    since: null,
    crashes: 0,
    looping: false,
    saw: `${include} names neither copy`,
  }
  const [first] = colours

  return {
    manager: copies[first].manager,
    restartSteps: (label) => copies[latest ?? first].restartSteps(label),
    status: async (signal) => {
      const colour = await look()
      return colour === null ? [nowhere] : copies[colour].status(signal)
    },
    restart: async (signal, label) => (await asked()).restart(signal, label),
    reload: async (signal) => (await asked()).reload(signal),
    reloading: async (signal) => (await asked()).reloading(signal),
    start: async (signal) => (await asked()).start(signal),
    stop: async (signal) => (await asked()).stop(signal),
    logs: async (lines, signal, errors) => (await asked()).logs(lines, signal, errors),
    logFiles: async (signal) => (await (await asked()).logFiles?.(signal)) ?? [],
    colours: { ...copies, live: look },
    watch: (changed) => {
      const off = colours.map((colour) => copies[colour].watch?.(changed))
      return () => off.forEach((end) => end?.())
    },
  }
}
