import type { Line, Operand, Program } from '../../graph/reroll/program.ts'
import { isStrongLine } from '../../graph/reroll/program.ts'
import { sizeOf, startsOf } from '../../graph/reroll/rolled.ts'
import type { Affine, Place } from '../../graph/reroll/tree.ts'
import type { ElementwiseDefinition } from '../../ops/kinds/elementwise.ts'
import type { Source, Text } from './source.ts'

/** What the code of loops that were found refers to: its sources are named by `own` and an s. */
interface Names {
  readonly own: string
  readonly out: string
  readonly memory: string
}

/** Loops that were found, as loops. */
export function rolledLines(program: Program, source: Source, names: Names): string[] {
  const used = new Set<number>()
  findRead(program.lines, used)
  return [...new Lines(program, source, names, used).write(program.lines), `${names.out}[${sizeOf(program) - 1}] = 1;`]
}

/** Variables that something reads. */
function findRead(lines: readonly Line[], found: Set<number>): void {
  const look = (operand: Operand): void => {
    if (operand.kind === 'local') found.add(operand.local.id)
    else if (operand.kind === 'first') [operand.first, operand.rest].forEach(look)
  }
  for (const line of lines) {
    if (line.kind === 'compute') line.operands.forEach(look)
    else if (line.kind === 'put' || line.kind === 'ask') look(line.value)
    else {
      findRead(line.body, found)
      for (const { init, next } of line.carried) {
        found.add(next.id)
        if (init !== undefined) look(init)
      }
    }
  }
}

class Lines {
  readonly #source: Source
  readonly #names: Names
  readonly #starts: readonly number[]
  readonly #used: ReadonlySet<number>

  constructor(program: Program, source: Source, names: Names, used: ReadonlySet<number>) {
    this.#source = source
    this.#names = names
    this.#starts = startsOf(program)
    this.#used = used
  }

  write(lines: readonly Line[]): string[] {
    return lines.flatMap(line => this.#line(line))
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
    return `${this.#source.table(table, true)}[${this.#place(place)}]${all === 0 ? '' : all < 0 ? ` - ${-all}` : ` + ${all}`}`
  }

  #read(operand: Operand): Text {
    const { memory, own } = this.#names
    const truth = (text: string, isTruth: boolean): Text => ({ text: isTruth ? `(${text} != 0)` : text, isTruth })
    switch (operand.kind) {
      case 'literal':
        if (typeof operand.value === 'boolean') return { text: String(Number(operand.value)), isTruth: true }
        return { text: this.#source.number(operand.value), isTruth: false }
      case 'local':
        return { text: this.#local(operand.local.id), isTruth: operand.local.isBoolean }
      case 'source':
        return { text: `${own}s${operand.source}[${this.#position(operand)}]`, isTruth: false }
      case 'first': {
        const [first, rest] = [this.#read(operand.first), this.#read(operand.rest)]
        return { text: `(${own}i${operand.level} < ${operand.cut} ? ${first.text} : ${rest.text})`, isTruth: first.isTruth && rest.isTruth }
      }
      case 'table':
        return truth(`${this.#source.table(operand.values, false)}[${this.#place(operand)}]`, operand.isBoolean)
      case 'gather':
        return truth(`${memory}[${this.#source.table(operand.table, true)}[${this.#place(operand)}]]`, operand.isBoolean)
      case 'memory':
        return truth(`${memory}[${this.#place(operand)}]`, operand.isBoolean)
    }
  }

  #line(line: Line): string[] {
    const { memory, out, own } = this.#names
    if (line.kind === 'compute') {
      const { text, name } = line.definition as ElementwiseDefinition
      const scope = Object.fromEntries(line.operands.map((each, k) => ['xyz'.charAt(k), this.#read(each)]))
      const made = this.#source.expression(name === 'scale' && !isStrongLine(line) ? '(x*y)' : (text as string), scope)
      const { id, isBoolean } = line.local
      const value = isBoolean ? this.#source.asTruth(made) : this.#source.asNumber(made)
      const place = line.store === undefined ? undefined : `${memory}[${this.#position(line.store)}]`
      if (place !== undefined && !this.#used.has(id)) return [`${place} = ${value};`]
      return [`const ${isBoolean ? 'int' : 'dualtape_real'} ${this.#local(id)} = ${value};`, ...(place === undefined ? [] : [`${place} = ${this.#local(id)};`])]
    }
    if (line.kind === 'put') {
      const tests = line.only.flatMap(({ level, from, to }) => {
        const round = `${own}i${level}`
        if (to - from === 1) return [`${round} == ${from}`]
        return [...(from > 0 ? [`${round} >= ${from}`] : []), `${round} < ${to}`]
      })
      const put = `${out}[${this.#position(line.at, this.#starts[line.out] as number)}] = ${this.#read(line.value).text};`
      return [tests.length === 0 ? put : `if (${tests.join(' && ')}) ${put}`]
    }
    if (line.kind === 'ask') return [`if (${line.expected ? '!' : ''}${this.#source.asTruth(this.#read(line.value))}) return 1;`]
    const { count, level, carried, body } = line
    const index = `${own}i${level}`
    const inits = carried.map(
      ({ local, init }) => `${local.isBoolean ? 'int' : 'dualtape_real'} ${this.#local(local.id)} = ${init === undefined ? '0' : this.#read(init).text};`,
    )
    const next = carried.toReversed().map(({ local, next }) => `${this.#local(local.id)} = ${this.#local(next.id)};`)
    const unread = carried.filter(({ local }) => !this.#used.has(local.id)).map(({ local }) => `(void)${this.#local(local.id)};`)
    return [...inits, `for (int ${index} = 0; ${index} < ${this.#place(count)}; ${index}++) {`, ...this.write(body), ...next, '}', ...unread]
  }
}
