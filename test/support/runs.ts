/** How many times as long as usual to look for counterexamples: see CONTRIBUTING.md. */
const factor = Math.max(1, Number(process.env['PROPERTY_RUNS'] ?? 1))

/** Settings of a property that is tried this often in a usual run of the tests. */
export const tries = (few: number): { readonly numRuns: number } => ({
  numRuns: Math.ceil(few * factor),
})

/** Milliseconds that a property may take, for `test`. */
export const patience = 120_000 * factor
