import { type Loaded, withMarked, withoutTypes } from '../plugin/loading.ts'

type Load = (url: string, context: object) => Loaded | Promise<Loaded>

/** The hook of Node that reads modules. */
export async function load(url: string, context: object, nextLoad: Load): Promise<Loaded> {
  let loaded: Loaded
  try {
    loaded = await nextLoad(url, context)
  } catch (error) {
    loaded = withoutTypes(url, error)
  }
  return withMarked(loaded, url)
}
