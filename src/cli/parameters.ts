import type { Node } from '../plugin/syntax.ts'
import { functionIn, parse } from '../plugin/transform.ts'

/** A parameter of a function. */
export interface Parameter {
  readonly name: string
  readonly isOptional: boolean
}

/**
 * A function as one of a point: where the point has a variable for each parameter by its name, they are its arguments; otherwise the
 * point itself is its argument.
 */
export function ofPoint(f: (...given: unknown[]) => unknown, parameters: readonly Parameter[] | undefined): (point: unknown) => unknown {
  if (parameters === undefined || parameters.length === 0) return f
  return point => {
    const values = point as Readonly<Record<string, unknown>>
    const isNamed = parameters.every(({ name, isOptional }) => isOptional || Object.hasOwn(values, name))
    return isNamed ? f(...parameters.map(({ name }) => (Object.hasOwn(values, name) ? values[name] : undefined))) : f(point)
  }
}

/** The parameters of a function, as its text has them; undefined where one has no name, or the text cannot be read. */
export function parametersOf(f: object): readonly Parameter[] | undefined {
  const text = Function.prototype.toString.call(f)
  for (const source of [`(${text})`, `({ ${text} })`]) {
    try {
      const nodes: readonly Node[] = functionIn(parse(source, 'function.js', 'script'))?.params ?? []
      const parameters = nodes.map(each => ({
        name: (each.type === 'AssignmentPattern' ? each.left : each).name as string,
        isOptional: each.type === 'AssignmentPattern',
      }))
      return parameters.every(({ name }) => name !== undefined) ? parameters : undefined
    } catch {
      // A method, then, or what has no source.
    }
  }
  return undefined
}
