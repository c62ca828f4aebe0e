import { noMore } from '../core/arguments.ts'
import { asValue, dispatch, shapeOf } from '../core/dispatch.ts'
import { DualtapeError, describe, GraphError, ShapeError } from '../core/errors.ts'
import { ones } from '../core/makers.ts'
import { differentiable } from '../core/option-kinds.ts'
import { optionReader } from '../core/options.ts'
import { checkShape, formatShape, type Shape, sameShape } from '../core/shape.ts'
import { Tensor, tensor } from '../core/tensor.ts'
import { activity } from '../core/traced.ts'
import type { TensorLike, Value } from '../core/types.ts'
import { readInput } from '../graph/evaluation.ts'
import { exampleFor } from '../graph/examples.ts'
import { Graph, type GraphNode, prune } from '../graph/graph.ts'
import { requireGuards } from '../graph/guards.ts'
import { exampleLike } from '../graph/loop/parts.ts'
import { optimise } from '../graph/optimise.ts'
import { copyOf } from '../graph/ownership.ts'
import { Tracing } from '../graph/tracing.ts'
import { vjp } from '../reverse/vjp.ts'
import { MISS } from './backend.ts'
import { allBackends } from './backends.ts'
import { type CompileOptions, readSession } from './compiled.ts'
import { signatureOf } from './signature.ts'
import { Version } from './version.ts'

/** Options of a session: those of `compile` that it has. */
export type SessionOptions = Pick<CompileOptions, 'target' | 'algebra'>

/** What a session runs for fetches and feeds. */
interface Part {
  readonly inputs: readonly number[]
  /** With steps as they were written. */
  readonly whole: Graph
  readonly graph: Graph
  version?: Version
}

/** What stands for a number or a tensor while a graph is built; every operator takes it. */
export type Placeholder<S extends Shape = Shape> = S extends readonly [] ? number : Tensor

/** A variable's new value, as something to run. */
export class Assignment {
  readonly variable: number
  readonly value: number

  constructor(variable: number, value: number) {
    this.variable = variable
    this.value = value
  }
}

/**
 * A graph that is built by hand: placeholders, operators on them, and sessions that run what is asked for.
 *
 * @example
 * const g = graph()
 * const x = g.placeholder('x', [2, 3])
 * const w = g.placeholder('w', [3])
 * const y = sum(mul(matmul(x, w), 2))
 * const [dw] = g.gradients(y, [w])
 * const session = g.session()
 * session.run([y, dw], { x: [[1, 2, 3], [4, 5, 6]], w: [1, 1, 1] })[0] // 42
 */
export function graph(from?: Graph, ...more: []): GraphBuilder {
  noMore('graph', 1, more)
  return new GraphBuilder(from)
}

const readPlaceholder = /* @__PURE__ */ optionReader({ example: { is: differentiable } })

/** A graph that is built step by step, with placeholders and variables; see `graph`. */
export class GraphBuilder {
  readonly #tracing = new Tracing()
  readonly #names = new Map<string, number>()
  readonly #initial = new Map<number, Value>()

