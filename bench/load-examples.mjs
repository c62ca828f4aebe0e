import { build } from 'esbuild'

/** The functions of examples/problems.ts, compiled to run on dist: benchmarks measure what users install. */
export const problems = () => example('problems')

/** The patterns of examples/matrices.ts. */
export const matrices = () => example('matrices')

async function example(name) {
  const outfile = new URL(`../dist/bench-${name}.mjs`, import.meta.url)
  await build({
    entryPoints: [`examples/${name}.ts`],
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
