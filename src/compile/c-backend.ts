import { type OptionKind, optionReader } from '../core/options.ts'
import type { Backends } from './backend.ts'
import { type COptions, writeC } from './c/file.ts'

const text: OptionKind<string> = { wants: 'a text', accepts: given => typeof given === 'string' }
const options = { name: { is: text, default: 'f' }, dtype: { is: ['float64', 'float32'] }, header: { is: text } } as const
const read = /* @__PURE__ */ optionReader(options)

/** The options of what writes C, checked and completed. */
export function readC(name: string, given: COptions): COptions & { name: string } {
  const { name: own, dtype, header } = read(name, [given])
  return { name: own as string, ...(dtype && { dtype }), ...(header && { header }) }
}

/** C, to be compiled elsewhere. */
export const c: NonNullable<Backends['c']> = {
  emit(program, given) {
    const { name, ...rest } = readC('emit', given)
    return writeC(new Map([[name, program]]), rest)
  },
}
