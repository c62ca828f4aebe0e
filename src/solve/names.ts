import { isNumericTypedArray, Tensor } from '../core/tensor.ts'
import { isPlainObject } from '../core/tree.ts'

/** What the entries of a tree are called, in the order of its leaves: `b`, `w[2]`, `layer.w[0, 1]`; `x` where the tree is one number. */
export function namesOf(tree: unknown): string[] {
  const names: string[] = []
  const walk = (each: unknown, path: string): void => {
    if (each instanceof Tensor)
      for (let i = 0; i < each.size; i++) names.push(each.rank === 0 ? path || 'x' : `${path}[${positionIn(each.shape, i).join(', ')}]`)
    else if (Array.isArray(each) || isNumericTypedArray(each)) Array.from(each as unknown[], (entry, i) => walk(entry, `${path}[${i}]`))
    else if (isPlainObject(each)) for (const [key, entry] of Object.entries(each)) walk(entry, path === '' ? key : `${path}.${key}`)
    else names.push(path || 'x')
  }
  walk(tree, '')
  return names.map(name => (name.startsWith('[') ? `x${name}` : name))
}

function positionIn(shape: readonly number[], at: number): number[] {
  const position: number[] = []
  for (const size of shape.toReversed()) {
    position.unshift(at % size)
    at = Math.floor(at / size)
  }
  return position
}
