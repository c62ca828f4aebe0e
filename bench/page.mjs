/*
 * npm run bench:page [-- --check]: writes the charts of bench/results, and what docs/performance.md, docs/choosing.md and README.md say of them, from
 * the files of results alone. --check writes nothing, and fails where something is not what would be written.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { FIGURES } from './suite/figures.mjs'
import { GROUPS, stored } from './suite/suite.mjs'
import { tableOf } from './suite/tables.mjs'

const at = path => new URL(`../${path}`, import.meta.url)
const COMMAND = 'npm run bench:page'

/** A page with new texts between the comments that name them. */
export function replaced(page, texts) {
  return page.replace(/<!-- bench: ([\w-]+)[^>]*-->\n[\s\S]*?<!-- \/bench -->/g, (_, name) => {
    if (texts[name] === undefined) throw new Error(`The page asks for results ${name}. There are: ${Object.keys(texts).join(', ')}.`)
    return `<!-- bench: ${name}, by ${COMMAND} -->\n\n${texts[name]}\n\n<!-- /bench -->`
  })
}

/** All files that are made of stored results: charts, the page and the README. */
export function written() {
  const [files, texts] = [{}, {}]
  for (const group of GROUPS) {
    const results = stored(group)
    if (results.cases.length === 0) {
      texts[group] = `Not measured yet: \`npm run bench -- --filter ${group}\`.`
      continue
    }
    const charts = FIGURES[group](results)
    for (const [name, svg] of Object.entries(charts)) files[`bench/results/${name}.svg`] = svg
    texts[group] = tableOf(group, results, Object.keys(charts))
  }
  texts.readme = tableOf('readme', stored('rosenbrock'), [])
  texts.ratios = tableOf('ratios', stored('gradbench'), [])
  for (const path of ['docs/performance.md', 'docs/choosing.md', 'README.md']) files[path] = replaced(readFileSync(at(path), 'utf8'), texts)
  return files
}

/** The paths of files that are not what would be written. */
export function stale() {
  return Object.entries(written())
    .filter(([path, text]) => !existsSync(at(path)) || readFileSync(at(path), 'utf8') !== text)
    .map(([path]) => path)
}

export function writePage() {
  for (const [path, text] of Object.entries(written())) writeFileSync(at(path), text)
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  if (!process.argv.includes('--check')) writePage()
  else if (stale().length > 0) {
    console.error(`Not what ${COMMAND} writes: ${stale().join(', ')}.`)
    process.exitCode = 1
  }
}
