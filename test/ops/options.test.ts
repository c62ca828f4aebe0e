import { describe, expect, it } from 'vitest'
import { optionLines } from '../../scripts/reference/options.ts'
import * as kinds from '../../src/core/option-kinds.ts'
import type { Option } from '../../src/core/options.ts'
import { DualtapeError, grad, OptionError, Tensor, tensor, variable } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { registry } from '../../src/ops/registry.ts'
import { checkGrads } from '../../src/testing/index.ts'
import { numbersOf } from '../results.ts'

type Operator = (...args: unknown[]) => unknown
type Named = Record<string, unknown>

const operatorOf = (name: string) => ops[name as keyof typeof ops] as unknown as Operator
const isNamed = (x: unknown): x is Named => typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype

/** A sample's operands, and its options by name. */
function partsOf({ takes = 0, bare = [], options }: (typeof registry)[number], sample: readonly unknown[]): [operands: readonly unknown[], named: Named] {
  const operands = sample.slice(0, takes)
  const behind = options === undefined ? [] : sample.slice(takes)
  const last = behind.at(-1)
  const positions = isNamed(last) ? behind.slice(0, -1) : behind
  return [operands, { ...Object.fromEntries(positions.map((each, i) => [bare[i], each])), ...(isNamed(last) ? last : {}) }]
}

const accepts = ({ is }: Option, given: unknown) => ('accepts' in is ? is.accepts(given) : is.includes(given))

describe.each(registry.map(each => [each.name, each] as const))('the options of %s', (name, definition) => {
  const { options = {}, bare = [], samples, takes = 0 } = definition
  const operator = operatorOf(name)
  const [operands, named] = partsOf(definition, samples[0] as readonly unknown[])
  const refused = (run: () => unknown, ...words: string[]) => {
    expect(run).toThrow(DualtapeError)
    for (const word of [name, ...words]) expect(run).toThrow(word)
  }

  it('are those declared, and no others', () => {
    refused(() => operator(...operands, { ...named, nonsense: 1 }), ...(takes < 9 ? ['nonsense'] : []))
    for (const option of Object.keys(options)) {
      refused(() => operator(...operands, { ...named, [`${option}s`]: 1 }), `${option}s`, `Did you mean ${option}?`)
      refused(() => operator(...operands, { ...named, [option.toUpperCase()]: 1 }), option.toUpperCase())
    }
  })

  it('that are sizes nothing has give what is small, or an error at once', () => {
    for (const [key, option] of Object.entries(options)) {
      for (const n of [2 ** 31, 2 ** 32 + 2, 1e12, Number.MAX_SAFE_INTEGER]) {
        for (const form of [
          n,
          -n,
          [n],
          [n, n],
          [[n, 0]],
          [[0, n]],
          [
            [0, n],
            [n, 0],
          ],
        ].filter(each => accepts(option, each))) {
          // biome-ignore format: forms
          try {
            expect(numbersOf(operator(...operands, { ...named, [key]: form })).length).toBeLessThan(1000)
          } catch (error) {
            if (!(error instanceof DualtapeError)) throw error
          }
        }
      }
    }
  })

  it('are of their kinds, and constants where they are no operands', () => {
    for (const [key, option] of Object.entries(options)) {
      if ('default' in option) expect(accepts(option, option.default), key).toBe(true)
      for (const wrong of [Symbol.iterator, () => 1, new Date(0), 'nonsense', 2n, Number.NaN, -0.5, true, null, [[['x']]]]) {
        if (!accepts(option, wrong)) refused(() => operator(...operands, { ...named, [key]: wrong }), `${key} is `)
      }
      expect(accepts(option, 'nonsense'), key).toBe(false)
      if ('traced' in option.is) continue
      const traced = (x: number) => {
        operator(...operands, { ...named, [key]: x })
        return ops.mul(x, 1)
      }
      refused(() => grad(traced)(1), `${key} is `, 'traced')
      refused(() => operator(...operands, { ...named, [key]: variable(1) }), `${key} is `, 'traced')
      refused(() => operator(...operands, { ...named, [key]: [variable(1)] }), `${key} is `, 'traced')
    }
  })

  it('that are no constants have derivatives', () => {
    for (const [key, option] of Object.entries(options)) {
      if (option.is !== kinds.differentiable) continue
      for (const [given, all] of samples.map(each => partsOf(definition, each))) {
        if (all[key] !== undefined) checkGrads(x => operator(...given, { ...all, [key]: x }), [all[key]])
      }
    }
  })

  it('stand by position only where it says so', () => {
    for (const each of bare) expect(options).toHaveProperty(each)
    if (takes > 9) return
    const positions = bare.map(each => named[each])
    refused(() => operator(...operands, ...positions, 'nonsense'))
    refused(() => operator(...operands, ...positions, { ...Object.fromEntries(Object.entries(named).filter(([key]) => !bare.includes(key))) }, 1))
    refused(() => operator(...operands, ...positions, 1, 1, 1))
    const [first] = bare
    const sample = samples.map(each => partsOf(definition, each)).find(([, given]) => first !== undefined && given[first] !== undefined)
    if (first === undefined || sample === undefined) return
    const { [first]: value, ...others } = sample[1]
    const results = [operator(...sample[0], value, others), operator(...sample[0], sample[1])]
    expect(plain(results[0])).toEqual(plain(results[1]))
    refused(() => operator(...sample[0], value, sample[1]), first, 'twice')
  })

  it('each change something in a sample', () => {
    for (const [key, option] of Object.entries(options)) {
      const used = samples.map(each => partsOf(definition, each)).filter(([, given]) => given[key] !== undefined)
      expect(used.length, key).toBeGreaterThan(0)
      if (option.required) continue
      // By the samples' own values, by others, or at least in what an error says.
      const others = ['is' in option && Array.isArray(option.is) ? option.is : [0.5, 1, 2, -1, true]].flat().filter(each => accepts(option, each))
      const differs = used.some(([given, all]) => {
        const without = { ...all, [key]: undefined }
        const nothing = given.map(() => undefined)
        return [all[key], ...others].some(
          each =>
            outcome(() => operator(...given, { ...all, [key]: each })) !== outcome(() => operator(...given, without)) ||
            outcome(() => operator(...nothing, { ...all, [key]: each })) !== outcome(() => operator(...nothing, without)),
        )
      })
      expect(differs, key).toBe(true)
    }
  })

  it('are refused as methods too', () => {
    if (!(name in Tensor.prototype) || takes > 9 || ['where', 'einsum', 'concat', 'stack', 'meshgrid', 'stackScalars', 'pack'].includes(name)) return
    const [first, ...others] = operands
    const method = () => (variable(first as number) as unknown as Record<string, Operator>)[name]?.(...others, { ...named, nonsense: 1 })
    refused(method, 'nonsense')
  })
})

