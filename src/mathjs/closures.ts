import { parse } from 'mathjs'
import { isScopeMap, type ScopeMap } from './scope.ts'

/*
 * A function that mathjs has defined reads its free variables in the scope where it was defined. It shows its text, but not
 * this scope. Of an instance with `install` the scope is known (`keepClosures`). Of others it is found by running the function
 * once as mathjs does, with an eye on the maps in which it looks its names up.
 */

/** A function that mathjs has defined, with its text. */
export type DefinedFunction = ((...args: unknown[]) => unknown) & { readonly syntax: string; readonly expr: string }

export function isDefined(f: unknown): f is DefinedFunction {
  const { syntax, expr } = f as { syntax?: unknown; expr?: unknown }
  return typeof f === 'function' && typeof syntax === 'string' && typeof expr === 'string'
}

/** Where a function reads its free variables: in the arguments of functions around it, then in a scope. */
export interface Closure {
  readonly scope: ScopeMap
  readonly args: object
}

const kept = new WeakMap<object, Closure>()

/** The closure of a function; undefined where its instance does not tell. */
export function closureOf(f: DefinedFunction): Closure | undefined {
  return kept.get(f)
}

/** The class of the nodes that define functions, and what its compiled nodes are called with. */
interface FunctionAssignmentClass {
  prototype: { _compile(this: object, math: object, argNames: object): (scope: ScopeMap, args: object, context: unknown) => object }
}

/** From now on, functions that an instance defines are kept with their closures. */
export function keepClosures({ FunctionAssignmentNode }: { FunctionAssignmentNode: FunctionAssignmentClass }): void {
  const { prototype } = FunctionAssignmentNode
  const { _compile } = prototype
  prototype._compile = function (math, argNames) {
    const define = _compile.call(this, math, argNames)
    return (scope, args, context) => {
      const f = define(scope, args, context)
      kept.set(f, { scope, args })
      return f
    }
  }
}

/** What is known of a function from watching it: its scope, and which of its names it looks up there. */
interface Sighting {
  scope: ScopeMap | undefined
  readonly seen: Set<string>
}

const sightings = new WeakMap<object, Sighting>()

/** What came of looking for a name: its scope, or why it is not known. */
export type Lookup =
  | { readonly scope: ScopeMap }
  | { readonly reason: 'not in a scope' }
  | { readonly reason: 'not reached'; readonly error: unknown; readonly scope?: ScopeMap | undefined }

/** What to watch a function for. */
export interface Watched {
  readonly f: DefinedFunction
  /** All names of its body but those of its own parameters. */
  readonly names: ReadonlySet<string>
  /** Arguments with which it runs where that is needed. */
  readonly args: () => readonly unknown[]
  /** The scope of the caller, which may be a map of any class. */
  readonly around: object
}

/**
 * The scope in which a function looks a name up. Where that is not known yet, the function runs up to the place where it does,
 * and so does a function that it gives back.
 */
export function lookUp(what: Watched, name: string): Lookup {
  const sighting = sightings.get(what.f) ?? { scope: undefined, seen: new Set<string>() }
  sightings.set(what.f, sighting)
  if (!sighting.seen.has(name)) {
    const error = watch(what, name, what.args(), sighting)
    if (error !== undefined) return { reason: 'not reached', error, scope: sighting.scope }
  }
  return sighting.scope !== undefined && sighting.seen.has(name) ? { scope: sighting.scope } : { reason: 'not in a scope' }
}

/** The scope of a function that has been watched. */
export function scopeSeen(f: DefinedFunction): ScopeMap | undefined {
  return sightings.get(f)?.scope
}

/** The function that is being watched: while others run, look-ups say nothing about it. */
let watched: object | undefined

/** Runs what belongs to no function that is being watched. */
export function unwatched<T>(call: () => T): T {
  const before = watched
  watched = undefined
  try {
    return call()
  } finally {
    watched = before
  }
}

/** Runs a function until it looks a name up; what it throws otherwise. What it assigns does not reach its scope. */
function watch({ f, names, around }: Watched, wanted: string, args: readonly unknown[], sighting: Sighting): unknown {
  const found = new Error(`${wanted} was looked up.`)
  const assigned: { [name: string]: unknown } = Object.create(null)
  const isScope = (map: ScopeMap, name: string) => watched === f && names.has(name) && sighting.scope === map
  // The body runs first, so that the first look-up tells its scope from those of functions that it calls.
  const sight = (map: ScopeMap, name: string) => {
    if (watched === f && names.has(name)) sighting.scope ??= map
    return isScope(map, name)
  }
  const before = watched
  watched = f
  const restore: (() => void)[] = []
  try {
    for (const owner of new Set([Map.prototype as ScopeMap, wrapperOfObjects(), ...ownersOfHas(around)])) {
      const { has, get, set } = owner
      const methods = {
        has(this: ScopeMap, name: string) {
          if (!sight(this, name)) return has.call(this, name)
          sighting.seen.add(name)
          if (name === wanted) throw found
          return name in assigned || has.call(this, name)
        },
        get(this: ScopeMap, name: string) {
          return isScope(this, name) && name in assigned ? assigned[name] : get.call(this, name)
        },
        set(this: ScopeMap, name: string, value: never) {
          if (!sight(this, name)) return set.call(this, name, value)
          assigned[name] = value
          return this
        },
      }
      for (const [name, method] of Object.entries(methods)) restore.push(put(owner, name, method))
    }
    let result = f(...args)
    for (let depth = 0; depth < DEPTH && isDefined(result); depth++) result = result(...result.syntax.split(',').map(() => 1))
    return undefined
  } catch (error) {
    return sighting.seen.has(wanted) ? undefined : error
  } finally {
    for (const each of restore) each()
    watched = before
  }
}

/** Puts a method in place of another for a while; the result puts things back. */
function put(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value, writable: true, configurable: true })
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, before)
  }
}

/** How many functions are followed of which each gives back the next. */
const DEPTH = 4

/** What holds the methods of a map that is neither a Map nor made by mathjs. */
function ownersOfHas(map: object): ScopeMap[] {
  if (!isScopeMap(map)) return []
  let owner: object | null = map
  while (owner !== null && !Object.hasOwn(owner, 'has')) owner = Object.getPrototypeOf(owner)
  return owner === null ? [] : [owner as ScopeMap]
}

let wrapper: ScopeMap | undefined

/** The prototype of the maps in which mathjs wraps objects. */
function wrapperOfObjects(): ScopeMap {
  const reveal = Object.assign((_nodes: unknown, _math: unknown, scope: { a: object }) => scope.a, { rawArgs: true })
  wrapper ??= Object.getPrototypeOf((parse('f(g) = g()').evaluate({}) as (g: unknown) => object)(reveal)) as ScopeMap
  return wrapper
}
