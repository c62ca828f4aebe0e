import { formatShape, mustFit, type Shape, sameShape } from '../../core/shape.ts'
import { type Graph, type GraphNode, isScalarNode } from '../graph.ts'
import { type LoopParams, layoutOf } from './parts.ts'

type Kind = Pick<GraphNode, 'shape' | 'dtype' | 'rank0'>

/** The shape of a loop's result. Throws a ShapeError where its parts do not fit each other or its operands; see `LoopParams`. */
export function loopShape(params: LoopParams, operands: readonly Kind[]): Shape {
  const { body, condition, count, carries, items, bounded } = params
  const inputs = kindsOf(body, body.inputs)
  const outputs = kindsOf(body, body.outputs)
  const [round, ...parts] = inputs
  mustFit(round !== undefined && isNumber(round), 'the body of a loop takes the number of the round first')
  mustFit(parts.length + (bounded ? 1 : 0) === operands.length, `the body takes ${parts.length} values, but ${operands.length} are given`)
  mustFit(carries + items <= parts.length && carries <= outputs.length, 'there are fewer parts than carries and items name')
  parts.forEach((part, k) => {
    const operand = operands[k] as Kind
    if (k < carries)
      mustFit(sameKind(part, outputs[k] as Kind), `part ${k} of the state is ${format(part)} before a round and ${format(outputs[k] as Kind)} after it`)
    const isItem = k >= carries && k < carries + items
    const fits = isItem ? sameShape(operand.shape, [count, ...part.shape]) : sameKind(part, operand)
    mustFit(fits, `operand ${k} is ${format(operand)}, ${isItem ? `not ${count} items of` : 'not'} ${format(part)}`)
  })
  mustFit(!bounded || isNumber(operands.at(-1) as Kind), 'the number of rounds is no number')
  if (condition !== undefined) {
    const asked = kindsOf(condition, condition.inputs)
    mustFit(asked.length === inputs.length && asked.every((each, k) => sameKind(each, inputs[k] as Kind)), 'the condition does not take what the body takes')
    mustFit(condition.outputs.length === 1 && kindsOf(condition, condition.outputs).every(isNumber), 'the condition is no truth')
  }
  mustFit(
    [body, condition].every(each => each === undefined || each.guards.length === 0),
    'a part of a loop has guards',
  )
  return [layoutOf(params).size]
}

function kindsOf({ nodes }: Graph, ids: readonly number[]): Kind[] {
  return ids.map(id => nodes[id] as GraphNode)
}

/** Whether something is a scalar. */
function isNumber(kind: Kind): boolean {
  return isScalarNode(kind)
}

function sameKind(a: Kind, b: Kind): boolean {
  return sameShape(a.shape, b.shape) && a.dtype === b.dtype && a.rank0 === b.rank0
}

function format({ shape, dtype, rank0 }: Kind): string {
  return shape.length > 0 || rank0 ? `a tensor of shape ${formatShape(shape)}` : dtype === 'bool' ? 'a truth' : 'a number'
}
