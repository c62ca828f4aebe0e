/*
 * The documentation site: `npm run docs` writes the API reference and the operator reference, and builds everything into
 * docs/.vitepress/dist; `npm run docs -- --versions` builds every version into a folder of its own in docs/.vitepress/site, with a switch
 * between them; `npm run docs:dev` serves it while one writes.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fonts } from './fonts.ts'
import { playground } from './playground.ts'
import { tellOnce } from './reference/overloads.ts'
import { versionsOf } from './reference/versions.ts'
import { writeOperators } from './reference/write.ts'
import { startPage } from './start-page.ts'

const [command = 'build', ...flags] = process.argv.slice(2)
/** A new generation of 64 MB: more than a thousand pages leave much behind, and a sixth of the time was to collect it. */
const run = (name: string, ...args: string[]) =>
  execFileSync(process.execPath, ['--max-semi-space-size=64', `node_modules/${name}`, ...args], { stdio: 'inherit' })
const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' })
const DIST = 'docs/.vitepress/dist'

if (command !== 'preview') {
  mkdirSync('docs/.vitepress/cache', { recursive: true })
  await fonts()
  await startPage()
  run('tsx/dist/cli.mjs', 'node_modules/typedoc/bin/typedoc', '--logLevel', 'Warn', '--treatWarningsAsErrors')
  // What one wants to do comes first: docs/by-task.md takes this page's place.
  rmSync('docs/api/index.md')
  tellOnce('docs/api')
  await writeOperators()
  await playground()
}
if (flags.includes('--versions')) buildVersions()
else run('vitepress/bin/vitepress.js', command, 'docs')

/** All versions side by side, below DOCS_BASE or the root; the root leads to the newest that is released. */
function buildVersions(): void {
  const site = 'docs/.vitepress/site'
  const base = process.env.DOCS_BASE ?? '/'
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  const versions = versionsOf(git('tag', '--list').split('\n'), version)
  rmSync(site, { recursive: true, force: true })
  for (const { name, tag } of versions) {
    const env = { ...process.env, DOCS_BASE: `${base}${name}/` }
    if (tag !== undefined) {
      buildTag(tag, env, join(site, name))
      continue
    }
    execFileSync(process.execPath, ['node_modules/vitepress/bin/vitepress.js', 'build', 'docs'], { stdio: 'inherit', env })
    cpSync(DIST, join(site, name), { recursive: true })
  }
  writeFileSync(join(site, 'versions.json'), JSON.stringify(versions.map(({ name }) => name)))
  const newest = versions[1]?.name
  // What a server shows for addresses outside of all versions.
  cpSync(join(site, String(newest), '404.html'), join(site, '404.html'))
  writeFileSync(
    join(site, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>dualtape</title><meta http-equiv="refresh" content="0; url=${base}${newest}/"><a href="${base}${newest}/">dualtape ${newest}</a>`,
  )
}

/** Builds the site of a tag in a tree of its own, and puts it into a folder. */
function buildTag(tag: string, env: NodeJS.ProcessEnv, folder: string): void {
  const apart = mkdtempSync(join(tmpdir(), 'dualtape-docs-'))
  const tree = join(apart, tag)
  git('worktree', 'add', '--detach', tree, tag)
  try {
    symlinkSync(resolve('node_modules'), join(tree, 'node_modules'))
    execFileSync('npm', ['run', 'docs'], { cwd: tree, stdio: 'inherit', env })
    cpSync(join(tree, DIST), folder, { recursive: true })
  } finally {
    git('worktree', 'remove', '--force', tree)
    rmSync(apart, { recursive: true, force: true })
  }
}
