import { writeFileSync } from 'node:fs'
import { compile } from '../compile/compile.ts'
import { trace } from '../graph/trace.ts'
import { problemFor } from './derivative.ts'
import { readPoint, UsageError } from './input.ts'
import type { Options } from './main.ts'
import type { Output } from './output.ts'

/** The commands that show or write the program of an expression or a function, at a point that says what its arguments are. */
export async function runCompile(command: 'graph' | 'compile', text: string | undefined, options: Options, output: Output): Promise<void> {
  if (text === undefined) throw new UsageError(`${command} needs an expression or file.js#name.`)
  const { f, x } = await problemFor(
    text,
    readPoint('--at', options.at ?? ''),
    options.wrt?.split(',').map(each => each.trim()),
  )
  if (command === 'graph') {
    const graph = trace(f, x)
    const format = options.json === true ? 'json' : (options.format ?? 'dot')
    if (!['dot', 'json', 'text'].includes(format)) throw new UsageError(`graph: there is no format ${format}. Formats: dot, json, text.`)
    output.write(`${format === 'dot' ? graph.toDot() : format === 'json' ? JSON.stringify(graph) : String(graph)}\n`)
    return
  }
  const compiled = compile(f)
  compiled(x)
  const module = compiled.emit()
  if (options.out === undefined) output.write(module)
  else {
    writeFileSync(options.out, module)
    output.write(`${options.out}: ${compiled.graph?.operations} operations, ${module.length} characters\n`)
  }
}
