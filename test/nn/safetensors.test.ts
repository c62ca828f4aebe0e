import { readFileSync } from 'node:fs'
import { parseSafetensorsMetadata } from '@huggingface/hub'
import { describe, expect, it } from 'vitest'
import { ones, type Tensor, tensor, variable, zeros } from '../../src/index.ts'
import { dense, fromSafetensors, lstm, SafetensorsError, safetensorsHeader, sequential, toSafetensors } from '../../src/nn/index.ts'
import { key } from '../../src/random/index.ts'

/** From test/reference/make_safetensors.py. */
const table = JSON.parse(readFileSync(new URL('../reference/safetensors.json', import.meta.url), 'utf8')) as {
  file: string
  tensors: Record<string, { dtype: string; shape: number[]; values: (number | string | boolean)[] }>
}
const file = new Uint8Array(Buffer.from(table.file, 'base64'))

/** A file with a header and so many bytes of data. */
function made(header: unknown, data: number | Uint8Array = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = typeof data === 'number' ? new Uint8Array(data) : data
  const result = new Uint8Array(8 + text.length + bytes.length)
  new DataView(result.buffer).setBigUint64(0, BigInt(text.length), true)
  result.set(text, 8)
  result.set(bytes, 8 + text.length)
  return result
}
const entry = (dtype: string, shape: number[], begin: number, end: number) => ({ dtype, shape, data_offsets: [begin, end] })

/** What types become that are no integers of 32 bits or less. */
const BECOMES: Record<string, string> = {
  ...{ F64: 'float64', I64: 'float64', U64: 'float64', U32: 'float64' },
  ...{ F32: 'float32', F16: 'float32', BF16: 'float32', BOOL: 'bool' },
}

describe('reading', () => {
  it('has the numbers of a file that was written without this library', () => {
    const { model } = fromSafetensors(file)
    for (const [name, { dtype, shape, values }] of Object.entries(table.tensors)) {
      const found = model[name] as Tensor | number
      const expected = values.map(each => (each === '-0.0' ? -0 : each === 'inf' ? Infinity : each === '-inf' ? -Infinity : Number(each)))
      if (shape.length === 0) expect(found).toBe(expected[0])
      else {
        expect((found as Tensor).shape).toEqual(shape)
        expect([...(found as Tensor).data]).toEqual(expected)
        expect([dtype, (found as Tensor).dtype]).toEqual([dtype, BECOMES[dtype] ?? 'int32'])
      }
    }
  })

  it('tells what is there without reading it', () => {
    const { tensors, metadata } = safetensorsHeader(file)
    expect(metadata).toEqual({ format: 'pt', note: 'größer' })
    expect(tensors.find(each => each.name === 'model.f64')).toMatchObject({ dtype: 'F64', shape: [2, 2], begin: 0, end: 32 })
    expect(tensors).toHaveLength(Object.keys(table.tensors).length)
  })

  it('takes views of larger buffers, and files at odd addresses', () => {
    const larger = new Uint8Array(file.length + 20)
    larger.set(file, 3)
    const view = larger.subarray(3, 3 + file.length)
    expect(fromSafetensors(view).model.f64.toArray()).toEqual(fromSafetensors(file).model.f64.toArray())
    expect(fromSafetensors(file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer).model.scalar).toBe(2.5)
  })

  it('takes names and texts with braces, quotes and slashes', () => {
    const strange = { 'a"}{][\\': entry('U8', [], 0, 1), 'b:': entry('U8', [], 1, 2) }
    const { tensors, metadata } = safetensorsHeader(made({ __metadata__: { format: '}"{"a":[\\' }, ...strange }, 2))
    expect(metadata).toEqual({ format: '}"{"a":[\\' })
    expect(tensors.map(each => each.name)).toEqual(Object.keys(strange))
    const twice = `{"__metadata__":{"a":"}"},"b":${JSON.stringify(entry('U8', [], 0, 1))},"b":${JSON.stringify(entry('U8', [], 0, 1))}}`
    expect(() => safetensorsHeader(made(twice, 1))).toThrow(/the name "b" stands twice/)
  })

  it('takes tensors without entries beside others, in any order', () => {
    const bytes = made({ b: entry('U8', [2], 0, 2), a: entry('U8', [0, 3], 0, 0), d: entry('U8', [0], 2, 2), c: entry('U8', [1], 2, 3) }, 3)
    expect(safetensorsHeader(bytes).tensors.map(each => each.name)).toEqual(['a', 'b', 'd', 'c'])
    expect(fromSafetensors(bytes).a.shape).toEqual([0, 3])
  })

  it('makes lists of names that count, and leaves names where that is asked for', () => {
    const bytes = made({ 'a.1': entry('U8', [1], 1, 2), 'a.0': entry('U8', [1], 0, 1), 'b.2': entry('U8', [], 2, 3) }, 3)
    expect(fromSafetensors(bytes).a).toHaveLength(2)
    expect(fromSafetensors(bytes).b).toEqual({ 2: 0 })
    expect(Object.keys(fromSafetensors(bytes, { flat: true }))).toEqual(['a.0', 'a.1', 'b.2'])
    expect(fromSafetensors(made({}))).toEqual({})
    const hostile = fromSafetensors(made('{"__proto__.polluted": {"dtype": "U8", "shape": [], "data_offsets": [0, 1]}}', 1))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(Object.keys(hostile)).toEqual(['__proto__'])
  })
})

