import type { Lanes, Value } from '../../wasm/lanes.ts'
import { F64, I64 } from '../../wasm/module.ts'

/** Bits of 2/π that are kept, with zeros in front: so many as the largest double needs, and 192 more. */
const ZEROS = 64
const BITS = 21 * 64

let words: BigInt64Array | undefined

/** The bits of 2/π in words of 64, the first bit highest. π by Machin's formula, 16 arctan(1/5) − 4 arctan(1/239). */
function twoOverPi(): BigInt64Array {
  if (words !== undefined) return words
  const one = 1n << BigInt(BITS + 64)
  const arctan = (n: bigint) => {
    let sum = 0n
    for (let [term, k] = [one / n, 1n]; term !== 0n; term /= -n * n, k += 2n) sum += term / k
    return sum
  }
  const pi = 16n * arctan(5n) - 4n * arctan(239n)
  const bits = ((2n * one) << BigInt(BITS - ZEROS)) / pi
  words = BigInt64Array.from({ length: BITS / 64 }, (_, i) => BigInt.asIntN(64, bits >> BigInt(BITS - 64 * (i + 1))))
  return words
}

/**
 * x = k π/2 + u + v for |x| ≥ 1, to some 130 bits, after Payne and Hanek: of x · 2/π = m 2ᵉ · 0.b₁b₂… only the bits are taken
 * that make no multiple of 4, 192 of them. (M. Payne, R. Hanek, "Radian reduction for trigonometric functions", SIGNUM
 * Newsletter 18, 1983.)
 */
export function reduceLarge(lanes: Lanes, x: Value): Record<string, Value> {
  const { body } = lanes
  const { code } = body
  const table = body.module.data(twoOverPi())
  const op = (opcode: number, ...operands: (Value | bigint)[]): Value => {
    const values = operands.map(each => (typeof each === 'bigint' ? lanes.bits(each) : each))
    return lanes.let({
      kind: 'bits',
      push: () => {
        for (const each of values) each.push()
        code.byte(opcode)
      },
    })
  }
  const [and, or, shl, shr, plus, minus, times] = [0x83, 0x84, 0x86, 0x88, 0x7c, 0x7d, 0x7e] as const
  const toDouble = (opcode: number, operand: Value): Value => {
    const local = body.local(F64)
    operand.push()
    code.byte(opcode)
    body.set(local)
    return lanes.local(local)
  }
  const bits = lanes.let(lanes.bitsOf(x))
  const size = op(and, bits, 0x7fffffffffffffffn)
  const m = op(or, op(and, size, 0xfffffffffffffn), 0x10000000000000n)
  // The first bit that counts: at the exponent of m's last bit, less one.
  const first = op(plus, op(shr, size, 52n), BigInt(ZEROS - 1075 - 2))
  const inWord = op(and, first, 63n)
  const word = (i: number): Value => {
    const local = body.local(I64)
    op(shl, op(shr, first, 6n), 3n).push()
    code.byte(0xa7) // i32.wrap_i64
    body.access([0x29], table + 8 * i)
    body.set(local)
    return lanes.local(local, 'bits')
  }
  const row = [word(0), word(1), word(2), word(3)]
  const [high, middle, low] = [0, 1, 2].map(i =>
    op(or, op(shl, row[i] as Value, inWord), op(shr, op(shr, row[i + 1] as Value, 1n), op(minus, 63n, inWord))),
  ) as [Value, Value, Value]
  // The product of m with three words, but for what is above them: by halves of words.
  const half = 0xffffffffn
  const [m0, m1] = [op(and, m, half), op(shr, m, 32n)]
  const product = (by: Value) => {
    const [b0, b1] = [op(and, by, half), op(shr, by, 32n)]
    const [low0, mid0, mid1] = [op(times, m0, b0), op(times, m1, b0), op(times, m0, b1)]
    const mid = op(plus, op(plus, op(shr, low0, 32n), op(and, mid0, half)), op(and, mid1, half))
    const above = op(plus, op(plus, op(times, m1, b1), op(shr, mid0, 32n)), op(plus, op(shr, mid1, 32n), op(shr, mid, 32n)))
    return [op(times, m, by), above] as const
  }
  const [, carried] = product(low)
  const [sum1, above] = product(middle)
  const p1 = op(plus, sum1, carried)
  // A sum that is less than a part of it has gone round.
  const carry = op(shr, op(or, op(and, sum1, carried), op(and, op(or, sum1, carried), op(0x85, p1, -1n))), 63n)
  const p2 = op(plus, op(plus, op(times, m, high), above), carry)
  const p0 = op(times, m, low)
  // Two bits of quarter turns, and the fraction behind them as a signed number of 128 bits.
  const fraction = op(or, op(shl, p2, 2n), op(shr, p1, 62n))
  const rest = op(or, op(shl, p1, 2n), op(shr, p0, 62n))
  const quarters = toDouble(0xba, op(plus, op(shr, p2, 62n), op(shr, fraction, 63n)))
  const lead = toDouble(0xb9, fraction)
  const whole = body.local(I64)
  lead.push()
  code.byte(0xfc, 0x06) // i64.trunc_sat_f64_s
  body.set(whole)
  const behind = toDouble(0xb9, op(minus, fraction, lanes.local(whole, 'bits')))
  const furthest = toDouble(0xba, rest)
  // Times π/2, and with the sign of x.
  const value = (text: string, scope: Record<string, Value>) => lanes.let(lanes.evaluate(text, scope))
  const a = value(`lead * ${2 ** -64}`, { lead })
  const b = value(`behind * ${2 ** -64} + furthest * ${2 ** -128}`, { behind, furthest })
  const ah = lanes.let(lanes.call('highPart', [a]))
  const [ph, pl] = [1.570796012878418, 3.13916478589249e-7]
  const r = value(`a * ${Math.PI / 2}`, { a })
  const e = value(`ah * ${ph} - r + ah * ${pl} + (a - ah) * ${ph} + (a - ah) * ${pl} + (a * 6.123233995736766e-17 + b * ${Math.PI / 2})`, { a, ah, b, r })
  const u = value('r + e', { r, e })
  const v = value('r - u + e', { r, u, e })
  const sign = value('copySign(1, x)', { x })
  return { k: value('sign * k', { sign, k: quarters }), u: value('sign * u + (x - x)', { sign, u, x }), v: value('sign * v', { sign, v }) }
}
