import * as ops from '../../ops/index.ts'
import { registry } from '../../ops/registry.ts'
import { arithmetic } from './arithmetic.ts'
import { type Entries, type Entry, of, piecewise, refused } from './entry.ts'
import { linearAlgebra } from './linear-algebra.ts'
import { matrices } from './matrix.ts'
import { probability, relational, trigonometry } from './scalar.ts'
import { statistics } from './statistics.ts'

/** Elementwise operators by the registry's own names; mathjs has some of them too. */
const operators: Entries = Object.fromEntries(
  registry
    .filter(({ kind }) => kind === 'elementwise')
    .map(({ name }) => {
      const operator = ops[name as 'sin'] as (...args: unknown[]) => unknown
      return [name, name === 'sign' ? piecewise(args => operator(...args)) : of(operator)]
    }),
)

const table: Entries = {
  ...operators,
  ...arithmetic,
  ...trigonometry,
  ...probability,
  ...relational,
  ...statistics,
  ...matrices,
  ...linearAlgebra,
  ...refused('symbolic computation', 'derivative leafCount resolve simplify simplifyConstant simplifyCore symbolicEqual rationalize'),
  ...refused('units', 'createUnit splitUnit unit to toBest'),
  ...refused('changes or reads the parser', 'config import typed evaluate help parse parser compile replacer reviver'),
}

/** mathjs' operators on numbers alone, which it has by names of their own. */
const SCALAR_NAMES = { addScalar: 'add', subtractScalar: 'subtract', multiplyScalar: 'multiply', divideScalar: 'divide', equalScalar: 'equal' }

/** Every function of mathjs by name, and the registry's elementwise operators. */
export const functions: ReadonlyMap<string, Entry> = new Map(
  Object.entries({ ...table, ...Object.fromEntries(Object.entries(SCALAR_NAMES).map(([name, other]) => [name, table[other] as Entry])) }),
)
