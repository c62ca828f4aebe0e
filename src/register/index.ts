import { register } from 'node:module'
import { MessageChannel } from 'node:worker_threads'
import { Included } from '../plugin/include.ts'
import { hookCommonJs } from '../plugin/loading.ts'

/*
 * `node --import dualtape/register file.js`: modules with functions marked by 'use ad' are written anew as they are loaded, and stack
 * traces name the lines that people wrote.
 */

const included = new Included()
const { port1: patterns, port2: port } = new MessageChannel()

register('./hooks.js', import.meta.url, { data: port, transferList: [port] })
hookCommonJs(included)
process.setSourceMapsEnabled(true)
patterns.unref()

/**
 * Takes modules for such as begin with `'use ad'`, whose paths a regular expression finds: packages that are to be differentiated as they
 * are, without being edited. It counts for what is loaded from then on: say `include(/node_modules\/odex\//)`
 * in a file of its own, `node --import ./marked.js main.js`.
 *
 * Throws an OptionError for what is no regular expression.
 */
export function include(pattern: RegExp): void {
  included.add(pattern)
  patterns.postMessage(pattern)
}