it('the reference of operators lists every option with what it is', () => {
  for (const definition of registry) {
    const lines = optionLines(definition)
    for (const [key, { says = '' }] of Object.entries(definition.options ?? {})) {
      expect(says, `${definition.name}, ${key}`).toMatch(/^[A-Z].*\.$/)
      expect(
        lines.find(line => line.startsWith(`- \`${key}\`: ${says}`)),
        `${definition.name}, ${key}`,
      ).toBeDefined()
    }
  }
})

it('operators take what methods of lists pass them, and nothing else behind their operands', () => {
  const rows = [
    [1, 2],
    [3, 4],
  ]
  expect([4, 9].map(ops.sqrt)).toEqual([2, 3])
  expect([4, 9].reduce(ops.add)).toBe(13)
  expect(rows.map(ops.sum)).toEqual([3, 7])
  expect([0, 0].map(ops.relu)).toEqual([0, 0])
  expect(() => (ops.log as Operator)(8, 2)).toThrow(/log: takes 1 operand, but 2 arguments/)
  expect(() => (ops.add as Operator)(1, 2, 3)).toThrow(OptionError)
  expect(() => (ops.add as Operator)(1, 2, 3, 4)).toThrow(OptionError)
  expect(() => Array.from([8, 9], ops.log as never)).toThrow(/write x => log\(x\)/)
  expect(() => (ops.where as Operator)(1, 2, 3, 4)).toThrow(/takes 3 operands/)
  expect((ops.sum as Operator)(rows, undefined, undefined)).toBe(10)
  expect(ops.sum(rows, { axis: undefined, keepDims: undefined })).toBe(10)
  // Not what looks like it by chance: a cotangent of 1, to be placed at 0 in the shape [1].
  expect(grad((x: Tensor) => ops.square(x).at(0))(tensor([0.5])).data).toEqual(new Float64Array([1]))
  expect(ops.place(1, 0, [1]).data).toEqual(new Float64Array([1]))
})

/** A result as text, or the error. */
function outcome(run: () => unknown): string {
  try {
    return JSON.stringify(plain(run()))
  } catch (error) {
    return String(error)
  }
}

function plain(x: unknown): unknown {
  if (x instanceof Tensor) return { shape: x.shape, entries: [...x.data] }
  if (Array.isArray(x)) return x.map(plain)
  return isNamed(x) ? Object.fromEntries(Object.entries(x).map(([key, each]) => [key, plain(each)])) : x
}
