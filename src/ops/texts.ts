import type { Description } from '../core/definition.ts'

/**
 * What people and tools read about the operators, by name. Empty in the sources, where each definition holds its own; the
 * build moves the texts here, so that an application does not bundle what only docs and tests read.
 */
export const texts: { [name: string]: Partial<Description> & { says?: { readonly [option: string]: string } } } = {}
