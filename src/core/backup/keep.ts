/** restic's rules of what stays, in the order in which they are said. */
export const keepRules = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const
