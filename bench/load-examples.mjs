import { build } from 'esbuild'

/** The functions of examples/problems.ts, compiled to run on dist: benchmarks measure what users install. */
export async function problems() {
  const outfile = new URL('../dist/bench-problems.mjs', import.meta.url)
  await build({
    entryPoints: ['examples/problems.ts'],
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
