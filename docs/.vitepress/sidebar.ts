import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DefaultTheme } from 'vitepress'

const docs = fileURLToPath(new URL('../', import.meta.url))

/** Kinds of exports whose names stand in the sidebar; types are reached from the pages that name them. */
const LISTED = ['functions', 'classes', 'variables'] as const

/** The modules of the package, as they are imported, with what they export. TypeDoc has written their folders. */
export function apiSidebar(): DefaultTheme.SidebarItem[] {
  const root = `${docs}api/`
  if (!existsSync(root)) return []
  const modules = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('/index.md') && !file.includes('/namespaces/'))
    .map(file => file.replace('/index.md', ''))
    .sort()
  return [
    { text: 'By task', link: '/api/' },
    ...modules.map(name => ({
      text: name,
      link: `/api/${name}/`,
      collapsed: true,
      items: LISTED.flatMap(kind => {
        const folder = `${root}${name}/${kind}`
        const names = existsSync(folder) ? readdirSync(folder).map(file => file.replace('.md', '')) : []
        return names.map(each => ({ text: each, link: `/api/${name}/${kind}/${each}` }))
      }),
    })),
  ]
}

/** The families of operators, from the headings of their list. */
export function operatorSidebar(): DefaultTheme.SidebarItem[] {
  const file = `${docs}operators.md`
  if (!existsSync(file)) return []
  const headings = [...readFileSync(file, 'utf8').matchAll(/^## (.*) \{#(.*)\}$/gm)]
  return [{ text: 'Operators', link: '/operators', items: headings.map(([, text, id]) => ({ text, link: `/operators#${id}` })) }]
}
