import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromiumPath } from '../chromium.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Builds the site once for all tests; SITE_BUILT=1 takes what `npm run docs` has built last. */
export default async function buildSite(): Promise<void> {
  if (process.env.SITE_BUILT === '1' || chromiumPath === undefined) return
  await promisify(execFile)(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'scripts/docs.ts', 'build'], { cwd: root })
  process.env.SITE_BUILT = '1'
}
