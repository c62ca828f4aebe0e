import { Tensor } from '../../../core/tensor.ts'
import type { Value } from '../../../core/types.ts'
import { toFloat32, toFloat64 } from '../../../ops/casts.ts'
import * as d from '../../../ops/index.ts'
import { BOOL, DOUBLE, FLOAT, INT64 } from '../format.ts'
import { type Call, float, int, type Operator, truth } from './call.ts'
import type { Item } from './item.ts'
import { KINDS } from './tensors.ts'

/* Operators on entries. */

type OfOne = (x: Value) => Value
type OfTwo = (x: Value, y: Value) => Value

/** Of one operand, whose kind the result has. */
const one =
  (f: OfOne): Operator =>
  call => ({ kind: call.item(0).kind, value: f(call.x(0)) })

const two =
  (f: OfTwo): Operator =>
  call => ({ kind: call.item(0).kind, value: f(call.x(0), call.x(1)) })

const asks =
  (f: OfTwo): Operator =>
  call =>
    truth(f(call.x(0), call.x(1)))

const several =
  (f: OfTwo): Operator =>
  call => ({ kind: call.item(0).kind, value: all(call).reduce(f) })

/** All operands, of which there is one at least. */
function all(call: Call): [Value, ...Value[]] {
  return [call.x(0), ...call.inputs.slice(1).map((_, i) => call.x(i + 1))]
}

const add: OfTwo = (x, y) => d.add(x, y) as Value
const mul: OfTwo = (x, y) => d.mul(x, y) as Value

