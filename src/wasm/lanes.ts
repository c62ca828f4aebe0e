import { type Expression, parse, parseLines } from './expression.ts'
import { type Body, F64, I32, I64, type Type, V128 } from './module.ts'

/** What a value is: a double, the bits of one, or the answer of a comparison. */
export type Kind = 'double' | 'bits' | 'mask'

/** A value as the code that puts it on the stack. */
export interface Value {
  readonly kind: Kind
  readonly push: () => void
  /** Whether it may be pushed again and again at no cost. */
  readonly leaf?: boolean
  /** Whether it is the constant 0, not −0. */
  readonly isZero?: boolean
}

/** A way to compute a function. */
interface Way {
  /** Lines that name values, and a last one that is the result, of operands x, y and z. */
  readonly text: string
  /** Code that comes first, and the values that it names. */
  readonly write?: (lanes: Lanes, x: Value) => Readonly<Record<string, Value>>
  /** Whether the code stands where the function is called. */
  readonly inline?: boolean
  /** Whether it chooses between ways that cost too much to take all, and so has one double at a time. */
  readonly single?: boolean
}

/** The way for operands that are not usual, one at a time. */
interface Rest extends Way {
  /** What usual operands fulfil; NaN does not. */
  readonly unless: string
}

export interface FunctionText extends Way {
  readonly rest?: Rest
  /** Whether its bits are those that JavaScript gives. */
  readonly exact?: boolean
}

/** What functions compute, by their names in texts. */
export type Functions = Readonly<Record<string, FunctionText>>

/** 2⁵² · 1.5: its sum with an integer k has the bits of k at its end. */
export const ENDING = 2 ** 52 * 1.5

/** Instructions that take values and give one: their opcodes for one double and for two (f64x2), and what they give. */
const INSTRUCTIONS: Readonly<Record<string, readonly [one: number, two: number, kind: Kind]>> = {
  '+': [0xa0, 0xf0, 'double'],
  '-': [0xa1, 0xf1, 'double'],
  '*': [0xa2, 0xf2, 'double'],
  '/': [0xa3, 0xf3, 'double'],
  'Math.min': [0xa4, 0xf4, 'double'],
  'Math.max': [0xa5, 0xf5, 'double'],
  'Math.abs': [0x99, 0xec, 'double'],
  neg: [0x9a, 0xed, 'double'],
  'Math.ceil': [0x9b, 0x74, 'double'],
  'Math.floor': [0x9c, 0x75, 'double'],
  'Math.trunc': [0x9d, 0x7a, 'double'],
  roundKernel: [0x9e, 0x94, 'double'],
  'Math.sqrt': [0x9f, 0xef, 'double'],
  '==': [0x61, 0x47, 'mask'],
  '!=': [0x62, 0x48, 'mask'],
  '<': [0x63, 0x49, 'mask'],
  '>': [0x64, 0x4a, 'mask'],
  '<=': [0x65, 0x4b, 'mask'],
  '>=': [0x66, 0x4c, 'mask'],
  '&&': [0x71, 0x4e, 'mask'],
  '||': [0x72, 0x50, 'mask'],
  '!': [0x45, 0x4d, 'mask'],
  and: [0x83, 0x4e, 'bits'],
  or: [0x84, 0x50, 'bits'],
  xor: [0x85, 0x51, 'bits'],
  plus: [0x7c, 0xce, 'bits'],
  minus: [0x7d, 0xd1, 'bits'],
  differ: [0x52, 0xd7, 'mask'],
}
/** What the operands of a function are called in its text. */
const NAMES = ['x', 'y', 'z']
/** What is added to the name of a function for its way for unusual operands. */
const REST = ' rest'
const LOGICAL = ['&&', '||', '!']

const ONE = { double: F64, bits: I64, mask: I32 } as const

const plain = new Map<Expression, boolean>()

/** Whether an expression is made of instructions on doubles alone. */
function isPlain(expression: Expression): boolean {
  let found = plain.get(expression)
  if (found === undefined) {
    found = expression.type !== 'call' || (INSTRUCTIONS[expression.name]?.[2] === 'double' && expression.operands.every(isPlain))
    plain.set(expression, found)
  }
  return found
}

