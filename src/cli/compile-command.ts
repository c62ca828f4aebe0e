import { basename } from 'node:path'
import { compile } from '../compile/compile.ts'
import { counted } from '../core/counted.ts'
import { trace } from '../graph/trace.ts'
import { hessian } from '../jacobian/hessian.ts'
import { jacobian } from '../jacobian/jacobian.ts'
import type { JacobianOptions } from '../jacobian/options.ts'
import { grad } from '../reverse/grad.ts'
import { writeOut } from './input.ts'
import { asJson, type Output } from './output.ts'
import { withPeer } from './peer.ts'
import { type Problem, readProblem } from './problem.ts'
import { type Options, UsageError } from './usage.ts'

/**
 * The commands that show or write the program of an expression or a function, or of a derivative of it, at a point that says what
 * its arguments are.
 */
export async function runCompile(command: 'graph' | 'compile' | 'export', text: string | undefined, options: Options, output: Output): Promise<void> {
  const derivative = derivativeOf(command, options)
  const problem = await readProblem(command, text, options)
  const f = derivative(problem.f)
  if (command === 'graph') await writeGraph(f, problem, options, output)
  else if (command === 'export') await writeOnnx(f, problem, options, output)
  else if (options.out?.endsWith('.c') === true) await writeC(f, problem, options, output)
  else writeModule(f, problem, options, output)
}

type AnyFunction = (x: unknown) => unknown

/** What the options --grad, --jacobian and --hessian ask for. */
function derivativeOf(command: string, options: Options): (f: AnyFunction) => AnyFunction {
  const asked = (['grad', 'jacobian', 'hessian'] as const).filter(each => options[each] === true)
  const [first, second] = asked
  if (second !== undefined) throw new UsageError(`${command} takes one of ${asked.map(each => `--${each}`).join(' and ')}.`)
  if (options.mode !== undefined && (first === undefined || first === 'grad')) throw new UsageError('--mode goes with --jacobian or --hessian.')
  if (options.sparse === true && (first === undefined || first === 'grad')) throw new UsageError('--sparse goes with --jacobian or --hessian.')
  const planned = {
    ...(options.mode !== undefined && { mode: options.mode as Exclude<JacobianOptions['mode'], undefined> }),
    ...(options.sparse === true && { output: 'sparse' as const }),
  }
  if (first === undefined) return f => f
  const transforms = { grad, jacobian: (f: never) => jacobian(f, planned), hessian: (f: never) => hessian(f, planned) }
  return f => transforms[first](f as never)
}

async function writeGraph(f: AnyFunction, { x }: Problem, options: Options, output: Output): Promise<void> {
  const graph = trace(f, x)
  const format = options.json === true ? 'json' : (options.format ?? 'dot')
  const written = format === 'svg' ? await draw(graph.toDot()) : format === 'dot' ? graph.toDot() : format === 'json' ? JSON.stringify(graph) : String(graph)
  if (options.out === undefined) output.write(`${written}\n`)
  else writeOut(options.out, written)
}

function writeModule(f: AnyFunction, { x, names }: Problem, options: Options, output: Output): void {
  if (options.dtype !== undefined) throw new UsageError('--dtype goes with C: --out file.c.')
  const compiled = compile(f)
  compiled(x)
  const { out, json } = options
  const wasm = out?.endsWith('.wasm') === true
  const module = wasm ? compiled.emit({ format: 'wasm' }) : compiled.emit()
  const facts = { argument: Array.isArray(x) ? names : Object.keys(x as object), operations: compiled.graph?.operations ?? 0, size: module.length }
  if (out !== undefined) writeOut(out, module)
  if (json === true) output.write(asJson({ ...facts, ...(out === undefined ? { source: module } : { out }) }))
  else if (out === undefined) output.write(String(module))
  else {
    const argument = Array.isArray(x) ? `[${names.join(', ')}]` : `{ ${facts.argument.join(', ')} }`
    output.write(`${out}: ${counted(facts.operations, 'operation')}, ${facts.size} ${wasm ? 'bytes' : 'characters'}; its argument is ${argument}\n`)
  }
}

/** A file of C, named by its function, with its header beside it. */
async function writeC(f: AnyFunction, { x, names }: Problem, options: Options, output: Output): Promise<void> {
  const { out = '', json, dtype } = options
  const { toC } = await import('../compile/entries/c.ts')
  const header = out.replace(/c$/, 'h')
  const name = basename(out, '.c').replace(/\W/g, '_')
  const files = toC(f, [x], { name, header: basename(header), ...(dtype !== undefined && { dtype: dtype as 'float32' | 'float64' }) })
  writeOut(out, files.source)
  writeOut(header, files.header)
  const inputs = Array.isArray(x) ? [`input, [${names.join(', ')}]`] : Object.keys(x as object)
  if (json === true) output.write(asJson({ inputs: Array.isArray(x) ? ['input'] : inputs, name, size: files.source.length, out, header }))
  else output.write(`${out}: ${files.source.length} characters; ${header} says how ${name} is called, its arguments are ${inputs.join(', ')}\n`)
}

/** A model of ONNX, in a file. */
async function writeOnnx(f: AnyFunction, { x, names }: Problem, options: Options, output: Output): Promise<void> {
  const { out, json, dtype } = options
  if (out === undefined) throw new UsageError('export writes a file: --out model.onnx.')
  const { toOnnx } = await withPeer('@bufbuild/protobuf', 'An ONNX model', () => import('../export/index.ts'))
  const model = toOnnx(f, [x], dtype === undefined ? {} : { dtype: dtype as 'float32' | 'float64' })
  writeOut(out, model)
  const inputs = Array.isArray(x) ? [`input, [${names.join(', ')}]`] : Object.keys(x as object)
  if (json === true) output.write(asJson({ inputs: Array.isArray(x) ? ['input'] : inputs, size: model.length, out }))
  else output.write(`${out}: ${counted(model.length, 'byte')}; its inputs are ${inputs.join(', ')}\n`)
}

/** A drawing by Graphviz, from a package that is only needed here. */
async function draw(dot: string): Promise<string> {
  const viz = await withPeer('@viz-js/viz', 'A drawing (--format dot makes none)', () => import('@viz-js/viz'))
  return (await viz.instance()).renderString(dot, { format: 'svg' })
}
