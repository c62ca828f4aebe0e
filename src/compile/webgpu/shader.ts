import { GraphError } from '../../core/errors.ts'
import { whole } from '../checked.ts'
import { asNumber, Source, type Text } from './source.ts'

/** A dispatch of a compute shader, for one step of the graph or several. */
export interface Pass {
  /** The step of the graph that it computes, for messages and for the browser's tools. */
  readonly label: string
  readonly code: string
  /** Workgroups along x, y and z. */
  readonly groups: readonly [number, number, number]
  /** The places in memory that its code knows by number: steps that differ in these alone have one shader. */
  readonly places: readonly number[]
}

/** Passes in order; those of a loop again and again. */
export type Command = number | { readonly times: number; readonly commands: readonly Command[] }

/** Threads of a workgroup for steps that go through entries. */
export const THREADS = 64
/** Workgroups along one axis that every device has. */
const MOST_GROUPS = 65535

/** Thrown for a step that is too large for a device, with what is. */
export class TooLarge extends Error {}

/** Workgroups in rows, where there are more than one row may hold, and the number of a workgroup as an expression in `group`. */
export function gridOf(count: number): { groups: readonly [number, number, number]; index: string } {
  if (count <= MOST_GROUPS) return { groups: [Math.max(count, 1), 1, 1], index: 'i32(group.x)' }
  const rows = Math.ceil(count / MOST_GROUPS)
  if (rows > MOST_GROUPS) throw new TooLarge(`${count} workgroups`)
  return { groups: [MOST_GROUPS, rows, 1], index: `(i32(group.x) + ${MOST_GROUPS} * i32(group.y))` }
}

/** A shader that is written: the work of one thread, in the memory `m` of the program, with its tables `t`. */
export class Shader {
  readonly source = new Source()
  /** Statements before all others: what is the same for all threads. */
  readonly heads: string[] = []
  /** What stands outside of the function. */
  readonly outside: string[] = []
  readonly #known = new Set<string>()

  /** A statement before all others, once. */
  head(name: string, statement: string): void {
    if (this.#known.has(name)) return
    this.#known.add(name)
    this.heads.push(statement)
  }

  /** The pass whose threads run these lines; `group` is the number of the workgroup, `local` that of the thread in it. */
  pass(label: string, groups: Pass['groups'], threads: string, lines: readonly string[]): Pass {
    const { lines: own, places } = withoutPlaces([...this.heads, ...lines])
    const code = `${this.source.declarations}
@group(0) @binding(0) var<storage, read_write> m: array<f32>;
@group(0) @binding(1) var<storage, read> t: array<i32>;
@group(0) @binding(2) var<uniform> places: array<vec4<i32>, ${Math.max(1, Math.ceil(places.length / 4))}>;
${this.outside.join('\n')}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
${own.map(line => `  ${line}`).join('\n')}
}`
    return { label, code, groups, places }
  }

  /** The pass with a thread for each of `size` entries, whose number is `i`. */
  forEach(label: string, size: number, lines: readonly string[]): Pass {
    const { groups, index } = gridOf(Math.ceil(size / THREADS))
    const entry = [`let i = ${index} * ${THREADS} + i32(local.x);`, `if (i >= ${size}) { return; }`]
    return this.pass(label, groups, String(THREADS), [...entry, ...lines])
  }
}

/** A statement that stores a value. */
export function store(address: string, value: Text): string {
  return `m[${address}] = ${asNumber(value)};`
}

/** A place in memory, or among the tables, as a text; see `withoutPlaces`. */
export function address(place: number): string {
  return `A${whole(place)}`
}

/** The place that an address is. */
export function placeOf(text: string): number {
  const [, digits] = /^A(\d+)$/.exec(text) ?? []
  if (digits === undefined) throw new GraphError('compile: a result has no place of its own. Please report it.')
  return Number(digits)
}

/** The sum of an address and an offset. */
export function at(text: string, offset: string | number): string {
  if (offset === 0 || offset === '0') return text
  return typeof offset === 'number' && /^A\d+$/.test(text) ? address(placeOf(text) + offset) : `${text} + ${offset}`
}

/** Lines with addresses, and names of values, by the order in which they come: steps that do the same are the same text. */
function withoutPlaces(lines: readonly string[]): { lines: string[]; places: number[] } {
  const places: number[] = []
  const names = new Map<string, string>()
  const nameOf = (name: string, letter: string) => {
    const known = names.get(name) ?? `${letter}${names.size}`
    names.set(name, known)
    return known
  }
  const placed = lines.map(line =>
    line.replace(/\b([Adw])(\d+)\b/g, (name, letter: string, digits: string) => {
      if (letter !== 'A') return nameOf(name, letter)
      let k = places.indexOf(Number(digits))
      if (k < 0) k = places.push(Number(digits)) - 1
      return `places[${k >> 2}][${k & 3}]`
    }),
  )
  return { lines: placed, places }
}

/** The indices r0, r1, … of some axes from a position among them. */
export function indicesOf(position: string, lengths: readonly number[], axes: readonly number[]): string[] {
  let stride = 1
  const lines: string[] = []
  for (let k = axes.length - 1; k >= 0; k--) {
    const length = lengths[k] as number
    if (length > 1) {
      const far = stride === 1 ? position : `(${position} / ${stride})`
      lines.push(`let r${axes[k]} = ${k === 0 ? far : `${far} % ${length}`};`)
    }
    stride *= length
  }
  return lines
}
