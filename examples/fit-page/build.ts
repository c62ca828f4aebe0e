import type { BuildOptions } from 'esbuild'

/** How the page is bundled. */
export const fitPageBuild = {
  entryPoints: ['examples/fit-page/page.ts', 'examples/fit-page/page.css'],
  bundle: true,
  format: 'esm',
  outdir: 'examples/fit-page',
  write: false,
  minify: true,
  logLevel: 'error',
} satisfies BuildOptions
