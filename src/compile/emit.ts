import { DualtapeError } from '../core/errors.ts'
import type { Graph } from '../graph/graph.ts'
import * as kernels from '../ops/kernels/index.ts'
import { Writer } from './js/writer.ts'
import { kernelText } from './kernel-text.ts'
import { helpersOf } from './result.ts'
import { type Signature, structureTest } from './signature.ts'
import { plainFirst } from './strong.ts'
import { typeOfPart, typeOfResult } from './types.ts'

/**
 * A module that needs nothing else, whose default export computes a graph. Its text holds nothing of the user's but numbers,
 * and the keys of objects as JSON strings, and, where they are identifiers, as they are.
 */
export function emitModule(graph: Graph, result: unknown, signature: Signature): string {
  const writer = new Writer(graph, result, signature, { standalone: true })
  const foreign = writer.foreign()
  if (foreign !== undefined) {
    throw new DualtapeError(
      `emit: ${foreign.op} on tensors has no code of its own yet. Elementwise operators, sums, products, movements of entries and loops have; write the rest with numbers and arrays.`,
    )
  }
  if (signature.statics.length > 0)
    throw new DualtapeError('emit: arguments that are no numbers (booleans, texts, functions) are part of the program. Leave them out of the arguments.')
  const code = plainFirst(graph) ? `${writer.code('compiled', 'plain')}\n${writer.code('strong', 'strong')}` : writer.code('compiled', 'strong')
  const used = Object.keys(kernels).filter(name => new RegExp(`\\b${name}\\b`).test(code))
  const parameters = signature.parameters.join(', ')
  return [
    '// Written by dualtape.',
    ...(used.length > 0 ? [kernelText, `const { ${used.join(', ')} } = kernels`] : []),
    "const MISS = Symbol('miss')",
    ...(code.includes('checkedIndex(') ? [CHECKED_INDEX] : []),
    ...(/\b(Tensor|buffers|inner|params|lists|constants)\b/.test(code) ? [TENSOR, writer.tableText()] : []),
    structureTest(signature, true),
    ARE_GIVEN,
    ...helpersOf(code),
    code,
    `/**${signature.parts.map((part, i) => `\n * @param {${typeOfPart(part)}} a${i}`).join('')}\n * @returns {${typeOfResult(result, graph)}}\n */`,
    `export default function (${parameters}) {`,
    `  if (!areGiven(arguments, ${signature.parameters.length}) || !matches(${parameters})) throw new TypeError('The arguments do not have the structure that this module was compiled for: ${typeOf(signature)}.')`,
    `  const result = compiled(${parameters})`,
    "  if (result === MISS) throw new RangeError('For these arguments a comparison has another answer than the one that this module was compiled for.')",
    '  return result',
    '}',
    '',
  ].join('\n')
}

/** What stands for a tensor: its entries in row-major order, and its shape. */
const TENSOR = `class Tensor {
  constructor(data, shape, dtype = 'float64') {
    this.data = data
    this.shape = shape
    this.dtype = dtype
  }
}`

/** Whether a call has so many arguments: beside those that methods of lists pass, as in `list.map(f)`. */
const ARE_GIVEN = `function areGiven(args, count) {
  return args.length === count || (args.length === count + 2 && Array.isArray(args[count + 1]))
}`

/** An index counted from the front; an error where there is no such entry. */
const CHECKED_INDEX = `function checkedIndex(name, index, length, span) {
  for (const each of [index, index + span])
    if (!Number.isInteger(each) || each < -length || each >= length) throw new RangeError(\`\${name}: index \${each} is out of range for \${length} entries.\`)
  const first = index < 0 ? index + length : index
  if (first + span < 0 || first + span >= length) throw new RangeError(\`\${name}: index \${first + span} is out of range for \${length} entries.\`)
  return first
}`

/** The arguments in words, without names that a user gave. */
function typeOf({ parameters, paths }: Signature): string {
  return `${parameters.length} argument${parameters.length === 1 ? '' : 's'} with ${paths.length} numbers`
}