/** Whether an expression of JavaScript is made of arithmetic, comparisons and choices alone, which give the bits that JavaScript gives. */
export function isPlainText(text: string, functions: Functions = {}): boolean {
  return isExact(parse(text), functions)
}

function isExact(expression: Expression, functions: Functions): boolean {
  if (expression.type !== 'call') return true
  const { name, operands } = expression
  const known = functions[name]
  const isOne =
    name === '?' ||
    name === 'Math.fround' ||
    INSTRUCTIONS[name] !== undefined ||
    known?.exact === true ||
    (known?.inline === true && !known.text.includes('\n') && isExact(parse(known.text), functions))
  return isOne && operands.every(each => isExact(each, functions))
}

/** Writes code on doubles, one at a time or two: the same expressions in both widths. */
export class Lanes {
  readonly body: Body
  readonly wide: boolean

  constructor(body: Body, wide: boolean) {
    this.body = body
    this.wide = wide
  }

  typeOf(kind: Kind): Type {
    return this.wide ? V128 : ONE[kind]
  }

  number(value: number): Value {
    if (this.wide) return { ...this.bits(new BigInt64Array(Float64Array.of(value).buffer)[0] as bigint), kind: 'double', isZero: Object.is(value, 0) }
    return { kind: 'double', push: () => this.body.double(value), leaf: true }
  }

  bits(value: bigint): Value {
    const { body, wide } = this
    const push = () => {
      if (!wide) return void body.code.byte(0x42).long(value)
      if (body.module.shared) return void body.code.byte(0xfd, 0x0c).twice(value)
      const at = body.module.constant(value)
      body.integer(0)
      body.access([0xfd, 0x0a], at) // v128.load64_splat
    }
    return { kind: 'bits', push, leaf: true }
  }

  local(local: number, kind: Kind = 'double'): Value {
    return { kind, push: () => this.body.get(local), leaf: true }
  }

  /** The value in a local of its own, for what needs it more than once. */
  let(value: Value): Value {
    if (value.leaf) return value
    const local = this.body.local(this.typeOf(value.kind))
    value.push()
    this.body.set(local)
    return this.local(local, value.kind)
  }

  opcode(one: number, two: number): void {
    if (this.wide) this.body.code.byte(0xfd).unsigned(two)
    else this.body.code.byte(one)
  }

  instruction(name: string, ...operands: readonly Value[]): Value {
    const [one, two, kind] = INSTRUCTIONS[name] as (typeof INSTRUCTIONS)[string]
    return this.#after(kind, operands, () => this.opcode(one, two))
  }

