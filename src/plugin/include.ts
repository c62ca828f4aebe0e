import type { OptionKind } from '../core/options.ts'
import { optionReader } from '../core/options.ts'
import { type Transformed, transform } from './transform.ts'

/** Options of the plugins for bundlers. */
export interface PluginOptions {
  /**
   * Modules that are taken for such as begin with `'use ad'`, by their paths: packages that are to be differentiated as they are, without
   * being edited.
   */
  include?: RegExp | ((path: string) => boolean)
}

const choice: OptionKind<RegExp | ((path: string) => boolean)> = {
  wants: 'a regular expression for paths, or a function of them',
  accepts: (given): given is RegExp | ((path: string) => boolean) => given instanceof RegExp || typeof given === 'function',
}
const readOptions = /* @__PURE__ */ optionReader({ include: { is: choice } })

/** Paths that regular expressions have. */
export class Included {
  readonly #patterns: RegExp[] = []

  /** Throws an OptionError for what is no regular expression. */
  add(pattern: RegExp): void {
    readPattern('include', [{ pattern }])
    // One that remembers where it was would have every second path.
    this.#patterns.push(new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')))
  }

  has(path: string): boolean {
    return this.#patterns.some(each => each.test(path))
  }
}

const regular: OptionKind<RegExp> = { wants: 'a regular expression for paths', accepts: (given): given is RegExp => given instanceof RegExp }
const readPattern = /* @__PURE__ */ optionReader({ pattern: { is: regular } })

/** Whether a file is one that marked functions may stand in. */
export const isSource = (id: string): boolean => /\.[cm]?[jt]sx?$/.test(pathOf(id))

/** Writes modules anew, as the options of a plugin ask for. Throws an OptionError for options that there are not. */
export function writer(options: PluginOptions = {}): (code: string, id: string) => Transformed | undefined {
  const { include } = readOptions('dualtape/plugin', [options])
  const isIncluded = (path: string) =>
    include instanceof RegExp ? new RegExp(include.source, include.flags.replace(/[gy]/g, '')).test(path) : include?.(path) === true
  return (code, id) => transform(code, { filename: pathOf(id), mark: isIncluded(pathOf(id)) })
}

/** The path of a module, without what bundlers ask of it. */
function pathOf(id: string): string {
  return id.replace(/\?.*$/, '')
}
