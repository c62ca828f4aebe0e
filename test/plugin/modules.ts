import { transformSync } from 'esbuild'
import * as library from '../../src/index.ts'
import * as runtime from '../../src/plugin/runtime.ts'
import { transform } from '../../src/plugin/transform.ts'

// biome-ignore lint/suspicious/noExplicitAny: what a module exports
type Any = any

/** What a module's text exports, as it is. */
export function evaluate(code: string, filename = 'module.js'): Any {
  const loader = filename.replace(/^.*\.[cm]?/, '') as 'js' | 'ts' | 'tsx' | 'jsx'
  const { code: common } = transformSync(code, { loader, format: 'cjs', sourcefile: filename })
  const module = { exports: {} }
  const require = (name: string) => (name === 'dualtape/plugin/runtime' ? runtime : name === 'dualtape' ? library : {})
  new Function('module', 'exports', 'require', common)(module, module.exports, require)
  return module.exports
}

/** What a module exports that has been written anew. */
export function load(code: string, filename = 'module.js'): Any {
  return evaluate(transform(code, { filename })?.code ?? code, filename)
}

/** What a function gives while a transform runs that has nothing to do with it. */
export function inside<T>(f: () => T): T {
  let result: T | undefined
  library.jvp(
    (x: number) => {
      result = f()
      return x
    },
    [1],
    [1],
  )
  return result as T
}
