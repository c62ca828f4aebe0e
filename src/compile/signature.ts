import { isNumericTypedArray, Tensor } from '../core/tensor.ts'

/** How the arguments of a call are built, and where their numbers are. */
export interface Signature {
  readonly parameters: readonly string[]
  /** For each input of the graph, an expression in the parameters. */
  readonly paths: readonly string[]
  /** Tests on the parameters that a call of this structure passes. */
  readonly tests: readonly string[]
  /** Values that are part of the program: booleans, strings, functions. They are kept behind the constants of the graph. */
  readonly statics: readonly unknown[]
  readonly staticsFrom: number
}

/** The structure of a list of arguments. */
export function signatureOf(args: readonly unknown[], staticsFrom: number): Signature {
  const paths: string[] = []
  const tests: string[] = []
  const statics: unknown[] = []
  const visit = (x: unknown, path: string): void => {
    if (typeof x === 'number') {
      tests.push(`typeof ${path} === 'number'`)
      paths.push(path)
    } else if (x instanceof Tensor) {
      tests.push(
        `${path} instanceof Tensor && !(${path} instanceof TracedTensor) && ${path}.dtype === '${x.dtype}' && hasShape(${path}.shape, [${x.shape.join()}])`,
      )
      paths.push(path)
    } else if (isNumericTypedArray(x)) {
      tests.push(`${path} instanceof ${x.constructor.name} && ${path}.length === ${x.length}`)
      for (let i = 0; i < x.length; i++) paths.push(`${path}[${i}]`)
    } else if (Array.isArray(x) && x.length > 0 && x.every(each => typeof each === 'number')) {
      tests.push(`isNumbers(${path}, ${x.length})`)
      for (let i = 0; i < x.length; i++) paths.push(`${path}[${i}]`)
    } else if (Array.isArray(x)) {
      tests.push(`Array.isArray(${path}) && ${path}.length === ${x.length}`)
      x.forEach((each, i) => {
        visit(each, `${path}[${i}]`)
      })
    } else if (typeof x === 'object' && x !== null) {
      tests.push(`typeof ${path} === 'object' && ${path} !== null && Object.keys(${path}).length === ${Object.keys(x).length}`)
      for (const [key, each] of Object.entries(x)) visit(each, `${path}[${JSON.stringify(key)}]`)
    } else {
      tests.push(`${path} === constants[${staticsFrom + statics.length}]`)
      statics.push(x)
    }
  }
  const parameters = args.map((_, i) => `a${i}`)
  args.forEach((arg, i) => {
    visit(arg, `a${i}`)
  })
  return { parameters, paths, tests, statics, staticsFrom }
}

/** The text of `matches`, which says whether a call has this structure. */
export function structureTest({ parameters, tests }: Signature): string {
  return `function hasShape(shape, wanted) { return shape.length === wanted.length && wanted.every((each, i) => shape[i] === each) }
function isNumbers(x, length) {
  if (!Array.isArray(x) || x.length !== length) return false
  for (let i = 0; i < length; i++) if (typeof x[i] !== 'number') return false
  return true
}
function matches(${parameters.join(', ')}) {
  return ${tests.length === 0 ? 'true' : tests.join('\n    && ')}
}`
}
