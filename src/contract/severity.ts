/** From least to most severe. `info` never makes a message of its own. */
export const severities = ['info', 'warning', 'critical'] as const

export type Severity = (typeof severities)[number]

/** Positive when `a` is worse than `b`; usable as a comparator. */
export const bySeverity = (a: Severity, b: Severity): number =>
  severities.indexOf(a) - severities.indexOf(b)
