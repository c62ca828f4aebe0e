// Prints what applications bundle, minified and gzipped, against a budget; fails when one is over it.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const namesOf = async (parts: string[]) => (await Promise.all(parts.map(part => import(`../src/${part}.ts`)))).flatMap(part => Object.keys(part))
const compiling = await namesOf(['compile/index', 'compile/trace', 'graph/graph', 'graph/loop/control-flow', 'ops/sections'])
const imperative = await namesOf(['imperative/index'])
const all = Object.keys(await import('../src/index.ts'))
const compiled = all.filter(name => !imperative.includes(name))
const functional = compiled.filter(name => !compiling.includes(name))
// The aim of the functional core is 60 kB. Tapes over the steps of a graph, which made tracing of derivatives ten times faster, stand
// in the tape and the sweep and take 0.9 kB: until they are a part that only compiling loads, the budgets allow for them.
// What every operator declares of its options and steps, and the checks, take 4 kB of the functional core, and the matrix functions 3 kB;
// the checks of options, adjoints in place and the look at questions that no operator sees take 5 kB of the smallest bundle. Second order
// (rules of all operators 2.3 kB, edge pushing, products, tensors as scalars) takes 8 kB of what has `hessian`, colorings by substitution 2.3 kB, directions as batches 0.8 kB (0.2 of them in every sweep), grids 0.6 kB, outputs that share inputs alone 0.5 kB. Long lists that are traced as they are used
// take 1.5 kB of `compile`. Indices that are checked before a program runs, sums at places that loops compute, programs that are cut, and what
// decides between targets take 3 kB of each code generator. Native loops that are found again take 14 kB of what writes JavaScript.
// The packed matrix product and what writes its WebAssembly take 4 kB of what has products, and 2 kB of what has the writer already.
// Incomplete gamma and beta functions, with derivatives by all parameters, take 15 kB of what has all operators and 8 kB of each code generator (their kernels, and the texts
// of those); Fourier transforms, Bessel functions, convolutions over three axes, pooling, attention, lu and threads 9 kB, and 3 kB. Rows and loops for dtypes take 0.3 kB.
// Dtypes take 1.4 kB of the smallest bundle: promotion, conversion, and the operators that derivatives are converted by.
// The order of transforms in one another, which solutions inside of functions ask for, and refusals of `toFixed` and its kin take 0.1 kB.
// Operators of large tensors that wait for each other take 0.5 kB of the smallest bundle, and 3.5 kB with the loops and functions that compute them.
// Refusals of what stands behind the arguments of functions and of options that are none take 0.3 kB, the table of what steps do 0.6 kB of code generators,
// and what writes shaders 19 kB of what has `compileAsync` for every target.
// Covariances by sparse factors take 1.4 kB of `solve`, BDF, events as loops with the way back from stiff methods 3 kB, what is said of jumps and of events that are NaN 0.3 kB, going item by item 0.3 kB of what has `vmap`.
// Refusals by every exported function, limits of sizes and checks of what rules read take 0.5 kB of the smallest bundle and 2 kB of all; structures of
// arguments, lists that are joined, triangles and joins in WebAssembly 3 kB of what compiles.
// What loops keep for the loops back (a cheapest cut) takes 1.7 kB of everything that compiles; joins in place, entries at places, extremes and rows 2.3 kB
// of what writes WebAssembly.
// What repeats in no order (templates, tables of places) takes 3 kB of what finds loops; tables that repeat entries come after what is done to each, and
// sparse results of known numbers take 0.5 kB of what compiles. Sums that loops carry to neighbouring places take 0.7 kB of what writes JavaScript.
// NaNs that are seen where results arise, arguments that loops join, entries taken of what is moved, and rows taken from where they are take 1.4 kB of what writes WebAssembly.
// Lists of traced values that V8 keeps apart from lists of numbers take 0.1 kB of everything. Quantiles take 0.4 kB of what has all operators; derivatives of the inverse incomplete functions at their ends 2 kB, those of the
// incomplete beta function by its parameters without lists 0.2 kB; roots of functions of equal eigenvalues that weights hide 0.2 kB.
const operators = await namesOf(['ops/index'])
const core = compiled.filter(
  name => [...operators, ...compiling, 'grad', 'valueAndGrad', 'derivative', 'jvp', 'vjp', 'vmap'].includes(name) && name !== 'graph',
)
const CASES: [string, string, number][] = [
  ['grad, mul, sum', 'export { grad, mul, sum } from "./dist/index.js"', 25.8],
  ['the functional core', `export { ${functional.join(', ')} } from "./dist/index.js"`, 160.7],
  ['the compiled core: compile, trace, loops, derivatives of first order, all operators', `export { ${core.join(', ')} } from "./dist/index.js"`, 231],
  ['all but define-by-run', `export { ${compiled.join(', ')} } from "./dist/index.js"`, 278.9],
  ['everything', 'export * from "./dist/index.js"', 291.1],
  ['compile', 'export { compile } from "./dist/index.js"', 136.5],
  ['compile to JavaScript', 'export { compile } from "./dist/compile/entries/js.js"', 111.8],
  ['compile to WebAssembly', 'export { compile } from "./dist/compile/entries/wasm.js"', 98.4],
  ['random numbers', 'export * from "./dist/random/index.js"', 23.4],
  ['solve', 'export * from "./dist/solve/index.js"', 176.4],
  // Both ways of comparisons, convolutions as such, and limits on what files make took 2 kB.
  ['export', 'export * from "./dist/export/index.js"', 125.2],
  ['layers', 'export * from "./dist/nn/index.js"', 83.3],
  ['compile to C', 'export { toC } from "./dist/compile/entries/c.js"', 121.7],
  ['compile for WebGPU', 'export { compileAsync } from "./dist/compile/entries/webgpu.js"', 87.5],
  ['compile for the interpreter', 'export { compile } from "./dist/compile/entries/interpreter.js"', 68.1],
]

for (const [what, contents, budget] of CASES) {
  const { outputFiles } = await build({ stdin: { contents, resolveDir: '.' }, bundle: true, minify: true, format: 'esm', write: false })
  const size = gzipSync(outputFiles[0]?.contents as Uint8Array, { level: 9 }).length / 1024
  const isOver = size > budget
  console.log(`${what}: ${isOver ? `${size.toFixed(2)} kB, over its budget of ${budget}` : `${size.toFixed(1)} of ${budget} kB`}`)
  if (isOver) process.exitCode = 1
}
