/* The loop of the interpreter: what each elementwise operator does to registers. */
import { elementwise, HEAD, NAMES, Symbols } from './symbols.ts'

export function runStepsText(): string {
  const symbols = new Symbols()
  const cases = elementwise.map((definition, i) => {
    const operands = NAMES.slice(0, definition.arity)
    const text = symbols.call(definition.value, operands)
    const loads = operands.map((each, k) => `${each} = r[program[i + ${k + 2}]!]!`).join(', ')
    return `      case ${i + 1}: { const ${loads}; r[program[i + 1]!] = ${definition.mask === true ? `${text} ? 1 : 0` : text}; break }`
  })
  return `${HEAD}import { ${[...symbols.usedKernels].sort().join(', ')} } from '../ops/kernels/index.ts'

/** Runs steps on scalars: each is five integers, the operator's code, and the registers of result and operands. */
export function runSteps(program: Int32Array, from: number, to: number, r: Float64Array): void {
  for (let i = from; i < to; i += 5) {
    switch (program[i]) {
${cases.join('\n')}
    }
  }
}
`
}
