import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadKinds } from '../../src/flow/kinds.ts'

const root = new URL('../../', import.meta.url)
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const read = (page: string): string => readFileSync(new URL(page, root), 'utf8')

/** As GitHub makes them of headings. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

const linksOf = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)

test.each(pages)('%s links to what exists', (page) => {
  for (const link of linksOf(read(page)).filter((one) => !one.startsWith('https:'))) {
    const [path = '', anchor] = link.split('#')
    const target = new URL(path === '' ? (page.split('/').at(-1) ?? '') : path, new URL(page, root))
    expect([link, existsSync(target)]).toEqual([link, true])
    if (anchor !== undefined) expect(anchorsOf(readFileSync(target, 'utf8'))).toContain(anchor)
  }
})

test('the README names every command', async () => {
  const { handlers } = await loadKinds()
  const readme = read('README.md')
  const commands = [...handlers.values()].flatMap((one) => Object.keys(one.commands))
  for (const command of commands) expect(readme).toMatch(new RegExp(`\`/${command}[\` ]`))
})
