import { Lanes } from '../../wasm/lanes.ts'
import { type Body, F64, I32, type Module, V128 } from '../../wasm/module.ts'

/** Rows and columns of a tile, whose sums are all in registers. */
const ROWS = 4
const COLUMNS = 4

/**
 * A function of three addresses that adds up out = a · b for row-major a (m × k), b (k × n) and out (m × n): tiles of the result
 * with a sum for each entry, two columns to a vector; of a vector b, two terms of each row's sum at a time. Its name.
 */
export function matrixProduct(module: Module, m: number, k: number, n: number): string {
  const name = `product ${m} ${k} ${n}`
  module.define(name, [I32, I32, I32], undefined, body => (n === 1 ? byVector(body, m, k) : byMatrix(body, m, k, n)))
  return name
}

const [A, B, OUT] = [0, 1, 2]

function copy(body: Body, pointer: number): number {
  const local = body.local(I32)
  body.get(pointer)
  body.set(local)
  return local
}

function zeros(body: Body, lanes: Lanes, count: number): number[] {
  return Array.from({ length: count }, () => {
    const local = body.local(lanes.wide ? V128 : F64)
    lanes.number(0).push()
    body.set(local)
    return local
  })
}

const LOAD = { one: [0x2b], two: [0xfd, 0x00], same: [0xfd, 0x0a] } as const

/** sum += what is loaded from a pointer, times a factor in a local. */
function addProduct(body: Body, lanes: Lanes, sum: number, pointer: number, doubles: number, load: keyof typeof LOAD, factor: number): void {
  body.get(sum)
  body.get(pointer)
  body.access(LOAD[load], 8 * doubles)
  body.get(factor)
  lanes.opcode(0xa2, 0xf2)
  lanes.opcode(0xa0, 0xf0)
  body.set(sum)
}

/** Some rows of a matrix by a vector. */
function byVector(body: Body, m: number, k: number): void {
  const [one, two] = [new Lanes(body, false), new Lanes(body, true)]
  const rows = (count: number) => {
    const b = copy(body, B)
    const sums = zeros(body, two, count)
    const factor = body.local(V128)
    body.repeat(Math.floor(k / 2), () => {
      body.get(b)
      body.access(LOAD.two, 0)
      body.set(factor)
      sums.forEach((sum, r) => void addProduct(body, two, sum, A, r * k, 'two', factor))
      body.advance(A, 8 * 2)
      body.advance(b, 8 * 2)
    })
    sums.forEach((sum, r) => {
      body.get(OUT)
      let all = one.instruction('+', two.lane(two.local(sum), 0), two.lane(two.local(sum), 1))
      if (k % 2 === 1) {
        const entry = (pointer: number, doubles: number) => ({
          kind: 'double' as const,
          push: () => {
            body.get(pointer)
            body.access(LOAD.one, 8 * doubles)
          },
        })
        all = one.instruction('+', all, one.instruction('*', entry(A, r * k), entry(b, 0)))
      }
      all.push()
      body.access([0x39], 8 * r)
    })
    body.advance(A, 8 * ((k % 2) + (count - 1) * k))
    body.advance(OUT, 8 * count)
  }
  body.repeat(Math.floor(m / ROWS), () => rows(ROWS))
  if (m % ROWS > 0) rows(m % ROWS)
}

/** Columns in groups, and for each group the rows in groups: so that the group's part of b stays near. */
function byMatrix(body: Body, m: number, k: number, n: number): void {
  const columns = (count: number) => {
    const a = copy(body, A)
    const out = copy(body, OUT)
    const rows = (height: number) => {
      tile(body, k, n, height, count, a, out)
      body.advance(a, 8 * ((height - 1) * k))
      body.advance(out, 8 * (height * n))
    }
    body.repeat(Math.floor(m / ROWS), () => rows(ROWS))
    if (m % ROWS > 0) rows(m % ROWS)
    body.advance(B, 8 * count)
    body.advance(OUT, 8 * count)
  }
  body.repeat(Math.floor(n / COLUMNS), () => columns(COLUMNS))
  if (n % COLUMNS >= 2) columns(2)
  if (n % 2 === 1) columns(1)
}

/** A tile of the result; leaves `a` behind its first row. */
function tile(body: Body, k: number, n: number, height: number, width: number, a: number, out: number): void {
  const lanes = new Lanes(body, width > 1)
  const step = width > 1 ? 2 : 1
  const vectors = width / step
  const b = copy(body, B)
  const sums = zeros(body, lanes, height * vectors)
  const factors = Array.from({ length: vectors }, () => body.local(lanes.wide ? V128 : F64))
  body.repeat(k, () => {
    factors.forEach((factor, c) => {
      body.get(b)
      body.access(lanes.wide ? LOAD.two : LOAD.one, 8 * step * c)
      body.set(factor)
    })
    for (let r = 0; r < height; r++) {
      factors.forEach((factor, c) => void addProduct(body, lanes, sums[r * vectors + c] as number, a, r * k, lanes.wide ? 'same' : 'one', factor))
    }
    body.advance(a, 8 * 1)
    body.advance(b, 8 * n)
  })
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < vectors; c++) {
      body.get(out)
      body.get(sums[r * vectors + c] as number)
      body.access(lanes.wide ? [0xfd, 0x0b] : [0x39], 8 * (r * n + step * c))
    }
  }
}
