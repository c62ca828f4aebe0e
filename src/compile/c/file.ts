import { DualtapeError } from '../../core/errors.ts'
import { type GraphNode, isScalarNode } from '../../graph/graph.ts'
import type { Program } from '../backend.ts'
import { checkGraph } from '../checked.ts'
import { type InputLeaf, inputLeaves, type OutputLeaf, outputLeaves } from '../leaves.ts'
import type { Part } from '../signature.ts'
import { Memory } from './memory.ts'
import { Source } from './source.ts'
import { denseSparsity, type Sparsity, sparseSparsity, sparsityNumbers } from './sparsity.ts'
import { Steps } from './steps.ts'

/** What C is written with. */
export interface COptions {
  /** The name of the function, and what the names of those about it begin with; `f` if left out. */
  name?: string
  /** What the numbers are: double, or float. Left out: float where an argument is a tensor of float32. */
  dtype?: 'float64' | 'float32'
  /** The name of the header, which the source does not need; that of the first function if left out. */
  header?: string
}

/** A file of C, and its header. */
export interface CFiles {
  readonly source: string
  readonly header: string
}

/** Functions by name, in one file. */
export function writeC(programs: ReadonlyMap<string, Program>, { dtype, header }: Pick<COptions, 'dtype' | 'header'> = {}): CFiles {
  const names = [...programs.keys()]
  for (const name of names) {
    checkName(name)
    const other = names.find(each => name.startsWith(`${each}_`) && OWN.test(name.slice(each.length)))
    if (other !== undefined) throw new DualtapeError(`emit: ${name} is what the file calls a part of ${other}. Give one of the two another name.`)
  }
  const narrow = [...programs.values()].some(({ signature }) => signature.parts.some(hasFloats))
  const real = dtype === 'float32' || (dtype === undefined && narrow) ? 'float' : 'double'
  const source = new Source(real)
  const functions = [...programs].map(([name, program]) => writeFunction(name, program, source))
  const guard = `DUALTAPE_${(header ?? (names[0] as string)).replace(/\.h$/, '').replace(/\W/g, '_').toUpperCase()}_H`
  const types = [
    '#ifndef dualtape_real',
    `#define dualtape_real ${real}`,
    '#endif',
    '#ifndef dualtape_int',
    '#define dualtape_int long long int',
    '#endif',
  ].join('\n')
  const bodies = functions.map(each => each.text).join('\n\n')
  const { declarations } = source
  const code = `${declarations}\n${bodies}`
  const includes = ['math.h', ...(/\buint64_t\b/.test(code) ? ['stdint.h'] : []), ...(/\bmem(cpy|move)\(/.test(code) ? ['string.h'] : [])]
  return {
    source: indented(
      [HEAD, includes.map(each => `#include <${each}>`).join('\n'), FLAGS, types, ...(declarations === '' ? [] : [declarations]), bodies, ''].join('\n\n'),
    ),
    header: [
      HEAD,
      `#ifndef ${guard}\n#define ${guard}`,
      types,
      '#ifdef __cplusplus\nextern "C" {\n#endif',
      ...functions.map(each => each.header),
      '#ifdef __cplusplus\n}\n#endif',
      `#endif\n`,
    ].join('\n\n'),
  }
}

const HEAD = '/* Written by dualtape. */'

/** Products and sums are rounded one by one, as JavaScript rounds them. */
const FLAGS = `/* Same bits as JavaScript need arithmetic as it stands: with GCC -std=c99 or -ffp-contract=off, and no -ffast-math. */
#if defined(__clang__) || !defined(__GNUC__)
#pragma STDC FP_CONTRACT OFF
#endif`

/** A function of the file. */
interface Written {
  readonly text: string
  readonly header: string
}

function hasFloats(part: Part): boolean {
  if (part.kind === 'tensor') return part.dtype === 'float32'
  return (part.kind === 'list' || part.kind === 'object') && part.parts.some(hasFloats)
}

function writeFunction(name: string, { graph, signature, result }: Program, source: Source): Written {
  checkGraph(graph)
  if (signature.statics.length > 0)
    throw new DualtapeError('emit: arguments that are no numbers (booleans, texts, functions) are part of the program. Leave them out of the arguments.')
  const inputs = inputLeaves(signature.parts, undefined, 'emit')
  const outputNode = (position: number) => graph.nodes[graph.outputs[position] as number] as GraphNode
  // A sparse matrix is one result, whose pattern stands beside it.
  const outputs = outputLeaves(result, 'result', position => isScalarNode(outputNode(position))).map(leaf =>
    sparseSparsity(leaf) === undefined ? leaf : { ...leaf, name: leaf.built?.name as string },
  )
  if (outputs.length === 0) throw new DualtapeError('emit: the result of the function has no number or tensor, so there is nothing to compute.')
  const memory = new Memory()
  // A tensor of rank 0 is one of an entry, not a number.
  const isRank0 = (k: number) => graph.nodes[graph.inputs[k] as number]?.rank0 === true
  const given = inputs.flatMap((leaf, i) => givenBy(leaf, i)).map((each, k) => (isRank0(k) ? each.replace('[0]', '') : each))
  const steps = new Steps(source, memory, graph, given)
  const { functions, main } = steps.program(name)
  const sparsities = outputs.map(leaf => sparsityOf(leaf, outputNode))
  const writes = outputs.flatMap((leaf, k) => writeOutput(leaf, k, sparsities[k] as Sparsity, steps, graph.outputs, outputNode, source))
  const withArguments = (text: string, checks: boolean): string => {
    const used = inputs.flatMap((_, i) => (new RegExp(`\\ba${i}\\b`).test(text) ? [i] : []))
    const declared = used.map(i => `const dualtape_real *const a${i} = arg[${i}];`)
    const check = checks && used.length > 0 ? [`if (${used.map(i => `!a${i}`).join(' || ')}) return 3;`] : []
    return [...declared, ...check].join('\n')
  }
  const parts = functions.map(part => {
    const head = part.indexOf('\n')
    return unusedAs(`${part.slice(0, head)}\n${withArguments(part, false)}${part.slice(head)}`)
  })
  const everything = [...functions, ...main, ...writes].join('\n')
  const own = [...main, ...writes].join('\n')
  const head = `int ${name}(const dualtape_real **arg, dualtape_real **res, dualtape_int *iw, dualtape_real *w, int mem)`
  const unused = ['arg', 'iw', 'w', 'mem'].filter(each => !new RegExp(`\\b${each}\\b`).test(`${everything}${withArguments(everything, true)}`))
  // All arguments that some part reads are looked at first.
  const checked = inputs.flatMap((_, i) => (new RegExp(`\\ba${i}\\b`).test(everything) ? [`!arg[${i}]`] : []))
  const body = [
    ...unused.map(each => `(void)${each};`),
    ...(checked.length > 0 ? [`if (${checked.join(' || ')}) return 3;`] : []),
    withArguments(own, false),
    ...main,
    ...writes,
    'return 0;',
  ]
  const ins = inputs.map(leaf => denseSparsity(leaf.shape))
  return {
    text: [...parts, `${head} {\n${body.filter(line => line !== '').join('\n')}\n}`, facts(name, inputs, outputs, ins, sparsities, memory.size)].join('\n\n'),
    header: headerOf(name, head, inputs, outputs, ins, sparsities, memory.size),
  }
}

/** What the graph's inputs are that a leaf of the arguments is. */
function givenBy({ entries, whole, shape, dtype }: InputLeaf, i: number): string[] {
  const name = `a${i}`
  if (entries === undefined) {
    if (shape.length > 0 || dtype !== 'float64') return [name]
    return [`${name}[0]`]
  }
  return [...(whole ? [name] : []), ...entries.map(position => `${name}[${position}]`)]
}

function sparsityOf(leaf: OutputLeaf, nodeOf: (position: number) => GraphNode): Sparsity {
  const sparse = sparseSparsity(leaf)
  if (sparse !== undefined) return sparse
  if (leaf.built !== undefined)
    throw new DualtapeError(`emit: C has no form for ${leaf.built.name}, which is made from its numbers. Give the numbers as the result.`)
  return denseSparsity(leaf.shape ?? (typeof leaf.at === 'number' ? nodeOf(leaf.at).shape : []))
}

/** Statements that put a result where it is wanted. */
function writeOutput(
  { at, dtype }: OutputLeaf,
  k: number,
  { size, order }: Sparsity,
  steps: Steps,
  outputs: readonly number[],
  nodeOf: (position: number) => GraphNode,
  source: Source,
): string[] {
  const positions = typeof at === 'number' ? undefined : at
  const number = (position: number) => {
    const id = outputs[position] as number
    return steps.isTruth(id) ? `(dualtape_real)${steps.read(id)}` : steps.read(id)
  }
  const target = `res[${k}]`
  const lines: string[] = []
  if (positions === undefined && !isScalarNode(nodeOf(at as number))) {
    const from = steps.pointer(outputs[at as number] as number)
    if (size === 0) return []
    if (order?.some((place, i) => place !== i)) lines.push(`for (int i = 0; i < ${size}; i++) ${target}[i] = (${from})[${source.table(order, true)}[i]];`)
    else lines.push(`memmove(${target}, ${from}, ${size} * sizeof *w);`)
    if (dtype === 'int32') lines.unshift(`for (int i = 0; i < ${size}; i++) if (!((${from})[i] >= -2147483648.0 && (${from})[i] <= 2147483647.0)) return 2;`)
  } else {
    const list = positions ?? [at as number]
    const ordered = order === undefined ? list : order.map(place => list[place] as number)
    lines.push(...ordered.map((position, i) => `${target}[${i}] = ${number(position)};`))
  }
  return [`if (${target}) {`, ...lines, '}']
}

/** Functions that say what the arguments and results are, as CasADi has them. */
function facts(
  name: string,
  inputs: readonly InputLeaf[],
  outputs: readonly OutputLeaf[],
  ins: readonly Sparsity[],
  outs: readonly Sparsity[],
  work: number,
): string {
  const tables = new Map<string, string>()
  const declared: string[] = []
  const tableOf = (sparsity: Sparsity): string => {
    const numbers = sparsityNumbers(sparsity).join(', ')
    let table = tables.get(numbers)
    if (table !== undefined) return table
    table = `${name}_sparsity${tables.size}`
    tables.set(numbers, table)
    declared.push(`static const dualtape_int ${table}[] = {${numbers}};`)
    return table
  }
  const answer = (type: string, called: string, values: readonly string[]) =>
    [
      `${type}${name}_${called}(dualtape_int i) {`,
      'switch (i) {',
      ...values.map((value, i) => `case ${i}: return ${value};`),
      'default: return 0;',
      '}',
      '}',
    ].join('\n')
  const [inTables, outTables] = [ins.map(tableOf), outs.map(tableOf)]
  return [
    ...declared,
    `dualtape_int ${name}_n_in(void) { return ${inputs.length}; }`,
    `dualtape_int ${name}_n_out(void) { return ${outputs.length}; }`,
    answer(
      'const char *',
      'name_in',
      inputs.map(leaf => textOf(leaf.name)),
    ),
    answer(
      'const char *',
      'name_out',
      outputs.map(leaf => textOf(leaf.name)),
    ),
    answer('const dualtape_int *', 'sparsity_in', inTables),
    answer('const dualtape_int *', 'sparsity_out', outTables),
    [
      `int ${name}_work(dualtape_int *sz_arg, dualtape_int *sz_res, dualtape_int *sz_iw, dualtape_int *sz_w) {`,
      ...Object.entries({ arg: inputs.length, res: outputs.length, iw: 0, w: work }).map(([each, size]) => `if (sz_${each}) *sz_${each} = ${size};`),
      'return 0;',
      '}',
    ].join('\n'),
  ].join('\n')
}

function headerOf(
  name: string,
  head: string,
  inputs: readonly InputLeaf[],
  outputs: readonly OutputLeaf[],
  ins: readonly Sparsity[],
  outs: readonly Sparsity[],
  work: number,
): string {
  const line = ({ name: own }: { name: string }, place: string, { rows, columns, pointers, size }: Sparsity) => {
    const what =
      pointers !== undefined
        ? `${rows} x ${columns}, ${size} entries`
        : size === 1
          ? 'a number'
          : columns === 1
            ? `${rows} numbers`
            : `${columns} x ${rows}, row by row`
    return ` *   ${place}  ${/^[\w.]+$/.test(own) ? own : ''}: ${what}`
  }
  return [
    '/*',
    ...inputs.map((leaf, i) => line(leaf, `arg[${i}]`, ins[i] as Sparsity)),
    ...outputs.map((leaf, i) => line(leaf, `res[${i}]`, outs[i] as Sparsity)),
    ' * w holds numbers on the way; a result whose place is NULL is not written. Gives 0; 1 where a comparison has another answer than',
    ' * the one that the code was written for; 2 for an index that is out of range; 3 where an argument is missing; 4 where a matrix is',
    ' * singular, or not positive definite.',
    ' */',
    `${head};`,
    ...Object.entries({ ARG: inputs.length, RES: outputs.length, IW: 0, W: work }).map(([each, size]) => `#define ${name}_SZ_${each} ${size}`),
    `dualtape_int ${name}_n_in(void);`,
    `dualtape_int ${name}_n_out(void);`,
    `const char *${name}_name_in(dualtape_int i);`,
    `const char *${name}_name_out(dualtape_int i);`,
    `const dualtape_int *${name}_sparsity_in(dualtape_int i);`,
    `const dualtape_int *${name}_sparsity_out(dualtape_int i);`,
    `int ${name}_work(dualtape_int *sz_arg, dualtape_int *sz_res, dualtape_int *sz_iw, dualtape_int *sz_w);`,
  ].join('\n')
}

/** A text of C. */
function textOf(name: string): string {
  const bytes = [...new TextEncoder().encode(name)]
  return `"${bytes.map(each => (/[\w .,:;+*/-]/.test(String.fromCharCode(each)) && each < 128 ? String.fromCharCode(each) : `\\${each.toString(8).padStart(3, '0')}`)).join('')}"`
}

/** What stands behind a function's name in the names of what belongs to it. */
const OWN = /^_(\d+|n_in|n_out|name_in|name_out|sparsity(\d+|_in|_out)|work|SZ_\w+)$/

/** Words that no function may be called. */
const WORDS = new Set(
  'auto break case char const continue default do double else enum extern float for goto if inline int long main register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while'.split(
    ' ',
  ),
)

/** Functions of the headers that the file includes, and of those that are often beside them. */
const LIBRARY =
  /^(a?(cos|sin|tan)h?|atan2|exp2?|expm1|log(10|1p|2|b)?|ilogb|pow|sqrt|cbrt|hypot|erfc?|[lt]?gamma|ceil|floor|trunc|l{0,2}r(ound|int)|round|nearbyint|fmod|remainder|remquo|copysign|nan|next(after|toward)|f(dim|max|min|ma|abs)|frexp|ldexp|modf|scalbl?n|[jy][01n]|mem(cpy|move|cmp|set|chr)|str(n?c(py|at|mp)|r?chr|len|str|tok|error|coll|xfrm|c?spn|pbrk)|abs|div|exit|abort|index|signal)[fl]?$/

function checkName(name: string): void {
  if (LIBRARY.test(name)) throw new DualtapeError(`emit: a function of C's own library is called ${name}. Give another \`name\`, such as ${name}_value.`)
  if (!/^[A-Za-z]\w{0,60}$/.test(name) || WORDS.has(name) || /^(dt|dualtape)_/.test(name))
    throw new DualtapeError(`emit: a function of C is called by letters, digits and underscores, and not ${JSON.stringify(name)}.`)
}

/** A function of a part, which may not need all that it is given. */
function unusedAs(text: string): string {
  const head = text.indexOf('\n')
  const body = text.slice(head)
  const unused = ['arg', 'w'].filter(each => !new RegExp(`\\b${each}\\b`).test(body))
  return `${text.slice(0, head)}\n${unused.map(each => `(void)${each};`).join('\n')}${body}`
}

/** Lines by how deep they stand. */
function indented(text: string): string {
  let depth = 0
  return text
    .split('\n')
    .map(line => line.trim())
    .filter((line, i, all) => line !== '' || all[i - 1] !== '')
    .map(line => {
      const opened = [...line.matchAll(/[{(]/g)].length
      const closed = [...line.matchAll(/[})]/g)].length
      const leading = /^[})]/.test(line) ? 1 : 0
      const own = line.startsWith('#') ? line : `${'  '.repeat(Math.max(depth - leading, 0))}${line}`
      depth += opened - closed
      return own
    })
    .join('\n')
}
