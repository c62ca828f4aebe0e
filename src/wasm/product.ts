import { type Int, Integers } from './integers.ts'
import { type Body, I32, type Module, V128 } from './module.ts'

/** How wide the numbers of a product are: float64 or float32. */
type Width = 8 | 4

/** Rows of a tile; its columns are those of two vectors. Eight sums are what registers hold beside the factors. */
const ROWS = 4
/** Terms, rows and columns of a block, which is packed: so many rows of so many terms fit the second cache, two panels the first. */
const BLOCK = { terms: 256, rows: 96, columns: 1024 }

const columnsOf = (bytes: Width) => 32 / bytes

/** Bytes that a product needs beside its operands and its result, which may be stored in another width than it is computed in. */
export function scratchOf(bytes: Width, m: number, k: number, n: number, stored = bytes): number {
  const [terms, columns] = [Math.min(k, BLOCK.terms), columnsOf(bytes)]
  const padded = (length: number, most: number, of: number) => of * Math.ceil(Math.min(length, most) / of)
  return bytes * terms * (padded(m, BLOCK.rows, ROWS) + padded(n, BLOCK.columns, columns)) + stored * ROWS * columns
}

/**
 * A function that adds up C = A B. Its parameters: m, n, k; the address of A, bytes from a row to the next and from a column to the
 * next; the same of B; the address of C, whose rows follow each other; an address with room for packed blocks. Each entry of C adds
 * its terms up one after the other, from 0 on. Numbers may be stored as doubles and multiplied in float32. Its name.
 */
export function matrixProduct(module: Module, bytes: Width, stored = bytes): string {
  const name = `product ${bytes} ${stored}`
  const width = columnsOf(bytes)
  const packs = [ROWS, width].map(each => packing(module, bytes, stored, each)) as [string, string]
  const inner = tile(module, bytes, stored)
  const edge = edges(module, stored, columnsOf(bytes), inner)
  module.define(name, new Array(11).fill(I32), undefined, body => {
    const [m, n, k, a, rowA, columnA, b, rowB, columnB, c, scratch] = Array.from({ length: 11 }, (_, i) => i) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const code = new Integers(body)
    const rowC = code.let(['*', n, { is: stored }])
    const [packedA, spare] = [code.let(['+', scratch, { is: stored * ROWS * width }]), scratch]
    const [left, top, from, at, row] = Array.from({ length: 5 }, () => body.local(I32)) as [number, number, number, number, number]
    const zero = { is: 0 }
    code.set(left, zero)
    code.steps(left, n, { is: BLOCK.columns }, () => {
      const columns = code.least(['-', n, left], { is: BLOCK.columns })
      code.set(from, zero)
      code.steps(from, k, { is: BLOCK.terms }, () => {
        const terms = code.least(['-', k, from], { is: BLOCK.terms })
        const high = code.least(['*', { is: ROWS }, quarter(code, m)], { is: BLOCK.rows })
        const packedB = code.let(['+', packedA, ['*', ['*', high, terms], { is: bytes }]])
        /** Packs some lines into panels. */
        const pack = (which: 0 | 1, to: number, start: Int, count: number, along: number, across: number, step: number) => {
          const [source, target] = [code.let(start), code.let(to)]
          code.set(at, zero)
          code.steps(at, count, { is: step }, () => {
            code.call(packs[which], source, along, across, code.least(['-', count, at], { is: step }), terms, target)
            code.add(source, ['*', across, { is: step }])
            code.add(target, ['*', terms, { is: bytes * step }])
          })
        }
        pack(1, packedB, ['+', b, ['+', ['*', from, rowB], ['*', left, columnB]]], columns, rowB, columnB, width)
        code.set(top, zero)
        code.steps(top, m, { is: BLOCK.rows }, () => {
          const rows = code.least(['-', m, top], { is: BLOCK.rows })
          pack(0, packedA, ['+', a, ['+', ['*', top, rowA], ['*', from, columnA]]], rows, columnA, rowA, ROWS)
          const [panelB, column] = [code.let(packedB), code.let(['+', c, ['+', ['*', top, rowC], ['*', left, { is: stored }]]])]
          code.set(at, zero)
          code.steps(at, columns, { is: width }, () => {
            const [panelA, place] = [code.let(packedA), code.let(column)]
            const wide = code.least(['-', columns, at], { is: width })
            code.set(row, zero)
            code.steps(row, rows, { is: ROWS }, () => {
              const tall = code.least(['-', rows, row], { is: ROWS })
              code.if(
                ['&', ['==', tall, { is: ROWS }], ['==', wide, { is: width }]],
                () => code.call(inner, terms, panelA, panelB, place, rowC, from),
                () => code.call(edge, terms, panelA, panelB, place, rowC, from, tall, wide, spare),
              )
              code.add(panelA, ['*', terms, { is: bytes * ROWS }])
              code.add(place, ['*', rowC, { is: ROWS }])
            })
            code.add(panelB, ['*', terms, { is: bytes * width }])
            code.add(column, { is: stored * width })
          })
        })
      })
    })
  })
  return name
}

