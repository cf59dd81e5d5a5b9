/** A loop's signs of life: somebody outside of it notices when they stay away. */
export interface Loop {
  /** It turns; the next sign comes within `ms` milliseconds. */
  expect(ms: number): void
  /** It has ended, or waits for something to call it. */
  rest(): void
}