const OPERATORS: Readonly<Record<string, Operator>> = {
  Abs: one(d.abs as OfOne),
  Neg: one(d.neg as OfOne),
  Exp: one(d.exp as OfOne),
  Log: one(d.log as OfOne),
  Sqrt: one(d.sqrt as OfOne),
  Sin: one(d.sin as OfOne),
  Cos: one(d.cos as OfOne),
  Tan: one(d.tan as OfOne),
  Asin: one(d.asin as OfOne),
  Acos: one(d.acos as OfOne),
  Atan: one(d.atan as OfOne),
  Sinh: one(d.sinh as OfOne),
  Cosh: one(d.cosh as OfOne),
  Asinh: one(d.asinh as OfOne),
  Acosh: one(d.acosh as OfOne),
  Atanh: one(d.atanh as OfOne),
  Tanh: one(d.tanh as OfOne),
  Sigmoid: one(d.sigmoid as OfOne),
  Relu: one(d.relu as OfOne),
  Sign: one(d.sign as OfOne),
  Floor: one(d.floor as OfOne),
  Ceil: one(d.ceil as OfOne),
  Round: one(d.round as OfOne),
  Erf: one(d.erf as OfOne),
  Reciprocal: one(d.reciprocal as OfOne),
  Softplus: one(d.softplus as OfOne),
  Softsign: one(d.softsign as OfOne),
  Mish: one(d.mish as OfOne),
  Identity: call => call.item(0),
  // Where it infers, it lets everything pass; nothing is masked.
  Dropout: call => {
    if (call.has(2) && call.numbers(2)[0] !== 0) call.fail('it drops entries at random while it trains; export the model for inference')
    return [call.item(0), truth(d.broadcastTo(1, call.shape(0)))]
  },
  Not: call => truth(d.logicalNot(call.x(0) as Tensor)),
  IsNaN: call => truth(d.isNan(call.x(0) as Tensor)),
  IsInf: call => {
    const wanted = [
      call.int('detect_positive', 1) ? Number.POSITIVE_INFINITY : Number.NaN,
      call.int('detect_negative', 1) ? Number.NEGATIVE_INFINITY : Number.NaN,
    ]
    return truth(d.logicalOr(d.equal(call.tensor(0), wanted[0] as number), d.equal(call.tensor(0), wanted[1] as number)))
  },
  LeakyRelu: call => float(d.leakyRelu(call.tensor(0), { slope: call.float('alpha', 0.01) })),
  PRelu: call => float(d.where(d.less(call.tensor(0), 0), mul(call.x(1), call.x(0)) as Tensor, call.tensor(0))),
  Elu: call => float(d.elu(call.tensor(0), { alpha: call.float('alpha', 1) })),
  Celu: call => float(d.celu(call.tensor(0), { alpha: call.float('alpha', 1) })),
  Selu: call => {
    const [alpha, gamma] = [call.float('alpha', 1.6732631921768188), call.float('gamma', 1.0507010221481323)]
    return float(mul(gamma, d.elu(call.tensor(0), { alpha })))
  },
  HardSigmoid: call => float(d.clip(add(mul(call.float('alpha', 0.2), call.x(0)), call.float('beta', 0.5)) as Tensor, 0, 1)),
  HardSwish: call => float(mul(call.x(0), d.clip(add(mul(1 / 6, call.x(0)), 0.5) as Tensor, 0, 1))),
  Gelu: call => float(call.text('approximate', 'none') === 'tanh' ? d.geluTanh(call.tensor(0)) : d.gelu(call.tensor(0))),
  Clip: call => {
    const bound = (input: number, name: string, otherwise: number) => (call.has(input) ? call.x(input) : call.float(name, otherwise))
    return {
      kind: call.item(0).kind,
      value: d.clip(call.tensor(0), bound(1, 'min', Number.NEGATIVE_INFINITY) as number, bound(2, 'max', Number.POSITIVE_INFINITY) as number),
    }
  },
  Add: two(add),
  Sub: two(d.sub as OfTwo),
  Mul: two(mul),
  Div: call => {
    const quotient = d.div(call.tensor(0), call.tensor(1)) as Value
    return { kind: call.item(0).kind, value: call.item(0).kind === 'int' ? (d.trunc(quotient as Tensor) as Value) : quotient }
  },
  Pow: two(d.pow as OfTwo),
  Mod: call => {
    const [x, y] = [call.tensor(0), call.tensor(1)]
    if (call.int('fmod', 0) === 0) return { kind: call.item(0).kind, value: d.mod(x, y) }
    const signed = d.mul(d.sign(x), d.mod(d.abs(x), d.abs(y))) as Value
    return { kind: call.item(0).kind, value: signed }
  },
  Max: several(d.maximum as OfTwo),
  Min: several(d.minimum as OfTwo),
  Sum: several(add),
  Mean: call => float(d.div(all(call).reduce(add) as Tensor, call.inputs.length) as Value),
  Equal: asks(d.equal as OfTwo),
  Less: asks(d.less as OfTwo),
  LessOrEqual: asks(d.lessEqual as OfTwo),
  Greater: asks(d.greater as OfTwo),
  GreaterOrEqual: asks(d.greaterEqual as OfTwo),
  And: asks(d.logicalAnd as OfTwo),
  Or: asks(d.logicalOr as OfTwo),
  Xor: asks(d.notEqual as OfTwo),
  Where: call => ({ kind: call.item(1).kind, value: d.where(call.tensor(0), call.tensor(1), call.tensor(2)) as Value }),
  Cast: call => cast(call, call.item(0), call.int('to', FLOAT)),
  CastLike: call => {
    const { kind, value } = call.item(1)
    const isSingle = value instanceof Tensor && value.dtype === 'float32'
    return cast(call, call.item(0), kind === 'int' ? INT64 : kind === 'bool' ? BOOL : isSingle ? FLOAT : DOUBLE)
  },
}

/** Operators on entries, none of which makes more than a model may. */
export const ELEMENTWISE: Readonly<Record<string, Operator>> = Object.fromEntries(
  Object.entries(OPERATORS).map(([name, operator]) => [
    name,
    call => {
      call.givesBroadcast()
      return operator(call)
    },
  ]),
)

function cast(call: Call, { kind, value }: Item, to: number): Item {
  const wanted = KINDS[to]
  if (wanted === undefined) return call.fail(`entries of type ${to} (TensorProto.DataType) are not known here`)
  if (wanted === 'bool') return kind === 'bool' ? { kind, value } : truth(d.logicalNot(d.equal(value as Tensor, 0)))
  if (wanted === 'int') return int(kind === 'float' ? (d.trunc(d.stopGradient(toFloat64(value as Tensor) as Tensor)) as Value) : plainNumbers(value))
  const numbers = plainNumbers(value)
  return float(to === DOUBLE ? (toFloat64(numbers as Tensor) as Value) : to === FLOAT && numbers instanceof Tensor ? (toFloat32(numbers) as Value) : numbers)
}

/** Truths as the numbers 0 and 1. */
function plainNumbers(value: Value): Value {
  if (typeof value === 'boolean') return Number(value)
  return value instanceof Tensor && value.dtype === 'bool' ? (d.where(value, 1, 0) as Value) : value
}
