import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { Included } from '../plugin/include.ts'
import { type Loaded, withMarked, withoutTypes } from '../plugin/loading.ts'

type Load = (url: string, context: object) => Loaded | Promise<Loaded>

const included = new Included()
let patterns: MessagePort | undefined

/** Takes the port on which regular expressions come for modules to include. */
export function initialize(port: MessagePort): void {
  patterns = port
}

/** The hook of Node that reads modules. */
export async function load(url: string, context: object, nextLoad: Load): Promise<Loaded> {
  let loaded: Loaded
  try {
    loaded = await nextLoad(url, context)
  } catch (error) {
    loaded = withoutTypes(url, error)
  }
  // Those that were sent before are there, though no event has said so.
  for (let sent = patterns && receiveMessageOnPort(patterns); sent !== undefined; sent = patterns && receiveMessageOnPort(patterns)) included.add(sent.message)
  return withMarked(loaded, url, included)
}
