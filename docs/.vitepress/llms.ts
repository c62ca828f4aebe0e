import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DefaultTheme, SiteConfig } from 'vitepress'

/*
 * What programs read that read pages: llms.txt (https://llmstxt.org) with a line for each page, the pages as Markdown beside themselves,
 * and llms-full.txt with all guides one after the other.
 */

/** Writes them beside the pages that have been built. */
export function writeLlms({ outDir, srcDir, pages, rewrites, site }: SiteConfig<DefaultTheme.Config>): void {
  const summaries = new Map<string, string>()
  const written = new Map(
    pages.map(page => {
      const path = rewrites.map[page] ?? page
      const source = readFileSync(join(srcDir, page), 'utf8')
      const text = asMarkdown(source, join(srcDir, dirname(page)))
      const [, description] = /^description: "?(.*?)"?$/m.exec(source.split('\n---')[0] ?? '') ?? []
      summaries.set(path, description ?? summaryOf(text))
      mkdirSync(dirname(join(outDir, path)), { recursive: true })
      writeFileSync(join(outDir, path), text)
      return [path, text] as const
    }),
  )
  const sidebars = site.themeConfig.sidebar as DefaultTheme.SidebarMulti
  const guides = ['/', '/gallery/']
    .flatMap(path => sidebars[path] as DefaultTheme.SidebarItem[])
    .map(({ text = '', items = [] }) => ({
      title: text,
      paths: items.map(({ link = '' }) => `${link.slice(1).replace(/\/$/, '/index') || 'index'}.md`).filter(path => written.has(path)),
    }))
  const line = (path: string) => {
    const summary = summaries.get(path) ?? ''
    return `- [${titleOf(written.get(path) as string)}](${site.base}${path})${summary === '' ? '' : `: ${summary}`}`
  }
  const operators = [...written.keys()].filter(path => path.startsWith('operators/')).sort()
  writeFileSync(
    join(outDir, 'llms.txt'),
    [
      `# ${site.title}`,
      `> ${site.description}: gradients, Jacobians and Hessians of functions written with operators or as plain TypeScript, eager and compiled, with solvers, optimisers and layers.`,
      `Each page of this site is also there as Markdown, under its address with .md in place of .html. All guides in one file: [llms-full.txt](${site.base}llms-full.txt).`,
      ...guides.map(({ title, paths }) => `## ${title}\n\n${paths.map(line).join('\n')}`),
      `## Operators\n\n${operators.map(line).join('\n')}`,
      '',
    ].join('\n\n'),
  )
  const all = [...new Set(guides.flatMap(({ paths }) => paths))].filter(path => path !== 'operators.md' && !path.startsWith('gallery/'))
  writeFileSync(join(outDir, 'llms-full.txt'), `${all.map(path => written.get(path)).join('\n\n')}\n`)
}

/** A page without what only browsers show, and with the programs that it takes from files beside it. */
function asMarkdown(source: string, folder: string): string {
  return source
    .replaceAll(/^<<< (\S+)$/gm, (_, file: string) => `\`\`\`ts\n${readFileSync(join(folder, file), 'utf8')}\`\`\``)
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replaceAll(/<(figure|script|style)[\s\S]*?<\/\1>\n*/g, '')
    .replaceAll(/<!--[\s\S]*?-->\n*/g, '')
    .replaceAll(/<\/?(div|ClientOnly)[^>]*>\n*/g, '')
    .replaceAll(/<[A-Z]\w*[^>]*\/>\n*/g, '')
    .trim()
    .concat('\n')
}

const titleOf = (text: string) => /^# (.*)$/m.exec(text)?.[1]?.replaceAll(/[`*]/g, '') ?? ''

/** The first sentence of a page. */
function summaryOf(text: string): string {
  const paragraph =
    text
      .split('\n\n')
      .map(each => each.trim())
      .find(each => /^[A-Z`“]/.test(each)) ?? ''
  return (
    /^[\s\S]*?[.:](?=\s|$)/
      .exec(paragraph)?.[0]
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/:$/, '.') ?? ''
  )
}
