import * as mathjs from 'mathjs'

/** What mathjs exports and its types leave out. */
export const { docs } = mathjs as unknown as { docs: { readonly [name: string]: unknown } }

/** A new instance with everything. */
export function instance(config: mathjs.ConfigOptions = {}) {
  return mathjs.create(mathjs.all as mathjs.FactoryFunctionMap, config) as mathjs.MathJsInstance & {
    expression: { mathWithTransform: object }
    [name: string]: unknown
  }
}
