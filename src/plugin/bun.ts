import { readFile } from 'node:fs/promises'
import { leadBack, WrittenAnew } from './bun-maps.ts'
import { type PluginOptions, writer } from './include.ts'

interface Loaded {
  contents: string
  loader: string
}
interface Build {
  /** Left out where modules are loaded, and nothing is built. */
  config?: object
  onLoad(where: { filter: RegExp }, load: (file: { path: string; loader?: string }) => Promise<Loaded | undefined>): void
  onEnd?(end: (made: { outputs: readonly { path: string }[] }) => Promise<void>): void
}

/**
 * The plugin for Bun: `Bun.build({ plugins: [bun()] })`, or `plugin(bun())` in a file that bunfig.toml names in `preload`. There it wants a
 * text of each module that it asks about, and takes none of CommonJS: packages are left out. Bun reads no source maps of plugins: those of a
 * build are led back to the source when it ends, and `error.stack` by `Error.prepareStackTrace`. What Bun itself prints of an error that
 * nobody catches names the lines of what was written anew.
 */
export const bun = (options?: PluginOptions): { name: string; setup(build: object): void } => ({
  name: 'dualtape',
  setup(build) {
    const write = writer(options)
    const anew = new WrittenAnew()
    const { config, onEnd } = build as Build
    const filter = config === undefined ? /^(?!.*[\\/]node_modules[\\/]).*\.m?[jt]sx?$/ : /\.[cm]?[jt]sx?$/
    ;(build as Build).onLoad({ filter }, async ({ path, loader }) => {
      const code = await readFile(path, 'utf8')
      const made = write(code, path)
      if (made !== undefined) anew.add(path, made.map)
      const contents = made?.code ?? (config === undefined ? code : undefined)
      return contents === undefined ? undefined : { contents, loader: loader ?? (/[jt]sx?$/.exec(path)?.[0] as string) }
    })
    if (config === undefined) leadBack(anew)
    else onEnd?.call(build, ({ outputs }) => anew.inFiles(outputs.map(({ path }) => path)))
  },
})
