import type { Lowered } from '../lowered.ts'
import { tree } from './nest.ts'
import { address, at, gridOf, type Pass, Shader, TooLarge } from './shader.ts'

/** Where a product's operands and its result are, and where tables of positions go. */
export interface ProductPlaces {
  readonly left: string
  readonly right: string
  readonly out: string
  table(positions: Int32Array): number
}

/** Rows and columns of a tile of the result, which a workgroup makes, 4 × 4 entries in each thread; and how deep tiles of the operands are. */
const TILE = 64
const DEPTH = 16
/** From so many terms on threads share those of one entry, where there are few entries. */
const SHARED_FROM = 128
const FEW = 4096

/** The pass of a matrix product, of one or of a batch. */
export function productPass(label: string, { m, k, n, pairs }: Lowered & { kind: 'product' }, places: ProductPlaces): Pass | undefined {
  const batch = pairs.length
  if (batch * m * n === 0) return undefined
  const shader = new Shader()
  const starts = (item: string) => startsOf(places, m * k, k * n, m * n, pairs, item)
  if (m >= TILE / 4 && n >= TILE / 4 && m * n > FEW / 16) return tiled(shader, label, { m, k, n, batch }, starts('i32(group.z)'))
  if (k >= SHARED_FROM && batch * m * n <= FEW) return shared(shader, label, { m, k, n, batch }, starts)
  const lines = [
    `let item = i / ${m * n};`,
    `let row = (i / ${n}) % ${m};`,
    `let column = i % ${n};`,
    ...starts('item'),
    'var sum = 0.0f;',
    `for (var p = 0; p < ${k}; p++) { sum += m[a + ${k} * row + p] * m[b + ${n} * p + column]; }`,
    `m[o + ${n} * row + column] = sum;`,
  ]
  return shader.forEach(label, batch * m * n, lines)
}

interface Sizes {
  readonly m: number
  readonly k: number
  readonly n: number
  readonly batch: number
}

/** Where the matrices of one product begin. */
function startsOf(
  { left, right, out, table }: ProductPlaces,
  a: number,
  b: number,
  o: number,
  pairs: readonly (readonly [number, number])[],
  item: string,
): string[] {
  if (pairs.length === 1) return [`let a = ${left};`, `let b = ${right};`, `let o = ${out};`]
  const one = (name: string, begin: string, size: number, side: 0 | 1) => {
    if (pairs.every((pair, i) => pair[side] === i)) return `let ${name} = ${at(begin, `${size} * ${item}`)};`
    if (pairs.every(pair => pair[side] === 0)) return `let ${name} = ${begin};`
    return `let ${name} = ${at(begin, `${size} * t[${address(table(Int32Array.from(pairs, pair => pair[side])))} + ${item}]`)};`
  }
  return [one('a', left, a, 0), one('b', right, b, 1), `let o = ${at(out, `${o} * ${item}`)};`]
}

/** A workgroup for each entry. */
function shared(shader: Shader, label: string, { m, k, n, batch }: Sizes, starts: (item: string) => string[]): Pass {
  const threads = 64
  const { groups, index } = gridOf(batch * m * n)
  shader.outside.push(`var<workgroup> shared_: array<f32, ${threads}>;`)
  return shader.pass(label, groups, String(threads), [
    `let which = ${index};`,
    `let i = min(which, ${batch * m * n - 1});`,
    `let item = i / ${m * n};`,
    `let row = (i / ${n}) % ${m};`,
    `let column = i % ${n};`,
    ...starts('item'),
    'var sum = 0.0f;',
    `for (var p = i32(local.x); p < ${k}; p += ${threads}) { sum += m[a + ${k} * row + p] * m[b + ${n} * p + column]; }`,
    'shared_[local.x] = sum;',
    ...tree(threads, (x, y) => `${x} + ${y}`),
    `if (local.x == 0u && which == i) { m[o + ${n} * row + column] = shared_[0]; }`,
  ])
}

/** A workgroup of 16 × 16 threads for each tile of 64 × 64 entries: tiles of the operands are read once, into the workgroup's memory. */
function tiled(shader: Shader, label: string, { m, k, n, batch }: Sizes, starts: readonly string[]): Pass {
  if (batch > 65535) throw new TooLarge(`${batch} matrix products`)
  shader.outside.push(`var<workgroup> left_: array<f32, ${TILE * DEPTH}>;`, `var<workgroup> right_: array<f32, ${TILE * DEPTH}>;`)
  const four = [0, 1, 2, 3]
  const lines = [
    ...starts,
    `let firstRow = i32(group.y) * ${TILE};`,
    `let firstColumn = i32(group.x) * ${TILE};`,
    'let me = i32(local.y) * 16 + i32(local.x);',
    'let row = i32(local.y) * 4;',
    'let column = i32(local.x) * 4;',
    ...four.map(i => `var s${i} = vec4<f32>(0.0f);`),
    `for (var depth = 0; depth < ${k}; depth += ${DEPTH}) {`,
    `  for (var e = me; e < ${TILE * DEPTH}; e += 256) {`,
    `    let y = firstRow + e / ${DEPTH};`,
    `    let p = depth + e % ${DEPTH};`,
    '    var x = 0.0f;',
    `    if (y < ${m} && p < ${k}) { x = m[a + y * ${k} + p]; }`,
    `    left_[(e % ${DEPTH}) * ${TILE} + e / ${DEPTH}] = x;`,
    `    let q = depth + e / ${TILE};`,
    `    let c = firstColumn + e % ${TILE};`,
    '    var z = 0.0f;',
    `    if (c < ${n} && q < ${k}) { z = m[b + q * ${n} + c]; }`,
    '    right_[e] = z;',
    '  }',
    '  workgroupBarrier();',
    `  for (var p = 0; p < ${DEPTH}; p++) {`,
    `    let r = p * ${TILE} + column;`,
    '    let v = vec4<f32>(right_[r], right_[r + 1], right_[r + 2], right_[r + 3]);',
    ...four.map(i => `    s${i} += left_[p * ${TILE} + row + ${i}] * v;`),
    '  }',
    '  workgroupBarrier();',
    '}',
    ...four.flatMap(i => [
      `if (firstRow + row + ${i} < ${m}) {`,
      `  let to = o + (firstRow + row + ${i}) * ${n} + firstColumn + column;`,
      ...four.map(j => `  if (firstColumn + column + ${j} < ${n}) { m[to + ${j}] = s${i}[${j}]; }`),
      '}',
    ]),
  ]
  return shader.pass(label, [Math.ceil(n / TILE), Math.ceil(m / TILE), batch], '16, 16', lines)
}
