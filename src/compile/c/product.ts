import { isScalarNode } from '../../graph/graph.ts'
import type { Lowered } from '../lowered.ts'
import type { Scope } from './scope.ts'

/** A matrix product, in the order of the operator's own. */
export function productLines(scope: Scope, id: number, { m, k, n, pairs }: Extract<Lowered, { kind: 'product' }>): string[] {
  const { inputs } = scope.node(id)
  if (isScalarNode(scope.node(id))) {
    const [x, y] = inputs.map(input => scope.pointer(input))
    scope.place(id, scope.nameOf(id))
    const loop = `for (int p = 0; p < ${k}; p++) ${scope.nameOf(id)} += x[p] * y[p];`
    return [`dualtape_real ${scope.nameOf(id)} = 0;`, '{', `const dualtape_real *const x = ${x}, *const y = ${y};`, loop, '}']
  }
  if (scope.sizeOf(id) === 0) {
    scope.make(id)
    return []
  }
  const heads = inputs.map((input, i) => `const dualtape_real *const ${'xy'.charAt(i)} = ${scope.pointer(input)};`)
  const one = ([x, y, o]: readonly string[]): string[] =>
    n === 1
      ? [
          `for (int i = 0; i < ${m}; i++) {`,
          'dualtape_real sum = 0;',
          `for (int p = 0; p < ${k}; p++) sum += ${x}[${k} * i + p] * ${y}[p];`,
          `${o}[i] = sum;`,
          '}',
        ]
      : [
          `for (int i = 0; i < ${m * n}; i++) ${o}[i] = 0;`,
          `for (int i = 0; i < ${m}; i++) for (int p = 0; p < ${k}; p++) {`,
          `const dualtape_real f = ${x}[${k} * i + p];`,
          `for (int j = 0; j < ${n}; j++) ${o}[${n} * i + j] += f * ${y}[${n} * p + j];`,
          '}',
        ]
  const open = `dualtape_real *restrict const o = ${scope.make(id)};`
  if (pairs.length === 1) return ['{', ...heads, open, ...one(['x', 'y', 'o']), '}']
  const [left, right] = [0, 1].map(side =>
    scope.source.table(
      pairs.map(pair => pair[side] as number),
      true,
    ),
  )
  const items = [
    `for (int item = 0; item < ${pairs.length}; item++) {`,
    `const dualtape_real *const a = x + ${m * k} * ${left}[item], *const b = y + ${k * n} * ${right}[item];`,
    `dualtape_real *restrict const c = o + ${m * n} * item;`,
    ...one(['a', 'b', 'c']),
    '}',
  ]
  return ['{', ...heads, open.replace('restrict ', ''), ...items, '}']
}
