import { isStrongLine, type Line, type Local, type Operand, type Program } from '../graph/reroll/program.ts'
import type { Affine, Place } from '../graph/reroll/tree.ts'
import type { ElementwiseDefinition } from '../ops/kinds/elementwise.ts'
import { expression, literal } from './text.ts'

/** What the code of loops that were found refers to. */
export interface Names {
  /** What its own names begin with. */
  readonly own: string
  /** What names of functions begin with, and the parameters that they take beside the memory. */
  readonly name: string
  readonly parameters: readonly string[]
  /** For each result where it goes, and the position at which it begins there. */
  readonly outs: readonly { readonly name: string; readonly start: number }[]
  readonly memory: string
  /** For each source its entries. */
  readonly sources: readonly string[]
  /** A table of constants. */
  table(values: Float64Array | Int32Array): string
  /** What to do where a question has another answer. */
  readonly miss: string
  /** Name of a variable to be set where a result is NaN; undefined where nobody asks. */
  readonly bad: string | undefined
}

/** Statements, and the functions that they call. */
export interface RolledText {
  readonly functions: readonly string[]
  readonly main: readonly string[]
  /** Numbers that the memory holds. */
  readonly memory: number
}

/** Steps that stand outside loops in one function at most. */
const STEPS_IN_ONE = 700

/**
 * Loops that were found, as loops. Where there are several one after the other, each is a function: V8 then optimises one while it
 * waits for none, and what they hand on stands in the memory.
 */
export function rolledText(program: Program, strong: boolean, names: Names): RolledText {
  const parts = partsOf(program.lines)
  const text = new Lines(strong, names)
  if (parts.length <= 2) return { functions: [], main: text.write(program.lines, ''), memory: program.memory }
  const madeBy = new Map<number, number>()
  const handed = new Map<number, { place: number; isBoolean: boolean }>()
  const reads = parts.map((lines, k) => {
    for (const { id } of madeIn(lines)) madeBy.set(id, k)
    const read = new Map<number, Local>()
    for (const local of readIn(lines)) if (madeBy.get(local.id) !== undefined && madeBy.get(local.id) !== k) read.set(local.id, local)
    return read
  })
  let { memory } = program
  for (const read of reads) for (const { id, isBoolean } of read.values()) if (!handed.has(id)) handed.set(id, { place: memory++, isBoolean })
  const { own } = names
  const parameters = [`${own}m`, ...names.parameters].join(', ')
  const place = (id: number) => `${own}m[${handed.get(id)?.place}]`
  const functions = parts.map((lines, k) => {
    const inner = new Lines(strong, { ...names, miss: 'return MISS' })
    const before = [...(reads[k] as Map<number, Local>).values()].map(({ id, isBoolean }) => `  const ${own}l${id} = ${place(id)}${isBoolean ? ' !== 0' : ''}`)
    const after = madeIn(lines).flatMap(({ id }) => (handed.has(id) ? [`  ${place(id)} = ${handed.get(id)?.isBoolean ? '+' : ''}${own}l${id}`] : []))
    const body = inner.write(lines, '  ')
    const bad = names.bad === undefined ? [[], []] : [[`  let ${names.bad} = false`], [`  return ${names.bad}`]]
    return [`function ${names.name}${k}(${parameters}) {`, ...(bad[0] as string[]), ...before, ...body, ...after, ...(bad[1] as string[]), '}'].join('\n')
  })
  const asks = (lines: readonly Line[]): boolean => lines.some(line => line.kind === 'ask' || (line.kind === 'rounds' && asks(line.body)))
  const main = parts.map((lines, k) => {
    const call = `${names.name}${k}(${parameters})`
    const test = asks(lines)
      ? `{ const result = ${call}; if (result === MISS) ${names.miss}${names.bad === undefined ? '' : `; if (result) ${names.bad} = true`} }`
      : undefined
    return test ?? (names.bad === undefined ? call : `if (${call}) ${names.bad} = true`)
  })
  return { functions, main, memory }
}

/** Lines in parts: each loop by itself, and what stands between. */
function partsOf(lines: readonly Line[]): Line[][] {
  const parts: Line[][] = []
  let straight: Line[] | undefined
  for (const line of lines) {
    if (line.kind === 'rounds') {
      parts.push([line])
      straight = undefined
    } else if (straight === undefined || straight.length >= STEPS_IN_ONE) {
      straight = [line]
      parts.push(straight)
    } else straight.push(line)
  }
  return parts
}

