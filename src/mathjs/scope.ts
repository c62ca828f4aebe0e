import { describe, OptionError } from '../core/errors.ts'
import { Tensor } from '../core/tensor.ts'

/** A map of values by name, as mathjs takes it for a scope: a Map, the map of a parser, or an object with these methods. */
export interface ScopeMap {
  /** The names. */
  keys(): Iterable<string>
  /** Whether there is a value of the name. */
  has(name: string): boolean
  /** The value of a name; undefined where there is none. */
  get(name: string): unknown
  /** Gives a name a value. */
  set(name: string, value: never): unknown
}

/** Values by name. */
export interface Values {
  readonly [name: string]: unknown
}

/** Values of variables, and functions, by name: an object, or a map. */
export type Scope = Values | ScopeMap

/** Whether a scope is a map; the rule is mathjs'. */
export function isScopeMap(x: unknown): x is ScopeMap {
  if (x instanceof Map) return true
  const { keys, has, get, set } = (x ?? {}) as Record<string, unknown>
  return [keys, has, get, set].every(each => typeof each === 'function')
}

/** The map that stands for a scope: that of a parser, too. */
function mapOf(scope: unknown): ScopeMap | undefined {
  const parser = (scope ?? {}) as { isParser?: boolean; getAllAsMap?: () => unknown }
  const map = parser.isParser === true && typeof parser.getAllAsMap === 'function' ? parser.getAllAsMap() : scope
  return isScopeMap(map) ? map : undefined
}

/** Names and values of a scope, as an object of its own. */
export function valuesOf(scope: Scope): Values {
  const map = mapOf(scope)
  if (map !== undefined) return Object.fromEntries(Array.from(map.keys(), name => [name, map.get(name)]))
  if (typeof scope !== 'object' || scope === null || Array.isArray(scope) || ArrayBuffer.isView(scope) || scope instanceof Tensor)
    throw new OptionError(`The scope is an object of values by name, or a map of them, not ${describe(scope)}.`)
  return scope as Values
}

/** What a scope is to functions that have been defined in it. */
export interface Origin {
  /** What tells it from others: mathjs wraps objects in maps, and maps in maps with the arguments of a function. */
  readonly identity: object
  /** The names of such arguments, which functions of the scope do not see, */
  readonly locals: ReadonlySet<string>
  /** and what they see instead. */
  readonly hidden: Values
}

const NONE: ReadonlySet<string> = new Set()

export function originOf(scope: object): Origin {
  const { wrappedObject, a, b } = scope as { wrappedObject?: unknown; a?: unknown; b?: unknown }
  if (isScopeMap(a) && isScopeMap(b)) {
    const { identity, locals, hidden } = originOf(a)
    const names = Array.from(b.keys())
    const inner = names.filter(name => !locals.has(name) && a.has(name))
    return { identity, locals: new Set([...locals, ...names]), hidden: { ...hidden, ...Object.fromEntries(inner.map(name => [name, a.get(name)])) } }
  }
  const map = mapOf(scope)
  return {
    identity: map !== undefined && typeof wrappedObject === 'object' && wrappedObject !== null ? wrappedObject : (map ?? scope),
    locals: NONE,
    hidden: {},
  }
}
