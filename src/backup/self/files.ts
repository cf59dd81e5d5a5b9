import { z } from 'zod'

/** What a copy of the bot's own state is made of. The database has its usual name. */
export const ownFiles = {
  database: 'mechanic.db',
  config: 'config.yaml',
  env: 'env',
  places: 'places.json',
} as const

/** Where the bot's own state lies: absolute paths. */
export const placesForm = z.object({
  database: z.string(),
  /** null: it ran on the built-in defaults. */
  config: z.string().nullable(),
  env: z.string(),
})

export type OwnPlaces = z.output<typeof placesForm>