/** Variables that are there behind some lines. */
function madeIn(lines: readonly Line[]): Local[] {
  return lines.flatMap(line => (line.kind === 'compute' ? [line.local] : line.kind === 'rounds' ? line.carried.map(({ local }) => local) : []))
}

function readIn(lines: readonly Line[]): Local[] {
  const found: Local[] = []
  const look = (operand: Operand): void => {
    if (operand.kind === 'local') found.push(operand.local)
    else if (operand.kind === 'first') [operand.first, operand.rest].forEach(look)
  }
  for (const line of lines) {
    if (line.kind === 'compute') line.operands.forEach(look)
    else if (line.kind === 'put' || line.kind === 'ask') look(line.value)
    else {
      found.push(...readIn(line.body), ...line.carried.map(({ next }) => next))
      for (const { init } of line.carried) if (init !== undefined) look(init)
    }
  }
  return found
}

/** Writes lines as statements. */
class Lines {
  readonly #strong: boolean
  readonly #names: Names
  /** Entries that have been read, in the lines around and in these. */
  readonly #entries: Map<string, string>[] = []
  /** What is read from the memory more than once in a round, and what stands there: until something else is stored. */
  #repeated: ReadonlySet<string> = new Set()
  #kept = new Map<string, { name: string; of: readonly Local[] }>()
  /** Statements that stand before the next line. */
  readonly #before: string[] = []
  #count = 0

  constructor(strong: boolean, names: Names) {
    this.#strong = strong
    this.#names = names
  }

  write(lines: readonly Line[], indent: string): string[] {
    const around = [this.#repeated, this.#kept] as const
    ;[this.#repeated, this.#kept] = [this.#readTwice(lines), new Map()]
    this.#entries.push(new Map())
    const text = lines.flatMap(line => {
      const own = this.#line(line, indent)
      this.#forget(line)
      return [...this.#before.splice(0).map(each => `${indent}${each}`), ...own]
    })
    this.#entries.pop()
    ;[this.#repeated, this.#kept] = around
    return text
  }

  #readTwice(lines: readonly Line[]): ReadonlySet<string> {
    const once = new Set<string>()
    const twice = new Set<string>()
    for (const line of lines) {
      const read = line.kind === 'compute' ? line.operands : line.kind === 'rounds' ? [] : [line.value]
      for (const text of read.filter(each => storedIn(each).length > 0).map(each => this.#text(each))) (once.has(text) ? twice : once).add(text)
    }
    return twice
  }

  /** What a line writes over is read anew behind it. */
  #forget(line: Line): void {
    if (line.kind === 'rounds') this.#kept.clear()
    if (line.kind !== 'compute' || line.store === undefined) return
    for (const [text, { of }] of this.#kept) if (of.includes(line.local)) this.#kept.delete(text)
  }

  /** An entry of a source, which is read once: V8 reads again behind everything that is written. */
  #entry(source: number, at: string): string {
    const text = `${this.#names.sources[source]}[${at}]`
    const known = this.#entries.findLast(each => each.has(text))?.get(text)
    if (known !== undefined) return known
    const name = `${this.#names.own}e${this.#count++}`
    this.#entries.at(-1)?.set(text, name)
    this.#before.push(`const ${name} = ${text}`)
    return name
  }

  #local(id: number): string {
    return `${this.#names.own}l${id}`
  }

  #place({ base, grows }: Affine, from = 0): string {
    const terms = grows.flatMap((grow, l) => (grow === 0 ? [] : [`${grow === 1 ? '' : grow === -1 ? '-' : `${grow} * `}${this.#names.own}i${l}`]))
    const start = base + from
    return [...(start === 0 && terms.length > 0 ? [] : [String(start)]), ...terms].join(' + ').replaceAll('+ -', '- ')
  }

  /** A position, by its table where it has one. */
  #position({ table, shift = 0, ...place }: Place, from = 0): string {
    if (table === undefined) return this.#place(place, from)
    const all = shift + from
    return `${this.#names.table(table)}[${this.#place(place)}]${all === 0 ? '' : all < 0 ? ` - ${-all}` : ` + ${all}`}`
  }

  #read(operand: Operand): string {
    if (operand.kind === 'source') return this.#entry(operand.source, this.#position(operand))
    const text = this.#text(operand)
    if (!this.#repeated.has(text)) return text
    const known = this.#kept.get(text)
    if (known !== undefined) return known.name
    const name = `${this.#names.own}e${this.#count++}`
    this.#kept.set(text, { name, of: storedIn(operand) })
    this.#before.push(`const ${name} = ${text}`)
    return name
  }

  #text(operand: Operand): string {
    const { sources, memory } = this.#names
    switch (operand.kind) {
      case 'literal':
        return literal(operand.value)
      case 'local':
        return this.#local(operand.local.id)
      case 'source':
        return `${sources[operand.source]}[${this.#position(operand)}]`
      case 'first':
        return `(${this.#names.own}i${operand.level} < ${operand.cut} ? ${this.#text(operand.first)} : ${this.#text(operand.rest)})`
      case 'table':
        return truth(`${this.#names.table(operand.values)}[${this.#place(operand)}]`, operand.isBoolean)
      case 'gather':
        return truth(`${memory}[${this.#names.table(operand.table)}[${this.#place(operand)}]]`, operand.isBoolean)
      case 'memory':
        return truth(`${memory}[${this.#place(operand)}]`, operand.isBoolean)
    }
  }