/** ⌈x / 4⌉ */
function quarter(code: Integers, x: Int): number {
  code.push(['+', x, { is: ROWS - 1 }])
  code.body.integer(2)
  code.body.code.byte(0x75) // i32.shr_s
  const local = code.body.local(I32)
  code.body.set(local)
  return local
}

const vector = (body: Body, ...opcode: number[]) => void body.code.byte(0xfd, ...opcode)

/** A tile of C: `terms` of them are added to what is there, or to 0 where none were before. */
function tile(module: Module, bytes: Width, stored: Width): string {
  const name = `tile ${bytes} ${stored}`
  const { fused } = module
  module.define(name, new Array(6).fill(I32), undefined, body => {
    const [terms, a, b, c, rowC, before] = [0, 1, 2, 3, 4, 5] as const
    const code = new Integers(body)
    const sums = Array.from({ length: ROWS * 2 }, () => body.local(V128))
    const factors = [body.local(V128), body.local(V128)] as const
    const shared = body.local(V128)
    const rows = [c]
    for (let r = 1; r < ROWS; r++) rows.push(code.let(['+', rows[r - 1] as number, rowC]) as 3)
    const each = (what: (sum: number, row: number, at: number) => void) =>
      sums.forEach((sum, i) => void what(sum, rows[i >> 1] as number, (16 / bytes) * stored * (i & 1)))
    code.if(before, () =>
      each((sum, row, at) => {
        load(body, row, at, bytes, stored)
        body.set(sum)
      }),
    )
    code.countDown(terms, () => {
      factors.forEach((factor, i) => {
        body.get(b)
        body.access([0xfd, 0x00], 16 * i)
        body.set(factor)
      })
      for (let r = 0; r < ROWS; r++) {
        body.get(a)
        body.access([0xfd, bytes === 8 ? 0x0a : 0x09], bytes * r, bytes === 8 ? 3 : 2) // v128.load…_splat
        body.set(shared)
        factors.forEach((factor, i) => {
          const sum = sums[2 * r + i] as number
          if (!fused) body.get(sum)
          body.get(shared)
          body.get(factor)
          if (fused) {
            body.get(sum)
            vector(body, bytes === 8 ? 0x87 : 0x85, 0x02)
          } else {
            vector(body, bytes === 8 ? 0xf2 : 0xe6, 0x01)
            vector(body, bytes === 8 ? 0xf0 : 0xe4, 0x01)
          }
          body.set(sum)
        })
      }
      body.advance(a, bytes * ROWS)
      body.advance(b, 32)
    })
    each((sum, row, at) => {
      if (bytes === stored) {
        body.get(row)
        body.get(sum)
        body.access([0xfd, 0x0b], at)
      } else
        for (const half of [0, 1]) {
          body.get(row)
          body.get(sum)
          if (half === 1) {
            body.get(sum)
            vector(body, 0x0d, ...Array.from({ length: 16 }, (_, i) => 8 + (i % 8)))
          }
          vector(body, 0x5f) // f64x2.promote_low_f32x4
          body.access([0xfd, 0x0b], at + 16 * half)
        }
    })
  })
  return name
}

/** Puts a vector on the stack, of numbers that may be stored as doubles. */
function load(body: Body, from: number, at: number, bytes: Width, stored: Width): void {
  body.get(from)
  body.access([0xfd, 0x00], at)
  if (bytes === stored) return
  vector(body, 0x5e) // f32x4.demote_f64x2_zero
  body.get(from)
  body.access([0xfd, 0x00], at + 16)
  vector(body, 0x5e)
  vector(body, 0x0d, ...Array.from({ length: 16 }, (_, i) => (i < 8 ? i : i + 8)))
}

/** The same for fewer rows or columns: in a tile apart, of which those are taken. */
function edges(module: Module, bytes: Width, width: number, inner: string): string {
  const name = `edge ${inner}`
  module.define(name, new Array(9).fill(I32), undefined, body => {
    const [terms, a, b, c, rowC, before, tall, wide, spare] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const
    const code = new Integers(body)
    const copy = (back: boolean) => {
      const [i, j, from, to] = [code.let({ is: 0 }), body.local(I32), code.let(c), code.let(spare)]
      code.steps(i, tall, { is: 1 }, () => {
        code.set(j, { is: 0 })
        code.steps(j, ['*', wide, { is: bytes }], { is: bytes }, () => {
          code.push(['+', back ? from : to, j])
          code.push(['+', back ? to : from, j])
          number(body, bytes)
        })
        code.add(from, rowC)
        code.add(to, { is: bytes * width })
      })
    }
    code.if(before, () => copy(false))
    code.call(inner, terms, a, b, spare, { is: bytes * width }, before)
    copy(true)
  })
  return name
}

