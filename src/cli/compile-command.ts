import { writeFileSync } from 'node:fs'
import { compile } from '../compile/compile.ts'
import { DualtapeError } from '../core/errors.ts'
import { trace } from '../graph/trace.ts'
import { checkGrads } from '../testing/check-grads.ts'
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
    if (!['svg', 'dot', 'json', 'text'].includes(format)) throw new UsageError(`graph: there is no format ${format}. Formats: svg, dot, json, text.`)
    const written = format === 'svg' ? await draw(graph.toDot()) : format === 'dot' ? graph.toDot() : format === 'json' ? JSON.stringify(graph) : String(graph)
    if (options.out === undefined) output.write(`${written}\n`)
    else writeFileSync(options.out, written)
    return
  }
  const compiled = compile(f)
  compiled(x)
  const wasm = options.out?.endsWith('.wasm') === true
  const module = wasm ? compiled.emit({ format: 'wasm' }) : compiled.emit()
  if (options.out === undefined) output.write(String(module))
  else {
    writeFileSync(options.out, module)
    output.write(`${options.out}: ${compiled.graph?.operations} operations, ${module.length} ${wasm ? 'bytes' : 'characters'}\n`)
  }
}

/** A drawing by Graphviz, from a package that is only needed here. */
async function draw(dot: string): Promise<string> {
  const viz = await import('@viz-js/viz').catch(() => {
    throw new DualtapeError('graph: to draw, install the package @viz-js/viz beside dualtape, or write --format dot for Graphviz.')
  })
  return (await viz.instance()).renderString(dot, { format: 'svg' })
}

/** Derivatives against finite differences, in both modes. */
export async function runCheck(text: string | undefined, options: Options, output: Output): Promise<void> {
  if (text === undefined) throw new UsageError('check needs an expression or file.js#name.')
  const { f, x } = await problemFor(
    text,
    readPoint('--at', options.at ?? ''),
    options.wrt?.split(',').map(each => each.trim()),
  )
  checkGrads(f, [x])
  output.write(
    options.json === true ? '{"agree":true}\n' : 'First and second derivatives, forward and reverse, agree with finite differences and with each other.\n',
  )
}
