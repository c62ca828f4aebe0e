import * as mathjs from 'mathjs'
import { compileExpression } from '../dist/mathjs/index.js'
import { interleaved, table } from './harness.mjs'

const math = mathjs.create(mathjs.all)

/** The gradient of Rosenbrock's function from its formula: mathjs' symbolic derivatives, compiled, and ours. */
export async function run() {
  const rows = [['Rosenbrock gradient', 'prepare, mathjs', 'ours', 'ratio (limit 20)', 'evaluate, mathjs', 'ours', 'ratio (limit 50)']]
  for (const n of [4, 10]) {
    const names = Array.from({ length: n }, (_, i) => `x${i + 1}`)
    const text = names
      .slice(1)
      .map((name, i) => `100 * (${name} - ${names[i]}^2)^2 + (1 - ${names[i]})^2`)
      .join(' + ')
    const scope = Object.fromEntries(names.map((name, i) => [name, 0.3 + 0.1 * i]))

    // Ours first, so that nothing is warm for it.
    const start = performance.now()
    const model = compileExpression(text)
    const found = model.gradient(scope)
    const between = performance.now()
    const slopes = names.map(name => math.derivative(text, name).compile())
    const symbolic = () => Object.fromEntries(names.map((name, i) => [name, slopes[i].evaluate(scope)]))
    const wanted = symbolic()
    const end = performance.now()
    for (const name of names) {
      if (Math.abs(found[name] - wanted[name]) > 1e-12 * Math.max(1, Math.abs(wanted[name])))
        throw new Error(`${name}: ${found[name]} here, ${wanted[name]} in mathjs`)
    }
    const [ours, theirs] = [between - start, end - between]
    const times = interleaved({ mathjs: symbolic, ours: () => model.gradient(scope) })
    rows.push([
      `n = ${n}`,
      `${theirs.toFixed(0)} ms`,
      `${ours.toFixed(1)} ms`,
      (theirs / ours).toFixed(0),
      `${(times.mathjs / 1000).toFixed(2)} µs`,
      `${(times.ours / 1000).toFixed(3)} µs`,
      (times.mathjs / times.ours).toFixed(0),
    ])
  }
  console.log(table(rows))
}
