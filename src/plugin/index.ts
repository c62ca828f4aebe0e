import { createUnplugin } from 'unplugin'
import { transform } from './transform.ts'

export { eslint } from './eslint.ts'
export { checkSource, type Finding } from './findings.ts'
export { type FromSourceOptions, fromSource } from './from-source.ts'
export { type Transformed, type TransformOptions, transform } from './transform.ts'

const READ = /\.[cm]?[jt]sx?$/

const plugin = /* @__PURE__ */ createUnplugin(() => ({
  name: 'dualtape',
  // Before types are taken away, and before anything moves functions.
  enforce: 'pre',
  transformInclude: id => READ.test(id.replace(/\?.*$/, '')),
  transform: (code, id) => transform(code, { filename: id.replace(/\?.*$/, '') }) as { code: string; map: never } | undefined,
}))

/*
 * What bundlers ask of a plugin, in our own words: their types stand in packages that only those have who use them.
 */

interface Named {
  name: string
}
interface SetUp extends Named {
  setup(build: object): void | Promise<void>
}
interface Applied {
  apply(compiler: object): void
}

/** The plugin for Vite and vitest: `plugins: [vite()]`. */
export const vite: () => Named = plugin.vite as () => Named
/** The plugin for Rollup. */
export const rollup: () => Named = plugin.rollup as () => Named
/** The plugin for esbuild. */
export const esbuild: () => SetUp = plugin.esbuild
/** The plugin for webpack. */
export const webpack: () => Applied = plugin.webpack
/** The plugin for Rspack. */
export const rspack: () => Applied = plugin.rspack
/** The plugin for Bun. */
export const bun: () => SetUp = plugin.bun
