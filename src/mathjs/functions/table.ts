import { shapeOf } from '../../core/dispatch.ts'
import { sizeOfShape } from '../../core/shape.ts'
import { Tensor } from '../../core/tensor.ts'
import * as ops from '../../ops/index.ts'
import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import { registry } from '../../ops/registry.ts'
import { arithmetic } from './arithmetic.ts'
import { type ConstantArgument, type Context, type Entries, type Entry, of, piecewise, refused, smooth } from './entry.ts'
import { linearAlgebra } from './linear-algebra.ts'
import { matrices } from './matrix.ts'
import { probability, relational, trigonometry } from './scalar.ts'
import { statistics } from './statistics.ts'

/** Elementwise operators by the registry's own names; mathjs has some of them too. */
const operators: Entries = Object.fromEntries(
  registry
    .filter(({ kind, casts }) => kind === 'elementwise' && casts !== true)
    .map(definition => [definition.name, entryOf(definition as ElementwiseDefinition)]),
)

function entryOf(definition: ElementwiseDefinition): Entry {
  const operator = ops[definition.name as 'sin'] as (...args: unknown[]) => unknown
  const constants = heldBy(definition)
  if (definition.partials === undefined) return piecewise(args => operator(...args))
  if (constants.length === 0) return of(operator)
  const call = (args: (number | Tensor)[], context: Context) => {
    const orders = constants.flatMap(({ at }) =>
      args[at as number] instanceof Tensor ? [...(args[at as number] as Tensor).data] : [Number(args[at as number])],
    )
    // Values of high orders come from those of all below, entry by entry.
    context.spend(20 * Math.max(...orders.map(Math.abs)) * Math.max(...args.map(each => sizeOfShape(shapeOf(each)))))
    return operator(...args)
  }
  return smooth(call, { constants })
}

/** The operands by which an operator has no derivative, such as the order of a Bessel function: their partial is NaN as it is written. */
function heldBy({ partials, samples, value }: ElementwiseDefinition): readonly ConstantArgument[] {
  const [sample = []] = samples as readonly (readonly number[])[]
  return (partials?.(...sample, value(...sample)) ?? []).flatMap((partial, at) => (Number.isNaN(partial) ? [{ what: 'the order', at }] : []))
}

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
