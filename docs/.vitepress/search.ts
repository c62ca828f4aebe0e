import { readFileSync } from 'node:fs'

/** What the search finds: a part of a page. */
interface Section {
  readonly anchor?: string
  readonly titles: string[]
  readonly text: string
}

/**
 * The parts of a page. A guide has one for each heading; a page of the reference is one part, whose headings are the same on all of
 * them, and of which the words are found that say what it is for and what others call it. `keywords` of a page's front matter belong to
 * its first part.
 */
export function searchSections(file: string, html: string): Section[] {
  const sections = parts(html)
  const [first] = sections
  if (first === undefined) return []
  if (file.endsWith('/docs/operators.md')) return [{ titles: first.titles, text: 'list of all operators' }]
  if (/\/docs\/(api|operators)\//.test(file)) return [reference(file, first.titles, sections)]
  const [, keywords = ''] = /^keywords: (.*)$/m.exec(readFileSync(file, 'utf8').split('\n---')[0] ?? '') ?? []
  return [{ ...first, text: `${first.text} ${keywords}` }, ...sections.slice(1)]
}

/**
 * What a page of the reference is found by: its name, its first words, and names in other libraries, which stand before its own in a result. Types
 * are found by their names alone.
 */
function reference(file: string, titles: readonly string[], sections: readonly Section[]): Section {
  const [, kind] = /\/(interfaces|type-aliases)\//.exec(file) ?? []
  const name = titles.at(-1) as string
  if (kind !== undefined) return { titles: [`${kind === 'interfaces' ? 'interface' : 'type'} ${name}`], text: name }
  const told = sections.filter(({ titles: own }, i) => i === 0 || ['Elsewhere', 'Call Signature'].includes(own.at(-1) as string))
  const text = [...new Set(told.map(each => each.text))].join(' ')
  // They stand at its end, which is cut off where it is long.
  const others = [...new Set(text.match(/\b(?:np|scipy|jax|jnp|torch|tf|ForwardDiff|Zygote)(?:\.\w+)+/g) ?? [])]
  return { titles: [...(others.length === 0 ? [] : [others.join(', ')]), name], text: text.slice(0, 1500) }
}

/** The parts of a page, by its headings. */
function parts(html: string): Section[] {
  const pieces = html.split(/<h([1-6])[^>]*>(.*?)<a[^>]*? href="#(.*?)"[^>]*>.*?<\/a><\/h\1>/)
  const path: string[] = []
  const found: Section[] = []
  for (let i = 1; i + 3 < pieces.length; i += 4) {
    const [level, title, anchor, body] = pieces.slice(i, i + 4) as [string, string, string, string]
    path.length = Number(level) - 1
    path[Number(level) - 1] = plain(title)
    const titles = path.filter(each => each !== undefined && each !== '')
    found.push({ ...(level !== '1' && { anchor }), titles, text: plain(body) })
  }
  return found
}

/** Words alone: no tags, no drawings. */
function plain(html: string): string {
  return html
    .replaceAll(/<(svg|mjx-container|style|figure)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
