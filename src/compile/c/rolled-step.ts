import type { RolledParams } from '../../graph/reroll/rolled.ts'
import { rolledLines } from './rolled.ts'
import type { Scope } from './scope.ts'

/** Loops that were found among steps on numbers. */
export function rolledStep(scope: Scope, id: number): string[] {
  const { inputs, params } = scope.node(id)
  const { program, sources } = params as RolledParams
  const own = scope.nameOf(id)
  const reserved: [number, number][] = []
  const room = (size: number) => {
    const at = scope.memory.reserve(size)
    reserved.push([at, size])
    return `w + ${at}`
  }
  const heads = sources.map(({ operands, isTensor, size }, k) => {
    const name = `${own}s${k}`
    const operand = (position: number) => inputs[operands[position] as number] as number
    if (isTensor && operands.length === 1) return `const dualtape_real *const ${name} = ${scope.pointer(operand(0))};`
    const list = isTensor ? undefined : listOf(operands.map((_, i) => scope.read(operand(i))))
    if (list !== undefined) return `const dualtape_real *const ${name} = ${list};`
    const lines = [`dualtape_real *const ${name} = ${room(size)};`]
    operands.forEach((_, i) => {
      const length = size / operands.length
      lines.push(
        isTensor
          ? `memcpy(${name} + ${i * length}, ${scope.pointer(operand(i))}, ${length} * sizeof *${name});`
          : `${name}[${i}] = ${scope.source.asNumber(scope.text(operand(i)))};`,
      )
    })
    return lines.join('\n')
  })
  const memory = `${own}m`
  if (program.memory > 0) heads.push(`dualtape_real *const ${memory} = ${room(program.memory)};`)
  const out = `${own}o`
  const lines = ['{', `dualtape_real *const ${out} = ${scope.make(id)};`, ...heads, ...rolledLines(program, scope.source, { own, out, memory }), '}']
  for (const [at, size] of reserved) scope.memory.free(at, size)
  return lines
}

/** Where a list begins whose entries these are, one after the other. */
function listOf(entries: readonly string[]): string | undefined {
  const [first, ...rest] = entries.map(each => /^(\w+)\[(\d+)\]$/.exec(each))
  if (first === null || first === undefined) return undefined
  const [, name, start] = first
  return rest.every((each, i) => each !== null && each[1] === name && Number(each[2]) === Number(start) + i + 1) ? `${name} + ${start}` : undefined
}
