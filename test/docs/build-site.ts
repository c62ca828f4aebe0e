import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromiumPath } from '../chromium.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * For vitest, before all tests: begins to build the site, beside the tests that do not need it. SITE_BUILT=1 takes what `npm run docs` has
 * built last. SITE_MARK is the name of a file that is there when it has ended, with what went wrong.
 */
export default function beginSite(): (() => Promise<void>) | undefined {
  if (process.env.SITE_BUILT === '1' || chromiumPath === undefined) return undefined
  const mark = join(mkdtempSync(join(tmpdir(), 'dualtape-site-')), 'built')
  process.env.SITE_MARK = mark
  const end = (problem: string) => {
    writeFileSync(`${mark}.part`, problem)
    renameSync(`${mark}.part`, mark)
  }
  const building = promisify(execFile)(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'scripts/docs.ts', 'build'], { cwd: root }).then(
    () => end(''),
    (error: Error) => end(error.message),
  )
  return async () => {
    await building
    rmSync(dirname(mark), { recursive: true })
  }
}

/** Waits until the site is built. */
export async function siteIsBuilt(): Promise<void> {
  const mark = process.env.SITE_MARK
  if (mark === undefined) return
  while (!existsSync(mark)) await delay(200)
  const problem = readFileSync(mark, 'utf8')
  if (problem !== '') throw new Error(`The site could not be built: ${problem}`)
}
