import { fileURLToPath } from 'node:url'
import { DIRECTIVE, transform } from '../plugin/transform.ts'

interface Loaded {
  format?: string | null | undefined
  source?: string | ArrayBuffer | ArrayBufferView | null | undefined
  shortCircuit?: boolean
}
type Load = (url: string, context: object) => Loaded | Promise<Loaded>

/** The hook of Node that reads modules. */
export async function load(url: string, context: object, nextLoad: Load): Promise<Loaded> {
  const loaded = await nextLoad(url, context)
  const { format, source } = loaded
  if (!url.startsWith('file:') || !format?.startsWith('module') || source === null || source === undefined) return loaded
  const code = typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array)
  if (!code.includes(DIRECTIVE)) return loaded
  const path = fileURLToPath(url)
  // What another hook has made JavaScript of is none of TypeScript any more.
  const made = transform(code, { filename: format === 'module' ? path.replace(/\.([cm]?)tsx?$/, '.$1js') : path })
  if (made === undefined) return loaded
  const map = Buffer.from(JSON.stringify(made.map)).toString('base64')
  return { ...loaded, source: `${made.code}\n//# sourceMappingURL=data:application/json;base64,${map}` }
}