describe('writing', () => {
  it('gives the bytes that the format describes', () => {
    const bytes = toSafetensors({ b: tensor([true, false]), a: { w: tensor([[1, -2]]) } })
    const text = '{"a.w":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[16,18]}}'
    const length = Math.ceil(text.length / 8) * 8
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(length))
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length))).toBe(text.padEnd(length))
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0, 1, 0])
  })

  it('is read by the reader of Hugging Face', async () => {
    const bytes = toSafetensors({ layer: [dense(3, 2).init(key(0)), { mask: tensor([true]) }], n: 3 }, { metadata: { format: 'pt' } })
    const fetch = async (_url: unknown, init?: { headers?: Record<string, string> }) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range') ?? '') ?? []
      const part = bytes.slice(Number(from), Number(to) + 1)
      return new Response(part, { status: 206, headers: { 'content-range': `bytes ${from}-${to}/${bytes.length}`, etag: '"1"' } })
    }
    const { header } = (await parseSafetensorsMetadata({ repo: 'a/b', path: 'model.safetensors', fetch: fetch as never })) as { header: object }
    expect(header).toEqual({
      __metadata__: { format: 'pt' },
      'layer.0.bias': entry('F64', [2], 0, 16),
      'layer.0.weight': entry('F64', [2, 3], 16, 64),
      n: entry('F64', [], 64, 72),
      'layer.1.mask': entry('BOOL', [1], 72, 73),
    })
  })

  it('and reading give back parameters, bit by bit', () => {
    const model = sequential(dense(3, 4), Math.sin as never, lstm(4, 2))
    const parameters = [...model.init(key(1)), { special: tensor([NaN, -0, Infinity, 5e-324]), none: zeros([0, 3]), one: 7, list: [1, 2, 3] }]
    const read = fromSafetensors(toSafetensors(parameters))
    // Part 1 has no parameters, so it leaves no name, and the list has a hole.
    expect(read['0']).toEqual(parameters[0])
    expect(read['2']).toEqual(parameters[2])
    expect(Object.is(read['3'].special.at(1), -0)).toBe(true)
    expect(read['3'].special.toArray()).toEqual([NaN, -0, Infinity, 5e-324])
    expect(read['3'].none.shape).toEqual([0, 3])
    expect([read['3'].one, read['3'].list.toArray()]).toEqual([7, [1, 2, 3]])
    expect(sequential(dense(3, 4), Math.abs as never, dense(4, 1)).init(key(0))).toHaveLength(3)
    const x = ones([5, 3])
    const plain = sequential(dense(3, 4), (x: Tensor) => x, lstm(4, 2))
    expect(plain.apply(read, x).toArray()).toEqual(plain.apply(plain.init(key(1)), x).toArray())
  })

  it('keep dtypes', () => {
    const tree = { a: tensor([1 / 3], { dtype: 'float32' }), b: tensor([-7], { dtype: 'int32' }), c: tensor([true]), d: tensor([1 / 3]) }
    const bytes = toSafetensors(tree)
    expect(safetensorsHeader(bytes).tensors.map(({ name, dtype, begin, end }) => [name, dtype, end - begin])).toEqual([
      ['d', 'F64', 8],
      ['a', 'F32', 4],
      ['b', 'I32', 4],
      ['c', 'BOOL', 1],
    ])
    expect(fromSafetensors(bytes)).toEqual(tree)
    const model = dense(3, 2)
    const parameters = model.init(key(0), { dtype: 'float32' })
    expect(fromSafetensors(toSafetensors(parameters))).toEqual(parameters)
  })

  it('takes variables, typed arrays and names with dots', () => {
    const bytes = toSafetensors({ w: variable([1, 2]), t: Float32Array.of(0.5), 'model.b': tensor([3]) })
    const { w, t, model } = fromSafetensors(bytes)
    expect([w.toArray(), t.toArray(), model.b.toArray()]).toEqual([[1, 2], [0.5], [3]])
  })

  it.each<[string, () => unknown, RegExp]>([
    ['a tensor without a name', () => toSafetensors(tensor([1])), /^toSafetensors: tensors have names, so the tree is an object or a list/],
    ['a text', () => toSafetensors({ a: { b: 'x' } }), /^toSafetensors: the tree at a\.b: .* is the string "x"/],
    ['nothing', () => toSafetensors({ a: undefined }), /the tree at a/],
    ['two paths of one name', () => toSafetensors({ 'a.b': tensor([1]), a: { b: tensor([2]) } }), /two paths make the name "a\.b"/],
    ['the name of texts', () => toSafetensors({ __metadata__: tensor([1]) }), /__metadata__ is that of texts/],
    ['metadata that are none', () => toSafetensors({}, { metadata: { n: 1 } as never }), /metadata is an object of texts/],
  ])('refuses %s', (_what, run, message) => {
    expect(run).toThrow(message)
  })

  it('refuses a tree that holds itself', () => {
    const tree: { self?: unknown } = {}
    tree.self = tree
    expect(() => toSafetensors(tree)).toThrow(/holds itself/)
  })
})

