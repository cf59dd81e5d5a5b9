/** A repository's address as it may be shown: without a password. */
export const shownAddress = (url: string): string => url.replace(/(:\/\/[^/@:]*):[^/]*@/, '$1:***@')
