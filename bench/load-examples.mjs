import { basename } from 'node:path'
import { build } from 'esbuild'

/** The functions of examples/problems.ts, compiled to run on dist: benchmarks measure what users install. */
export const problems = () => loaded('examples/problems')

/** The patterns of examples/matrices.ts. */
export const matrices = () => loaded('examples/matrices')

/** NIST's problems of examples/nist-data.ts. */
export const nist = () => loaded('examples/nist-data')

/** Bundle adjustment of examples/bundle.ts. */
export const bundles = () => loaded('examples/bundle')

/** The programs of bench/loops. */
export const loops = () => loaded('bench/loops/programs')

async function loaded(path) {
  const outfile = new URL(`../dist/bench-${basename(path)}.mjs`, import.meta.url)
  await build({
    entryPoints: [`${path}.ts`],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: outfile.pathname,
    logLevel: 'error',
    plugins: [
      {
        name: 'dist',
        setup({ onResolve }) {
          onResolve({ filter: /src\/index\.ts$/ }, () => ({ path: './index.js', external: true }))
        },
      },
    ],
  })
  return import(outfile.href)
}