  #after(kind: Kind, operands: readonly Value[], write: () => void): Value {
    const push = () => {
      for (const each of operands) each.push()
      write()
    }
    return { kind, push }
  }

  /** The bits of a double; no instruction for two, whose type is the same. */
  bitsOf(x: Value): Value {
    return this.wide ? { ...x, kind: 'bits' } : this.#after('bits', [x], () => void this.body.code.byte(0xbd))
  }

  ofBits(x: Value): Value {
    return this.wide ? { ...x, kind: 'double' } : this.#after('double', [x], () => void this.body.code.byte(0xbf))
  }

  /** Bits moved by a number of places: to the left, or filled with zeros to the right. */
  shift(x: Value, places: number): Value {
    return this.#after('bits', [x], () => {
      if (this.wide) this.body.integer(Math.abs(places))
      else this.body.code.byte(0x42).long(BigInt(Math.abs(places)))
      if (places > 0) this.opcode(0x86, 0xcb)
      else this.opcode(0x88, 0xcd)
    })
  }

  /** A mask as 1 and 0. */
  double(x: Value): Value {
    if (x.kind === 'double') return x
    if (this.wide) return { kind: 'double', push: this.instruction('and', x, this.number(1)).push }
    return this.#after('double', [x], () => void this.body.code.byte(0xb7)) // f64.convert_i32_s
  }

  /** Whether a number is a true condition: 0 and NaN are none. */
  mask(x: Value): Value {
    return x.kind === 'mask' ? x : this.instruction('>', this.instruction('Math.abs', x), this.number(0))
  }

  /** One value or another. Of a single lane only one is computed, where that costs something. */
  select(test: Value, yes: Value, no: Value): Value {
    const { code } = this.body
    if (this.wide && yes.isZero) return this.#after('double', [no, test], () => void code.byte(0xfd, 0x4f)) // v128.andnot
    if (this.wide && no.isZero) return this.#after('double', [yes, test], () => void code.byte(0xfd, 0x4e)) // v128.and
    if (this.wide) return this.#after('double', [yes, no, test], () => void code.byte(0xfd, 0x52))
    if (yes.leaf && no.leaf) return this.#after('double', [yes, no, test], () => void code.byte(0x1b))
    const push = () => {
      test.push()
      code.byte(0x04, F64)
      yes.push()
      code.byte(0x05)
      no.push()
      code.byte(0x0b)
    }
    return { kind: 'double', push }
  }

  /** An expression's value, given the values that it names. */
  evaluate(text: string, scope: Readonly<Record<string, Value>>): Value {
    return this.#value(parse(text), scope)
  }

  #value(expression: Expression, scope: Readonly<Record<string, Value>>): Value {
    if (expression.type === 'number') return this.number(expression.value)
    if (expression.type === 'name') return scope[expression.name] ?? this.number(Number(expression.name))
    return this.call(
      expression.name,
      expression.operands.map(each => this.#value(each, scope)),
    )
  }

  /** A function or an operator of JavaScript, by its name. */
  call(name: string, operands: readonly Value[]): Value {
    if (name in INSTRUCTIONS) return this.instruction(name, ...operands.map(each => (LOGICAL.includes(name) ? this.mask(each) : this.double(each))))
    if (name === '?') {
      const [test, yes, no] = operands as [Value, Value, Value]
      return this.select(this.mask(test), this.double(yes), this.double(no))
    }
    const doubles = operands.map(each => this.double(each))
    const primitive = this.#primitive(name, ...(doubles as [Value, Value]))
    if (primitive !== undefined) return primitive
    const { functions } = this.body.module
    const known: FunctionText | undefined = functions[name] ?? functions[name.slice(0, -REST.length)]?.rest
    const named = (values: readonly Value[]) => Object.fromEntries(values.map((each, i) => [NAMES[i] as string, each]))
    if (known?.inline) return this.program(known.text, named(doubles.map(each => this.let(each))))
    if (this.wide && (known === undefined || known.single))
      return this.laneByLane(
        name,
        doubles.map(each => this.let(each)),
      )
    // Two at a time its code stands where it is called, since a call costs V8 as much as half of what is called.
    if (this.wide) return this.#either(name, known as FunctionText, named(doubles.map(each => this.let(each))))
    const types = operands.map((): Type => F64)
    if (known === undefined) this.body.module.imports(name, types, F64)
    else
      this.body.module.define(name, types, F64, body => {
        const lanes = new Lanes(body, false)
        lanes.#either(name, known, named(operands.map((_, i) => lanes.local(i)))).push()
      })
    return this.#after('double', doubles, () => this.body.call(name))
  }

  /** What a function's text gives, and for unusual operands its other way. */
  #either(name: string, { text, write, rest }: FunctionText, scope: Readonly<Record<string, Value>>): Value {
    const { code } = this.body
    const x = scope.x as Value
    const usual = () => this.program(text, { ...scope, ...write?.(this, x) }).push()
    const push = () => {
      if (rest === undefined) return usual()
      this.evaluate(rest.unless, { x }).push()
      if (this.wide) code.byte(0xfd, 0xc3, 0x01) // i64x2.all_true
      code.byte(0x04, this.typeOf('double'))
      usual()
      code.byte(0x05)
      if (this.wide) this.laneByLane(name, [x]).push()
      else this.call(name + REST, [x]).push()
      code.byte(0x0b)
    }
    return { kind: 'double', push }
  }

  /** Lines that give names to values, the last of which is the result. */
  program(text: string, given: Readonly<Record<string, Value>>): Value {
    const scope = { ...given }
    const { lines, result } = parseLines(text)
    for (const [name, expression] of lines) scope[name] = this.let(this.#value(expression, scope))
    return this.#value(result, scope)
  }

  /** Puts an expression's value on the stack, and its operands by their names; false for expressions that need more than instructions. */
  push(text: string, operand: (name: string) => void): boolean {
    const expression = parse(text)
    if (!isPlain(expression)) return false
    this.#push(expression, operand)
    return true
  }

  #push(expression: Expression, operand: (name: string) => void): void {
    if (expression.type === 'number') this.body.double(expression.value)
    else if (expression.type === 'name') operand(expression.name)
    else {
      for (const each of expression.operands) this.#push(each, operand)
      const [one, two] = INSTRUCTIONS[expression.name] as (typeof INSTRUCTIONS)[string]
      this.opcode(one, two)
    }
  }

  /** What is made of a double's bits, which JavaScript has no operators for. */
  #primitive(name: string, x: Value, y: Value): Value | undefined {
    const bits = (op: string, ...operands: readonly Value[]) => this.instruction(op, ...operands)
    switch (name) {
      case 'number':
        return x
      // To 32 bits and back.
      case 'Math.fround':
        return this.#after('double', [x], () => {
          this.opcode(0xb6, 0x5e)
          this.opcode(0xbb, 0x5f)
        })
      // An integer k as a double whose bits end with those of k.
      case 'ending':
        return this.instruction('+', x, this.number(ENDING))
      // x 2ᵏ for an x around 1 and y = ending(k), where that is normal
      case 'scaled':
        return this.ofBits(bits('plus', this.bitsOf(x), this.shift(this.bitsOf(y), 52)))
      // Whether k is odd, and x with its sign changed where k / 2 is, for ending(k).
      case 'odd':
        return this.instruction('differ', bits('and', this.bitsOf(x), this.bits(1n)), this.bits(0n))
      case 'turned':
        return this.ofBits(bits('xor', this.bitsOf(x), this.shift(bits('and', this.bitsOf(y), this.bits(2n)), 62)))
      // e and m of x = 2ᵉ m with √½ ≤ m < √2, for normal x > 0
      case 'exponent': {
        const raised = this.ofBits(bits('or', this.shift(this.#fromRootHalf(x), -52), this.bitsOf(this.number(2 ** 52))))
        return this.instruction('-', raised, this.number(2 ** 52 + 1023))
      }
      case 'significand': {
        const exponent = bits('and', this.#fromRootHalf(x), this.bits(-0x10000000000000n))
        return this.ofBits(bits('plus', bits('minus', this.bitsOf(x), exponent), this.bitsOf(this.number(1))))
      }
      // x with the lower half of its significand cleared
      case 'highPart':
        return this.ofBits(bits('and', this.bitsOf(x), this.bits(-0x100000000n)))
      // the size of x with the sign of y
      case 'copySign': {
        const size = bits('and', this.bitsOf(x), this.bits(0x7fffffffffffffffn))
        return this.ofBits(bits('or', size, bits('and', this.bitsOf(y), this.bits(-0x8000000000000000n))))
      }
      default:
        return undefined
    }
  }

  /** The bits of a double less those of √½, and those of 1: the exponent in them counts from √½ on. */
  #fromRootHalf(x: Value): Value {
    return this.instruction('plus', this.bitsOf(x), this.bits(0x3ff0000000000000n - 0x3fe6a09e667f3bcdn))
  }

  /** One of two doubles. */
  lane(two: Value, which: number): Value {
    return this.#after('double', [two], () => void this.body.code.byte(0xfd, 0x21, which))
  }

  /** A double twice. */
  spread(one: Value): Value {
    return this.#after('double', [one], () => void this.body.code.byte(0xfd, 0x14))
  }

  /** A function of single doubles on both of two. */
  laneByLane(name: string, operands: readonly Value[]): Value {
    const single = new Lanes(this.body, false)
    const [first, second] = [0, 1].map(which =>
      single.call(
        name,
        operands.map(each => this.lane(each, which)),
      ),
    ) as [Value, Value]
    return this.#after('double', [this.spread(first), second], () => void this.body.code.byte(0xfd, 0x22, 1)) // f64x2.replace_lane
  }
}
