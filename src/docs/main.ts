import { writeFile } from 'node:fs/promises'
import { loadKinds } from '../flow/kinds.ts'
import { checksPage, fixesPage } from './pages.ts'

/** Writes the pages that are made from the plug-ins: `npm run docs`. */

const { checks, fixes } = await loadKinds()
const folder = new URL('../../docs/', import.meta.url)
await writeFile(new URL('checks.md', folder), checksPage(checks))
await writeFile(new URL('fixes.md', folder), fixesPage(fixes))
