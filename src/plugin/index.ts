import { createUnplugin } from 'unplugin'
import { transform } from './transform.ts'

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

/** The plugin for Vite and vitest: `plugins: [vite()]`. */
export const vite = plugin.vite
/** The plugin for Rollup. */
export const rollup = plugin.rollup
/** The plugin for esbuild. */
export const esbuild = plugin.esbuild
/** The plugin for webpack. */
export const webpack = plugin.webpack
/** The plugin for Rspack. */
export const rspack = plugin.rspack
/** The plugin for Bun. */
export const bun = plugin.bun