/** Two addresses on the stack: the number at the second goes to the first. */
function number(body: Body, bytes: Width, stored = bytes): void {
  body.access([stored === 8 ? 0x2b : 0x2a], 0, 2)
  if (bytes !== stored) body.code.byte(0xb6) // f32.demote_f64
  body.access([bytes === 8 ? 0x39 : 0x38], 0, 2)
}

/**
 * Packs lines side by side: the first numbers of all lines, the second numbers, and so on. Its parameters: the address of the first
 * number, bytes to the next of a line and from a line to the next; how many lines there are, others being 0; how many numbers; where
 * they go.
 */
function packing(module: Module, bytes: Width, stored: Width, width: number): string {
  const name = `pack ${bytes} ${stored} ${width}`
  const lanes = 16 / bytes
  const vectors = width / lanes
  module.define(name, new Array(6).fill(I32), undefined, body => {
    const [from, along, across, count, terms, to] = [0, 1, 2, 3, 4, 5] as const
    const code = new Integers(body)
    const store = (offset: number, push: () => void) => {
      body.get(to)
      push()
      body.access([0xfd, 0x0b], offset)
    }
    const beside = () =>
      code.countDown(terms, () => {
        for (let v = 0; v < vectors; v++) {
          store(16 * v, () => load(body, from, stored * lanes * v, bytes, stored))
        }
        code.add(from, along)
        body.advance(to, bytes * width)
      })
    /** Some numbers of some lines, turned round. */
    const turned = () => {
      const lines = [from]
      for (let r = 1; r < width; r++) lines.push(code.let(['+', lines[r - 1] as number, across]) as 0)
      const rounds = body.local(I32)
      code.push(terms)
      body.integer(Math.log2(lanes))
      body.code.byte(0x75)
      body.set(rounds)
      code.if(rounds, () => {
        code.countDown(rounds, () => {
          for (let group = 0; group < width; group += lanes) {
            const loaded = Array.from({ length: lanes }, (_, i) => {
              const local = body.local(V128)
              load(body, lines[group + i] as number, 0, bytes, stored)
              body.set(local)
              return local
            })
            turn(body, loaded, bytes).forEach((push, i) => void store(bytes * (width * i + group), push))
          }
          for (const line of lines) body.advance(line, stored * lanes)
          body.advance(to, bytes * width * lanes)
        })
      })
      code.set(terms, ['&', terms, { is: lanes - 1 }])
    }
    const whole = ['==', count, { is: width }] as const
    code.if(['&', whole, ['==', across, { is: stored }]], () => {
      beside()
      body.code.byte(0x0f) // return
    })
    code.if(['&', whole, ['==', along, { is: stored }]], turned)
    const [line, i] = [body.local(I32), body.local(I32)]
    code.if(terms, () =>
      code.countDown(terms, () => {
        code.set(line, from)
        code.set(i, { is: 0 })
        for (let v = 0; v < vectors; v++) store(16 * v, () => vector(body, 0x0c, ...new Array(16).fill(0)))
        code.steps(i, ['*', count, { is: bytes }], { is: bytes }, () => {
          code.push(['+', to, i])
          code.push(line)
          number(body, bytes, stored)
          code.add(line, across)
        })
        code.add(from, along)
        body.advance(to, bytes * width)
      }),
    )
  })
  return name
}

/** Vectors as the rows of a square, turned into its columns: each is pushed when it is stored. */
function turn(body: Body, rows: readonly number[], bytes: Width): (() => void)[] {
  const shuffle = (x: number, y: number, ...order: number[]) => {
    body.get(x)
    body.get(y)
    vector(body, 0x0d, ...order.flatMap(lane => Array.from({ length: bytes }, (_, i) => bytes * lane + i)))
  }
  if (bytes === 8) {
    const [x, y] = rows as [number, number]
    return [() => shuffle(x, y, 0, 2), () => shuffle(x, y, 1, 3)]
  }
  const [p, q, r, s] = rows as [number, number, number, number]
  const half = (x: number, y: number, ...order: number[]) => {
    const local = body.local(V128)
    shuffle(x, y, ...order)
    body.set(local)
    return local
  }
  const [low, high] = [half(p, q, 0, 4, 1, 5), half(p, q, 2, 6, 3, 7)]
  const [below, above] = [half(r, s, 0, 4, 1, 5), half(r, s, 2, 6, 3, 7)]
  return [
    () => shuffle(low, below, 0, 1, 4, 5),
    () => shuffle(low, below, 2, 3, 6, 7),
    () => shuffle(high, above, 0, 1, 4, 5),
    () => shuffle(high, above, 2, 3, 6, 7),
  ]
}