describe('a damaged file', () => {
  const one = { a: entry('F64', [2], 0, 16) }
  /** The header's length in place of the true one. */
  const withLength = (length: bigint) => {
    const bytes = made(one, 16)
    new DataView(bytes.buffer).setBigUint64(0, length, true)
    return bytes
  }
  const cases: [string, Uint8Array, RegExp][] = [
    ['is empty', new Uint8Array(0), /at least 8 bytes, .* but 0 were given/],
    ['ends in its length', file.subarray(0, 7), /but 7 were given/],
    ['has a header beyond its end', withLength(1000n), /1000 bytes long, but the file has \d+ behind its length/],
    ['has a header of 2^53 bytes', withLength(2n ** 53n), /9007199254740992 bytes long, which is more than any has/],
    ['has a header of 2^64 − 1 bytes', withLength(2n ** 64n - 1n), /18446744073709551615 bytes long/],
    ['ends in its header', file.subarray(0, 50), /but the file has 42 behind its length/],
    ['ends in its data', file.subarray(0, file.length - 1), /is to take the bytes from \d+ to \d+ of the data, which has/],
    ['has bytes behind its data', made(one, 17), /the tensors take 16 bytes, but the file holds 17/],
    ['is no JSON', made('{"a":', 0), /the header is no JSON in UTF-8/],
    ['is not in UTF-8', made(one, 16).map((each, i) => (i === 10 ? 0xff : each)), /the header is no JSON in UTF-8/],
    ['begins with a space', made(' {}'), /does not begin with {/],
    ['begins with a mark of byte order', made('\ufeff{}'), /does not begin with {/],
    ['has a list for a header', made('[]'), /does not begin with {/],
    [
      'has a hole',
      made({ a: entry('U8', [1], 0, 1), b: entry('U8', [1], 2, 3) }, 3),
      /"b" begins at byte 2 of the data, but those before it end at 1: there is a hole/,
    ],
    ['begins with a hole', made({ a: entry('U8', [1], 1, 2) }, 2), /there is a hole/],
    [
      'overlaps',
      made({ a: entry('U8', [2], 0, 2), b: entry('U8', [2], 1, 3) }, 3),
      /"b" begins at byte 1 of the data, where another one ends at 2: they overlap/,
    ],
    ['has two tensors in one place', made({ a: entry('U8', [2], 0, 2), b: entry('U8', [2], 0, 2) }, 2), /they overlap/],
    ['has a name twice', made(`{"a":${JSON.stringify(one.a)},"\\u0061":${JSON.stringify(one.a)}}`, 16), /the name "a" stands twice/],
    ['has a field twice', made('{"a":{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}}', 1), /the name "dtype" stands twice/],
    [
      'has names inside each other',
      made({ a: entry('U8', [], 0, 1), 'a.b': entry('U8', [], 1, 2) }, 2),
      /"a\.b" and another one stand inside each other.*flat: true/,
    ],
    ['has names inside each other, the longer first', made({ 'a.b': entry('U8', [], 0, 1), a: entry('U8', [], 1, 2) }, 2), /stand inside each other/],
    ['has a name of many parts', made({ [new Array(5000).fill('a').join('.')]: entry('U8', [], 0, 1) }, 1), /more than 100 parts/],
    ['has an unknown dtype', made({ a: entry('F8_E4M3', [1], 0, 1) }, 1), /has the dtype the string "F8_E4M3"; what is read is F64, F32/],
    ['has a dtype of Object', made({ a: entry('constructor', [1], 0, 1) }, 1), /has the dtype the string "constructor"/],
    [
      'has offsets that do not fit the shape',
      made({ a: entry('F64', [3], 0, 16) }, 16),
      /of F64 and shape \[3\] takes 24 bytes, but its data_offsets leave 16/,
    ],
    ['has offsets in the other order', made({ a: entry('F64', [0], 16, 0) }, 16), /from 16 to 0/],
    ['has two offsets too few', made({ a: { dtype: 'U8', shape: [], data_offsets: [] } }), /no two positions/],
    ['has offsets below 0', made({ a: entry('F64', [2], -16, 0) }, 16), /no two positions below 2\^53/],
    ['has offsets that are no integers', made({ a: entry('F64', [2], 0, 16.5) }, 16), /no two positions/],
    ['has offsets of 2^53', made('{"a":{"dtype":"U8","shape":[1],"data_offsets":[9007199254740992,9007199254740993]}}', 1), /no two positions below 2\^53/],
    ['has a shape of 2^53', made('{"a":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,1]}}', 1), /no list of lengths below 2\^53/],
    [
      'has a shape whose size wraps around',
      made({ a: entry('U8', [2 ** 32, 2 ** 32], 0, 0) }),
      /takes 18446744073709552000 bytes, but its data_offsets leave 0/,
    ],
    ['has a shape that is larger than the file', made({ a: entry('F64', [2 ** 40], 0, 2 ** 43) }, 8), /from 0 to 8796093022208 of the data, which has 8/],
    ['has a shape of many axes', made({ a: entry('U8', new Array(65).fill(1), 0, 1) }, 1), /for 64 axes at most/],
    ['has a shape that is none', made({ a: { dtype: 'U8', shape: 3, data_offsets: [0, 3] } }, 3), /no list of lengths/],
    ['has a field more', made({ a: { ...one.a, offset: 0 } }, 16), /but "offset" was found/],
    ['has a number for a tensor', made({ a: 3 }), /has a dtype, a shape and data_offsets, but the number 3 was found/],
    ['has metadata that are no texts', made({ __metadata__: { n: 3 } }), /__metadata__ is an object of texts/],
    [
      'has an integer beyond 2^53',
      made({ a: entry('I64', [1], 0, 8) }, new Uint8Array([0, 0, 0, 0, 0, 0, 32, 0])),
      /entry 0 of the tensor "a" is beyond 2\^53/,
    ],
    ['has a truth that is 2', made({ a: entry('BOOL', [2], 0, 2) }, new Uint8Array([1, 2])), /entry 1 of the tensor "a" is neither 0 nor 1/],
  ]
  it.each(cases)('that %s is refused', (_what, bytes, message) => {
    expect(() => fromSafetensors(bytes)).toThrow(message)
    expect(() => fromSafetensors(bytes)).toThrow(SafetensorsError)
  })

  it('costs no memory for tensors that it does not hold', () => {
    const before = process.memoryUsage().arrayBuffers
    const bytes = made(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`a${i}`, entry('F64', [2 ** 24], 0, 2 ** 27)])), 8)
    for (let i = 0; i < 20; i++) expect(() => fromSafetensors(bytes)).toThrow(SafetensorsError)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24)
  })

  it('with any byte of its header changed is refused in words, or read', () => {
    const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
    for (let at = 0; at < 8 + length; at++) {
      const bytes = Uint8Array.from(file)
      bytes[at] = (bytes[at] as number) ^ (1 << (at % 8))
      try {
        fromSafetensors(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(SafetensorsError)
      }
    }
  })

  it.each([undefined, null, 'bytes', [1, 2]])('%s is no file', given => {
    expect(() => fromSafetensors(given as never)).toThrow(/takes the bytes of a file/)
  })
})
