import { createUnplugin } from 'unplugin'
import { isSource, type PluginOptions, writer } from './include.ts'

export { bun } from './bun.ts'
export { eslint } from './eslint.ts'
export { checkSource, type Finding } from './findings.ts'
export { type FromSourceOptions, fromSource } from './from-source.ts'
export type { PluginOptions } from './include.ts'
export { type Transformed, type TransformOptions, transform } from './transform.ts'

const plugin = /* @__PURE__ */ createUnplugin((options: PluginOptions | undefined) => {
  const write = writer(options)
  return {
    name: 'dualtape',
    // Before types are taken away, and before anything moves functions.
    enforce: 'pre',
    transformInclude: isSource,
    transform: (code, id) => write(code, id) as { code: string; map: never } | undefined,
  }
})

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
export const vite: (options?: PluginOptions) => Named = plugin.vite as (options?: PluginOptions) => Named
/** The plugin for Rollup. */
export const rollup: (options?: PluginOptions) => Named = plugin.rollup as (options?: PluginOptions) => Named
/** The plugin for esbuild. */
export const esbuild: (options?: PluginOptions) => SetUp = plugin.esbuild
/** The plugin for webpack. */
export const webpack: (options?: PluginOptions) => Applied = plugin.webpack
/** The plugin for Rspack. */
export const rspack: (options?: PluginOptions) => Applied = plugin.rspack