  constructor(from?: Graph) {
    if (from === undefined) return
    if (!(from instanceof Graph))
      throw new GraphError(`graph: begins with nothing, or with a Graph, such as Graph.fromJSON gives, but ${describe(from)} was given.`)
    const places: number[] = []
    from.nodes.forEach((node, id) => {
      if (node.op === 'input') places[id] = this.#input(node.name ?? `input${id}`, exampleLike(node))
      else if (node.definition === undefined) places[id] = this.#tracing.idOf(node.value as Value)
      else {
        places[id] = this.#tracing.add(
          node.definition,
          node.inputs.map(input => places[input] as number),
          node.params,
        )
      }
    })
    for (const guard of from.guards) this.#tracing.keepGuard({ ...guard, node: places[guard.node] as number })
    from.outputs.forEach((output, i) => {
      const [name, id] = [`output${i}`, places[output] as number]
      if ((this.#names.get(name) ?? id) !== id)
        throw new GraphError(`graph: an input is named ${name}, which is what output ${i} is called here. Give the input another name.`)
      this.#names.set(name, id)
    })
  }

  /** An input that runs must feed. `example` is a value to try operators on, for those that ask for more than a shape. */
  placeholder<const S extends Shape = readonly []>(
    name: string,
    shape: S = [] as unknown as S,
    options?: { example?: TensorLike },
    ...more: []
  ): Placeholder<S> {
    checkShape('placeholder', shape)
    const { example } = readPlaceholder('placeholder', [options, ...more])
    const value = example === undefined ? exampleFor(shape) : asValue('placeholder', example)
    if (!sameShape(shapeOf(value), shape)) {
      throw new ShapeError(`placeholder ${name}: the example has shape ${formatShape(shapeOf(value))}, not ${formatShape(shape)}.`)
    }
    return this.#tracing.handle(this.#input(name, value)) as unknown as Placeholder<S>
  }

  /** A value that a session keeps from run to run; see `assign`. */
  variable(name: string, initial: TensorLike, ...more: []): Tensor {
    noMore('variable', 2, more)
    const value = asValue('variable', initial)
    const own = value instanceof Tensor ? tensor(value) : value
    const id = this.#input(name, own)
    this.#initial.set(id, own)
    return this.#tracing.handle(id) as Tensor
  }

  /** Gives a variable a new value, when it is run. */
  assign(variable: unknown, value: TensorLike, ...more: []): Assignment {
    noMore('assign', 2, more)
    const id = this.#idOf('assign', variable)
    if (!this.#initial.has(id)) throw new DualtapeError('assign: the first argument is a variable of this graph.')
    const to = this.#tracing.idOf(asValue('assign', value))
    const [{ shape, dtype }, { shape: wanted, dtype: kind }] = [this.#node(to), this.#node(id)]
    if (kind === 'bool' && dtype !== 'bool')
      throw new DualtapeError(`assign: ${this.#node(id).name} holds truths, but the value holds numbers. Compare it: notEqual(x, 0).`)
    if (!sameShape(shape, wanted)) throw new ShapeError(`assign: a value of shape ${formatShape(shape)} does not fit the variable's ${formatShape(wanted)}.`)
    return new Assignment(id, to)
  }

  /** A name by which a value can be fetched, also after `toJSON`. */
  name<T>(value: T, name: string, ...more: []): T {
    noMore('name', 2, more)
    const id = this.#idOf('name', value)
    if ((this.#names.get(name) ?? id) !== id) throw new DualtapeError(`name: there is a ${name} already, which is another value.`)
    this.#names.set(name, id)
    return value
  }

  #input(name: string, example: Value): number {
    if (typeof name !== 'string' || name === '') throw new DualtapeError(`placeholder: the name is a text, but ${describe(name)} was given.`)
    if (this.#names.has(name)) throw new DualtapeError(`placeholder: there is a ${name} already.`)
    activity.kept = true
    const id = this.#tracing.idOf(this.#tracing.input(example, name))
    this.#names.set(name, id)
    return id
  }

  #node(id: number): GraphNode {
    return this.#tracing.node(id)
  }

  #idOf(what: string, x: unknown): number {
    if (typeof x === 'string') {
      const id = this.#names.get(x)
      if (id === undefined) throw new DualtapeError(`${what}: there is nothing named ${x}. Names: ${[...this.#names.keys()].join(', ')}.`)
      return id
    }
    if (!this.#tracing.owns(x)) throw new DualtapeError(`${what}: takes values of this graph or their names, but ${describe(x)} was given.`)
    return this.#tracing.idOf(x)
  }

  /** The gradients of a value (of its sum, if it is a tensor) with respect to others, as further values of the graph. */
  gradients(y: unknown, xs: readonly unknown[], ...more: []): Tensor[] {
    noMore('gradients', 2, more)
    if (!Array.isArray(xs)) throw new DualtapeError(`gradients: the second argument is a list of values of this graph, but ${describe(xs)} was given.`)
    const end = this.#idOf('gradients', y)
    const starts = xs.map(x => this.#idOf('gradients', x))
    const replay = (...values: unknown[]): unknown => {
      const known = new Map<number, unknown>(starts.map((id, i) => [id, values[i]]))
      for (let id = 0; id <= end; id++) {
        const { definition, inputs, params } = this.#node(id)
        if (known.has(id) || definition === undefined || !inputs.some(input => known.has(input))) continue
        known.set(
          id,
          dispatch(
            definition,
            inputs.map(input => known.get(input) ?? this.#tracing.handle(input)),
            params,
          ),
        )
      }
      starts.forEach((id, i) => {
        if (!dependsOn(this.#tracing.nodes, end, id)) {
          throw new DualtapeError(
            `gradients: the value does not depend on ${this.#node(id).name ?? `argument ${i + 1}`}, so it has no gradient with respect to it.`,
          )
        }
      })
      return known.get(end)
    }
    const [value, pullback] = vjp(replay as (...values: unknown[]) => Tensor, ...starts.map(id => this.#tracing.handle(id) as unknown))
    const shape = shapeOf(value)
    return pullback((shape.length === 0 ? 1 : ones(shape)) as never) as Tensor[]
  }

  /** What runs the graph, or parts of it: each part is optimised as a whole, once. */
  session(options?: SessionOptions, ...more: []): Session {
    return new Session(this.#tracing, this.#names, this.#initial, (what, x) => this.#idOf(what, x), readSession('session', [options, ...more]))
  }

  /** All that has been built so far; what nothing else uses is its output. */
  graph(): Graph {
    const used = new Set(this.#tracing.nodes.flatMap(node => node.inputs))
    const named = new Set(this.#names.values())
    // What was asked is a guard of the graph, not an output.
    for (const { node } of this.#tracing.guards) if (!named.has(node)) used.add(node)
    const ends = this.#tracing.nodes.map((_, id) => id).filter(id => !used.has(id) && this.#node(id).definition !== undefined)
    return this.#tracing.graph(ends)
  }

  /** The graph of what has been built, as plain data. */
  toJSON(): object {
    return this.graph().toJSON()
  }

  /** The graph in Graphviz' language. */
  toDot(): string {
    return this.graph().toDot()
  }

  /** One line for each step. */
  toString(): string {
    return this.graph().toString()
  }
}

type Feeds = Readonly<Record<string, TensorLike>> | ReadonlyMap<unknown, TensorLike>

/** Runs parts of a graph, and keeps its variables. */
export class Session {
  readonly #tracing: Tracing
  readonly #names: ReadonlyMap<string, number>
  readonly #initial: ReadonlyMap<number, Value>
  readonly #variables = new Map<number, Value>()
  readonly #idOf: (what: string, x: unknown) => number
  readonly #options: Required<SessionOptions>
  readonly #programs = new Map<string, Part>()

  constructor(
    tracing: Tracing,
    names: ReadonlyMap<string, number>,
    initial: ReadonlyMap<number, Value>,
    idOf: (what: string, x: unknown) => number,
    options: Required<SessionOptions>,
  ) {
    this.#tracing = tracing
    this.#names = names
    this.#initial = initial
    this.#idOf = idOf
    this.#options = options
  }

  /**
   * The values of what is fetched: one value, or a list, of the graph's values, their names, or assignments. Feeds go by name,
   * or, in a Map, by any value of the graph, whose computation they then replace.
   *
   * Throws a DualtapeError for a name that does not exist and for a placeholder that is needed and not fed, a ShapeError for a
   * feed of another shape, and a GraphError where a question that was asked while the graph was made has another answer.
   */
  // biome-ignore lint/suspicious/noExplicitAny: a number for a scalar, a Tensor for a tensor, known by the graph only
  run(fetches: unknown, feeds: Feeds = {}, ...more: []): any {
    noMore('run', 2, more)
    if (typeof feeds !== 'object' || feeds === null)
      throw new DualtapeError(`run: feeds stand in an object, by name, or in a Map, but ${describe(feeds)} was given.`)
    const list = Array.isArray(fetches) ? fetches : [fetches]
    const assignments = list.filter(each => each instanceof Assignment)
    const ids = list.map(each => (each instanceof Assignment ? each.value : this.#idOf('run', each)))
    const fed = new Map<number, Value>()
    for (const [key, given] of feeds instanceof Map ? feeds : Object.entries(feeds)) {
      const id = this.#idOf('run: a feed', key)
      fed.set(id, readInput('run', this.#tracing.node(id), given))
    }
    const key = `${ids.join()} ${[...fed.keys()].join()}`
    const program = this.#programs.get(key) ?? this.#optimise(ids, fed)
    this.#programs.set(key, program)
    // Truths are numbers like others here, and no part of the program.
    const given = program.inputs.map(id => numbered(fed.get(id) ?? this.#variables.get(id) ?? (this.#initial.get(id) as Value)))
    let values = program.version?.run(...given)
    if (values === MISS) requireGuards(program.whole, given)
    if (values === undefined || values === MISS) {
      // Feeds of another kind, masks for numbers, have a program of their own.
      program.version = new Version(
        { graph: program.graph, signature: signatureOf(given, program.graph.nodes.length), result: ids.map((_, i) => i) },
        this.#options.target,
        allBackends,
        () => undefined,
      )
      values = program.version.run(...given)
      if (values === MISS) {
        requireGuards(program.whole, given)
        // What decides lies within the rounding of the target.
        values = program.graph.evaluate(given)
      }
    }
    const results = values as Value[]
    for (const each of assignments) this.#variables.set(each.variable, own(results[list.indexOf(each)] as Value))
    return Array.isArray(fetches) ? results : results[0]
  }

  /** Values by name of the variables that this session keeps: copies, as results are. */
  variables(...more: []): Record<string, Value> {
    noMore('variables', 0, more)
    return Object.fromEntries([...this.#initial].map(([id, initial]) => [this.#tracing.nameOf(id) as string, own(this.#variables.get(id) ?? initial)]))
  }

  #optimise(ids: readonly number[], fed: ReadonlyMap<number, Value>): Part {
    const nodes = this.#tracing.nodes.map((node, id): GraphNode => {
      if (!fed.has(id)) return node
      const { shape, dtype, rank0, name } = node
      return { op: 'input', inputs: [], shape, dtype, rank0, ...(name !== undefined && { name }) }
    })
    const needed = new Set<number>(ids)
    for (const id of needed) for (const input of (nodes[id] as GraphNode).inputs) needed.add(input)
    // Whatever is computed may be of the side that was taken.
    const guards = [...needed].some(id => nodes[id]?.definition !== undefined) ? this.#tracing.guards : []
    for (const { node } of guards) needed.add(node)
    for (const id of needed) {
      const node = nodes[id] as GraphNode
      for (const input of node.inputs) needed.add(input)
      if (node.op === 'input' && !fed.has(id) && !this.#initial.has(id)) {
        const missing = [...this.#names].filter(([, each]) => nodes[each]?.op === 'input' && !fed.has(each) && !this.#initial.has(each)).map(([name]) => name)
        throw new DualtapeError(
          `run: ${node.name ?? 'an input'} is needed and was not fed. Feed it by name: run(…, { ${node.name}: … }). Not fed: ${missing.join(', ')}.`,
        )
      }
    }
    const inputs = [...needed].filter(id => nodes[id]?.op === 'input').sort((a, b) => a - b)
    const whole = new Graph(nodes, inputs, ids, guards)
    return { inputs, whole, graph: optimise(prune(whole, ids), this.#options.algebra) }
  }
}

/** A number for a truth. */
function numbered(x: Value): Value {
  return typeof x === 'boolean' ? Number(x) : x
}

/** A value in a buffer of its own. */
function own(x: Value): Value {
  return x instanceof Tensor ? copyOf(x) : x
}

function dependsOn(nodes: readonly GraphNode[], end: number, start: number): boolean {
  const reached = new Set([start])
  for (let id = start + 1; id <= end; id++) if (nodes[id]?.inputs.some(input => reached.has(input))) reached.add(id)
  return reached.has(end)
}