  #line(line: Line, indent: string): string[] {
    const { memory, bad, outs, own, miss } = this.#names
    if (line.kind === 'compute') {
      const { text, name } = line.definition as ElementwiseDefinition
      const plain = name === 'scale' && !(this.#strong && isStrongLine(line))
      const value = expression(
        plain ? '(x*y)' : (text as string),
        line.operands.map(each => this.#read(each)),
      )
      const local = this.#local(line.local.id)
      const store = line.store === undefined ? [] : [`${indent}${memory}[${this.#position(line.store)}] = ${line.local.isBoolean ? '+' : ''}${local}`]
      return [`${indent}const ${local} = ${value}`, ...store]
    }
    if (line.kind === 'put') {
      const value = this.#read(line.value)
      const { name, start } = outs[line.out] as Names['outs'][number]
      const target = `${name}[${this.#position(line.at, start)}]`
      // What was computed may be NaN by a plain product.
      const made = line.value.kind === 'local' ? value : target
      const test = bad !== undefined && isComputed(line.value) ? `; if (${made} !== ${made}) ${bad} = true` : ''
      const tests = line.only.flatMap(({ level, from, to }) => {
        const round = `${own}i${level}`
        if (to - from === 1) return [`${round} === ${from}`]
        return [...(from > 0 ? [`${round} >= ${from}`] : []), `${round} < ${to}`]
      })
      const put = `${target} = ${value}${test}`
      return [`${indent}${tests.length === 0 ? put : `if (${tests.join(' && ')}) { ${put} }`}`]
    }
    if (line.kind === 'ask') return [`${indent}if (${line.expected ? '!' : ''}${this.#read(line.value)}) ${miss}`]
    const { count, level, carried, body, steps } = line
    const index = `${own}i${level}`
    const inits = carried.map(({ local, init }) => {
      const start = init === undefined ? (local.isBoolean ? 'false' : '0') : this.#read(init)
      return `${indent}let ${this.#local(local.id)} = ${start}`
    })
    const entries = this.#before.splice(0).map(each => `${indent}${each}`)
    return [
      `${indent}// found: ${this.#place(count)} rounds of ${steps} step${steps === 1 ? '' : 's'}`,
      ...entries,
      ...inits,
      `${indent}for (let ${index} = 0; ${index} < ${this.#place(count)}; ${index}++) {`,
      ...this.write(body, `${indent}  `),
      ...carried.toReversed().map(({ local, next }) => `${indent}  ${this.#local(local.id)} = ${this.#local(next.id)}`),
      `${indent}}`,
    ]
  }
}

/** The variables that what is read from the memory holds. */
function storedIn(operand: Operand): readonly Local[] {
  if (operand.kind === 'first') return [...storedIn(operand.first), ...storedIn(operand.rest)]
  return operand.kind === 'memory' || operand.kind === 'gather' ? operand.of : []
}

/** Whether something is a result of steps, in some round at least. */
function isComputed(operand: Operand): boolean {
  if (operand.kind === 'first') return isComputed(operand.first) || isComputed(operand.rest)
  return operand.kind === 'local' || operand.kind === 'memory' || operand.kind === 'gather'
}

function truth(text: string, isBoolean: boolean): string {
  return isBoolean ? `(${text} !== 0)` : text
}
