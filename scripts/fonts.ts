/*
 * The typefaces of the site, cut down to the letters that English text, numbers and code need: half of their bytes. The rest of Latin
 * stays in a file of its own, which only pages load that have it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import subset from 'subset-font'

const FILES = {
  sans: '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2',
  'sans-italic': '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-italic.woff2',
  heading: '@fontsource/source-serif-4/files/source-serif-4-latin-600-normal.woff2',
}
/** As the unicode-range in theme/looks/type.css says. */
const LETTERS = `${Array.from({ length: 0x7e - 0x1f }, (_, i) => String.fromCharCode(0x20 + i)).join('')}\u00a0²³·×–—‘’“”…↑↓−`

/** Writes them into the folder that the style sheet takes them from. */
export async function fonts(): Promise<void> {
  const folder = 'docs/.vitepress/cache/fonts'
  mkdirSync(folder, { recursive: true })
  for (const [name, file] of Object.entries(FILES)) {
    writeFileSync(`${folder}/${name}.woff2`, await subset(readFileSync(`node_modules/${file}`), LETTERS, { targetFormat: 'woff2' }))
  }
}
