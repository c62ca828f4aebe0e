import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { fromOnnx } from '../../src/export/index.ts'
import { type Outcome, project, dualtape as runIn, shell } from '../package/packed.ts'
import { numbersOf, runModule } from '../results.ts'
import { calledIn } from './written.ts'

/** A project in which the package is installed as users get it, with what it can use. */
let folder = ''

beforeAll(async () => {
  folder = await project({}, ['mathjs', '@viz-js/viz', '@bufbuild/protobuf'])
}, 240_000)

/** In a process of its own, as a person does. */
function dualtape(...args: string[]): Promise<Outcome> {
  return runIn(folder, args)
}

/** In this process, which is faster: each command runs in one of its own in commands.test.ts, as the pages have it. */
function called(...args: string[]): Promise<Outcome> {
  return calledIn(folder, ...args)
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await called(...args, '--json')
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

async function importOut(name: string): Promise<(x: unknown) => unknown> {
  const { default: compiled } = await import(pathToFileURL(join(folder, name)).href)
  return compiled
}

describe('derivatives of expressions', () => {
  it('prints the Jacobian and the plan that made it', async () => {
    const { status, stdout, stderr } = await called('jacobian', '[x^2*y; 5x + sin(y)]', '--at', 'x=1,y=2')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/\[1\] +4 +1\n\[2\] +5 +-0\.4161468365\n/)
    expect(stdout).toMatch(/Jacobian of 2 outputs with respect to 2 inputs[\s\S]*Taken: forward/)
  })

  it('says in JSON which number it has no numeral for', async () => {
    expect(await json('jacobian', '[1/x, log(y), z]', '--at', 'x=0,y=0,z=0')).toMatchObject({
      jacobian: [
        ['-Infinity', 0, 0],
        [0, 'Infinity', 0],
        [0, 0, 1],
      ],
    })
    expect(await json('grad', 'sqrt(x) * (y - y)', '--at', 'x=0,y=1e999')).toEqual({ variables: ['x', 'y'], gradient: { x: 'NaN', y: 0 } })
    expect((await json('jacobian', '[1/x]', '--at', 'x=0', '--sparse')).jacobian).toEqual([[1, 1, '-Infinity']])
  })

  it('keeps what a model prints apart from its result', async () => {
    file('printing.mjs', "console.log('loaded')\nexport const f = ({ x }) => { console.info('called'); return x }\n")
    const { status, stdout, stderr } = await called('grad', 'printing.mjs#f', '--at', 'x=1', '--json')
    expect([status, JSON.parse(stdout).gradient]).toEqual([0, { x: 1 }])
    expect(stderr).toMatch(/^loaded\ncalled\n/)
  })

  it('speaks JSON with all digits', async () => {
    expect(await json('jacobian', '[x^2*y; 5x + sin(y)]', '--at', 'x=1,y=2', '--mode', 'reverse')).toMatchObject({
      variables: ['x', 'y'],
      jacobian: [
        [4, 1],
        [5, Math.cos(2)],
      ],
      plan: { mode: 'reverse' },
    })
    expect(await json('hessian', 'x^2*y', '--at', 'x=1,y=2')).toEqual({
      variables: ['x', 'y'],
      hessian: [
        [4, 2],
        [2, 0],
      ],
    })
  })

  it('takes points from files, and differentiates by what --wrt names', async () => {
    const point = file('point.json', '{"A": [[1, 2], [3, 4]], "w": [1, 1], "b": [1, 0]}')
    expect(await json('grad', 'sum((A*w - b).^2)', '--at', point, '--wrt', 'w')).toEqual({ variables: ['w'], gradient: { w: [46, 64] } })
  })

  it('takes expressions that begin with a minus', async () => {
    expect(await json('grad', '-x^2', '--at', 'x=3')).toEqual({ variables: ['x'], gradient: { x: -6 } })
  })
})

describe('graph, compile and check', () => {
  it('draws, compiles and checks', async () => {
    const module = file('curve.mjs', "import { exp, mul } from 'dualtape'\nexport const f = ({ x, y }) => [mul(x, exp(y)), x]")
    const written = await called('compile', `${module}#f`, '--at', 'x=2,y=0', '--out', 'compiled.mjs')
    expect(written).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/operations, \d+ characters; its argument is { x, y }/) })
    expect((await importOut('compiled.mjs'))({ x: 3, y: 1 })).toEqual([3 * Math.E, 3])
    expect((await called('compile', `${module}#f`, '--at', 'x=2,y=0', '--out', 'compiled.wasm')).stdout).toMatch(/operations, \d+ bytes/)
    const { code, memory } = await runModule(readFileSync(join(folder, 'compiled.wasm')), [3, 1])
    expect([code, memory[3]]).toEqual([0, 3])
    expect(memory[2]).toBeCloseTo(3 * Math.E, 14)
    expect((await called('graph', 'x^2*y', '--at', 'x=1,y=2', '--format', 'svg')).stdout).toMatch(/<svg[\s\S]*mul[\s\S]*<\/svg>/)
    expect((await called('graph', 'x^2*y', '--at', 'x=1,y=2')).stdout).toMatch(/^digraph/)
    expect(await json('graph', 'x^2*y', '--at', 'x=1,y=2')).toMatchObject({ format: 'dualtape-graph' })
    expect((await called('check', 'x^2*y', '--at', 'x=1,y=2')).stdout).toMatch(/agree with finite differences/)
  })

  it('writes C with a header, sparse Jacobians as well', async () => {
    const module = file('pair.mjs', "import { exp, mul } from 'dualtape'\nexport const f = ({ x, y }) => [mul(x, exp(y)), x]")
    const out = join(folder, 'my-pair.c')
    const written = await called('compile', `${module}#f`, '--at', 'x=2,y=0', '--jacobian', '--out', out, '--dtype', 'float32')
    expect(written).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/my-pair\.h says how my_pair is called, its arguments are x, y/) })
    expect(readFileSync(out, 'utf8')).toContain('int my_pair(')
    expect(readFileSync(join(folder, 'my-pair.h'), 'utf8')).toContain('#define dualtape_real float')
    expect((await called('compile', '[x^2; y]', '--at', 'x=2,y=0', '--jacobian', '--sparse', '--out', out)).status).toBe(0)
    // Rows, columns, where columns begin, and the rows of entries.
    expect(readFileSync(out, 'utf8')).toContain('{2, 2, 0, 1, 2, 0, 1}')
    expect((await called('compile', 'x^2', '--at', 'x=2', '--sparse')).stderr).toContain('--sparse goes with --jacobian or --hessian.')
    expect((await called('compile', 'x^2', '--at', 'x=2', '--dtype', 'float32')).stderr).toContain('--dtype goes with C')
  })

  it('writes derivatives as modules', async () => {
    const out = (name: string, ...args: string[]) => dualtape('compile', ...args, '--at', 'x=1,y=2', '--out', name)
    // d/dx x³y², d/dy x³y² and their derivatives, by hand.
    expect((await out('grad.mjs', 'x^3*y^2', '--grad')).stdout).toMatch(/its argument is \[x, y\]/)
    expect((await importOut('grad.mjs'))([2, 3])).toEqual([108, 48])
    await out('hessian.mjs', 'x^3*y^2', '--hessian')
    expect((await importOut('hessian.mjs'))([2, 3])).toEqual([
      [108, 72],
      [72, 16],
    ])
    await out('jacobian.mjs', '[x^3*y^2; x]', '--jacobian', '--mode', 'reverse')
    expect((await importOut('jacobian.mjs'))([2, 3])).toMatchObject({ shape: [2, 2], data: Float64Array.of(108, 48, 1, 0) })
    const facts = await json('compile', 'x^3*y^2', '--at', 'x=1,y=2', '--grad')
    expect(facts).toMatchObject({ argument: ['x', 'y'], operations: expect.any(Number), source: expect.stringContaining('export default') })
  })
})

describe('export', () => {
  it('writes models of ONNX of functions and derivatives', async () => {
    const module = file('loss.mjs', "import { mul, sum } from 'dualtape'\nexport const loss = ({ w, x }) => sum(mul(w, mul(w, x)))")
    const written = await called('export', `${module}#loss`, '--at', 'w=[1,2],x=[3,4]', '--grad', '--out', 'slope.onnx')
    expect(written).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^slope\.onnx: [\d,]+ bytes; its inputs are w, x\n$/) })
    const slope = fromOnnx(readFileSync(join(folder, 'slope.onnx')))
    expect(numbersOf(slope.apply({ w: [1, 2], x: [3, 4] }))).toEqual([6, 16, 1, 4])
    const facts = await json('export', 'x^2*y', '--at', 'x=1,y=2', '--dtype', 'float32', '--out', 'value.onnx')
    expect(facts).toEqual({ inputs: ['input'], out: 'value.onnx', size: expect.any(Number) })
    expect(numbersOf(fromOnnx(readFileSync(join(folder, 'value.onnx'))).apply({ input: [3, 2] }))).toEqual([18])
  })
})

describe('functions of files', () => {
  it('are named, or the default export', async () => {
    const module = file(
      'model.mjs',
      "import { mul } from 'dualtape'\nexport const f = ({ x, y }) => [mul(x, y), x]\nexport default ({ x }) => mul(x, x)\nexport const k = 1",
    )
    expect((await json('jacobian', `${module}#f`, '--at', 'x=2,y=3')).jacobian).toEqual({ x: [3, 1], y: [2, 0] })
    expect((await json('grad', module, '--at', 'x=2,y=3', '--wrt', 'x')).gradient).toEqual({ x: 4 })
    expect((await dualtape('jacobian', `${module}#g`, '--at', 'x=2')).stderr).toMatch(/exports no function g. Functions that it exports: default, f/)
    const named = file('named.mjs', 'export const residuals = ({ x }) => x')
    expect(await dualtape('jacobian', named, '--at', 'x=2')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/named\.mjs has no function as its default export\. Name one: named\.mjs#residuals/),
    })
  })

  it('load in ES syntax, as CommonJS and with types, in a folder that npm init has made', async () => {
    file('helper.js', 'export const twice = x => mul(2, x)\nimport { mul } from "dualtape"')
    const es = file('es.js', "import { twice } from './helper.js'\nexport const f = ({ x }) => twice(x)")
    const common = file('common.js', "const { mul } = require('dualtape')\nexports.f = ({ x }) => mul(2, x)")
    for (const module of [es, common]) expect((await json('grad', `${module}#f`, '--at', 'x=1')).gradient).toEqual({ x: 2 })
    const typed = file('typed.ts', "import { mul } from 'dualtape'\nexport const f = ({ x }: { x: number }): number => mul(2, x)")
    const outcome = await dualtape('grad', `${typed}#f`, '--at', 'x=1', '--json')
    // Node strips types from 22.18 on; before that, and where no typescript is installed, it is said what to do.
    if ((process.features as { typescript?: unknown }).typescript) expect(JSON.parse(outcome.stdout).gradient).toEqual({ x: 2 })
    else
      expect(outcome).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^dualtape: typed\.ts: Node \S+ reads no TypeScript\. Install the package typescript .*npx esbuild typed\.ts[^\n]*\n$/),
      })
    const tsx = JSON.stringify(pathToFileURL(join(process.cwd(), 'node_modules/tsx/dist/loader.mjs')).href)
    const withTsx = await runIn(folder, ['grad', `${typed}#f`, '--at', 'x=1', '--json'], { NODE_OPTIONS: `--import ${tsx}` })
    expect(JSON.parse(withTsx.stdout).gradient).toEqual({ x: 2 })
  })

  it('may be plain code, in JavaScript and TypeScript, whose errors name the line that was written', async () => {
    const model = `interface Parameters { a: number; b: number }
const rate = (b: number) => { 'use ad'; return Math.exp(-b) }
export function residuals({ a, b }: Parameters): number[] {
  'use ad'
  if (a > 5) throw new RangeError('too large')
  return [a * rate(b) - 1, a ** 2]
}
export function byName(a: number, b: number, c = 2): number {
  'use ad'
  return a * b * c
}
export const bare = (a: number) => a * 2
`
    mkdirSync(join(folder, 'typed/node_modules'), { recursive: true })
    symlinkSync(join(process.cwd(), 'node_modules/typescript'), join(folder, 'typed/node_modules/typescript'))
    const plain = model.replace(/interface.*/, '').replace(/: (?:number(?:\[\])?|Parameters)(?=[ ,)])/g, '')
    for (const path of [
      file('typed/model.ts', model),
      file('plain.mjs', plain),
      file('common.cjs', `${plain.replaceAll('export ', '')}module.exports = { residuals, byName, bare }`),
    ]) {
      const e = Math.exp(-1)
      const at = ['--at', 'a=2,b=1', '--json']
      expect(JSON.parse((await called('jacobian', `${path}#residuals`, ...at)).stdout).jacobian).toEqual({ a: [e, 4], b: [-2 * e, 0] })
      if (path.startsWith('typed')) {
        expect(JSON.parse((await called('hessian', `${path}#byName`, ...at)).stdout).hessian).toEqual({ a: { a: 0, b: 2 }, b: { a: 2, b: 0 } })
        expect((await called('check', `${path}#residuals`, ...at)).stdout).toBe('{"agree":true}\n')
        expect((await called('grad', `${path}#byName`)).stderr).toMatch(/grad needs values for a, b, c: --at a=…,b=…,c=…/)
        expect((await called('compile', `${path}#byName`, ...at.slice(0, 2), '--grad', '--out', 'byName.mjs')).stdout).toMatch(/its argument is \{ a, b \}/)
        expect((await importOut('byName.mjs'))({ a: 3, b: 4 })).toEqual({ a: 8, b: 6 })
        expect((await dualtape('grad', `${path}#bare`, '--at', 'a=2')).stderr).toMatch(/typed\/model\.ts:12:\d+: TracedValueError/)
      }
      expect((await dualtape('jacobian', `${path}#residuals`, '--at', 'a=6,b=1')).stderr).toMatch(
        new RegExp(`^dualtape: ${path}:5:\\d+: RangeError: too large\n$`),
      )
    }
  })

  it('are looked through for what is not smooth', async () => {
    const path = file('jumps.ts', "export function f(x: number) {\n  'use ad'\n  return Math.floor(x)\n}\nexport const g = (x: number) => Math.abs(x)\n")
    expect((await called('check-source', path)).stdout).toMatch(/^jumps\.ts:3:10: discontinuous: Math\.floor\(x\)\n {2}Math\.floor jumps\. The derivative is 0/)
    expect((await json('check-source', path)).findings).toMatchObject([{ file: 'jumps.ts', line: 3, column: 10, kind: 'discontinuous' }])
    expect((await called('check-source', file('nothing.js', 'export const f = x => x'))).stdout).toMatch(/nothing is marked by 'use ad'/)
    expect(await called('check-source', file('wrong.ts', "'use ad'\nexport const f = x =>"))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/wrong\.ts: .*\(2:/),
    })
    expect(await called('check-source')).toMatchObject({ status: 2, stderr: expect.stringMatching(/needs a file/) })
    expect(await called('check-source', 'a.ts', 'b.ts')).toMatchObject({ status: 2, stderr: expect.stringMatching(/takes one file/) })
  })

  it('fit data, row by row', async () => {
    file('line.csv', 'x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n')
    const module = file('line.mjs', "import { add, mul } from 'dualtape'\nexport default ({ a, b, x }) => add(mul(a, x), b)")
    const fit = await json('fit', module, '--data', 'line.csv', '--start', 'a=1,b=0')
    expect((fit.parameters as { a: number }).a).toBeCloseTo(1.94, 12)
  })

  it.each([
    ['throws', "export default () => {\n  throw new RangeError('no\\nmore')\n}", /^dualtape: case\d\.mjs:2:9: RangeError: no\n$/],
    ['throws no error', "export default () => { throw 'no' }", /^dualtape: "no" was thrown\n$/],
    ['throws when it loads', 'null.x', /^dualtape: case\d\.mjs:1:6: TypeError: [^\n]*null[^\n]*\n$/],
    ['has a mistake in its syntax', 'export default ({ x }) => {\n  return x +* 2\n}', /^dualtape: case\d\.mjs:2: SyntaxError: Unexpected token '\*'\n$/],
    ['imports what is missing', "import 'nowhere'\nexport default x => x", /^dualtape: [^\n]*Cannot find package 'nowhere'[^\n]*\n$/],
    ['uses plain arithmetic', 'export default ({ x }) => x * 2', /^dualtape: case\d\.mjs:1:29: TracedValueError: [^\n]*mul\(x, 2\)[^\n]*\n$/],
    [
      'has shapes that do not fit',
      "import { add } from 'dualtape'\nexport default ({ x }) =>\n  add([x, x], [1, 2, 3])",
      /^dualtape: case\d\.mjs:3:3: add: shapes \[2\] and \[3\]/,
    ],
    ['returns no number', "export default () => 'text'", /^dualtape: [^\n]*the string "text"[^\n]*\n$/],
    ['is asynchronous', 'export default async ({ x }) => x', /^dualtape: [^\n]*promise[^\n]*\n$/],
    [
      'rejects a promise of its own',
      "export default ({ x }) => { Promise.reject(new Error('late')); return x }",
      /^dualtape: case\d\.mjs:1:44: Error: late\n$/,
    ],
  ])('are told when one %s, with the place and without a stack', async (what, text, message) => {
    const module = file(`case${what.length % 10}.mjs`, text)
    const { status, stderr } = await dualtape('grad', module, '--at', 'x=1')
    expect(status).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n {4}at /)
    expect((await runIn(folder, ['grad', module, '--at', 'x=1'], { DEBUG: 'dualtape' })).stderr).toMatch(what === 'throws no error' ? message : /\n {4}at /)
  })
})

describe('fit', () => {
  it('fits a model', async () => {
    const data = file('points.csv', 'x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n')
    const fit = await json('fit', 'a*x + b', '--data', data, '--start', 'a=1,b=0')
    // The line of least squares, by the normal equations.
    const { a, b } = fit.parameters as { a: number; b: number }
    expect(a).toBeCloseTo(1.94, 12)
    expect(b).toBeCloseTo(0.15, 12)
    expect(fit.converged).toBe(true)
  })

  it.each([
    ['quotes', '"x","y"\n"1","2.1"\n"2","3.9"\n"3","6.2"\n"4","7.8"\n'],
    ['spaces after commas, and a mark of the byte order', '\uFEFFx, y\r\n1, 2.1\r\n2, 3.9\r\n3, 6.2\r\n4, 7.8\r\n'],
    ['semicolons', 'x;y\n1;2.1\n2;3.9\n3;6.2\n4;7.8\n'],
    ['tabs and empty lines', 'x\ty\n1\t2.1\n\n2\t3.9\n3\t6.2\n4\t7.8\n\n'],
    ['columns set with spaces', '  x    y\n  1  2.1\n  2  3.9\n  3  6.2\n  4  7.8\n'],
    ['commas within quotes', '"x","the y, of course",y\n1,"0",2.1\n2,"0",3.9\n3,0,6.2\n4,0,7.8\n'],
  ])('reads data with %s', async (what, text) => {
    const data = file(`csv${what.length}.csv`, text)
    const fit = await json('fit', 'a*x + b', '--data', data, '--start', 'a=1,b=0')
    expect((fit.parameters as { a: number }).a).toBeCloseTo(1.94, 12)
  })

  it('takes weights, losses, bounds and the confidence of intervals', async () => {
    const data = file('weights.csv', 'x,y,w\n1,2.1,1\n2,3.9,4\n3,6.2,1\n4,7.8,1\n')
    const called = (...options: string[]) => json('fit', 'a*x + b', '--data', data, '--start', 'a=1,b=0', ...options)
    // numpy.polyfit(x, y, 1, w=numpy.sqrt(w)), and scipy.stats.linregress with scipy.stats.t.ppf(0.95, 2).
    const weighted = (await called('--weights', 'w')).parameters as { a: number; b: number }
    expect([weighted.a, weighted.b]).toEqual([expect.closeTo(1.9605263157894737, 10), expect.closeTo(0.0473684210526316, 10)])
    const { intervals } = (await called('--confidence', '0.9')) as unknown as { intervals: { a: [number, number] } }
    expect(intervals.a[0]).toBeCloseTo(1.94 - 2.9199855803537242 * 0.09055385138137617, 10)
    const held = await called('--upper', 'a=1.5')
    expect([held.parameters, held.reason]).toEqual([{ a: 1.5, b: expect.closeTo(1.25, 12) }, expect.stringMatching(/On its bound: a$/)])
    expect((await called('--loss', 'cauchy')).status).toBe('converged')
  })

  it('says when it does not converge, shows the best so far, and exits with 1', async () => {
    const data = file('flat.csv', 'x,y\n1,1\n2,1\n3,1\n4,1\n')
    const { status, stdout, stderr } = await called('fit', 'exp(-a*x)', '--data', data, '--start', 'a=800')
    expect(status).toBe(1)
    expect(stderr).toMatch(/the fit did not converge: .*Try another --start/)
    expect(stdout).toMatch(/^ +value/)
  })
})

describe('the command line', () => {
  it('times derivatives', async () => {
    const times = (await json('bench', 'x^2*y', '--at', 'x=1,y=2'))['x^2*y'] as Record<string, number>
    expect(Object.keys(times)).toEqual(['value', expect.stringMatching(/^Jacobian/), 'compiled Jacobian'])
    for (const time of Object.values(times)) expect(time).toBeGreaterThan(0)
  })

  it('says how to call it, and which version it is', async () => {
    for (const text of ['--help', '-h', 'help']) {
      expect(await called(text)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/dualtape jacobian .*--at/) })
    }
    expect((await called()).status).toBe(2)
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    for (const text of ['--version', '-v']) expect(await called(text)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
  })

  it.each([
    ['never.mjs', 'await new Promise(() => {}); export const f = ({ x }) => x'],
    ['exit.mjs', 'export const f = ({ x }) => process.exit(0)'],
  ])('says that it came to no end, with %s', async (name, text) => {
    const { status, stdout, stderr } = await dualtape('grad', `${file(name, text)}#f`, '--at', 'x=1')
    expect([status, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^dualtape: the process ended before the command did/)])
  })

  it.each([
    ['const e = new Error(); e.message = undefined; throw e', /Error: undefined/],
    ['throw Object.create(null)', /\[object Object\] was thrown/],
    ["throw Symbol('s')", /Symbol\(s\) was thrown/],
    ['const e = new Error("x"); e.stack = undefined; throw e', /Error: x/],
  ])('has words for whatever a file throws: %s', async (text, message) => {
    const name = file(`throws${text.length}.mjs`, `export const f = () => { ${text} }`)
    expect(await called('grad', `${name}#f`, '--at', 'x=1')).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(message) })
  })

  it('ends quietly when nobody reads on', async () => {
    file('wide.json', JSON.stringify({ x: Array.from({ length: 300 }, (_, i) => i) }))
    expect(await shell(folder, "dualtape jacobian 'x.^2' --at wide.json --json | head -c 1")).toEqual({ status: 0, stdout: '{', stderr: '' })
    expect(await shell(folder, 'dualtape --help | head -1')).toMatchObject({ status: 0, stderr: '' })
  })

  it('prints sparse matrices of 150,000 rows', async () => {
    file('long.json', JSON.stringify({ x: Array.from({ length: 150_000 }, (_, i) => i) }))
    const module = file('long.mjs', "import { square } from 'dualtape'\nexport default ({ x }) => square(x)")
    const { status, stdout, stderr } = await dualtape('jacobian', module, '--at', 'long.json', '--sparse')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/150000 +150000 +299998\n/)
  })

  it.each([
    [['jacobian', 'x^2*z', '--at', 'x=1'], 1, /no value for the variable z. Given: x.\n {2}x\^2\*z\n {6}\^/],
    [['jacobian', '[x^2*y; 5x + sin(y', '--at', 'x=1,y=2'], 1, /Parenthesis \) expected[^\n]*\n {2}\[x\^2\*y; 5x \+ sin\(y\n {20}\^/],
    [['grad', 'siin(x)', '--at', 'x=1'], 1, /no function siin/],
    [['grad', '[x; x]', '--at', 'x=1'], 1, /grad: the function must return one scalar/],
    [['frob'], 2, /there is no command frob/],
    [['toString'], 2, /there is no command toString/],
    [['jacobian', 'x', '--at', 'x'], 2, /"x" is not of the form name=value/],
    [['jacobian', 'x', '--at', 'x=1,x=2'], 2, /x has two values/],
    [['jacobian', 'x', '--at', 'x=1', '--at', 'x=2'], 2, /--at is given twice/],
    [['jacobian', 'x', '--frob'], 2, /--frob/],
    [['jacobian', 'x', '--at'], 2, /--at/],
    [['jacobian', 'x', '--at', 'nowhere.json'], 1, /nowhere\.json cannot be read: there is no such file or folder \(ENOENT\)/],
    [['jacobian', 'nowhere.js', '--at', 'x=1'], 1, /nowhere\.js cannot be read: there is no such file/],
    [['jacobian', 'x*y + pi', '--wrt', 'x'], 2, /jacobian needs values for x, y: --at x=…,y=…/],
    [['check', 'named.mjs#residuals'], 2, /check needs values for x: --at x=…/],
    [['jacobian'], 2, /jacobian needs an expression or file\.js#name/],
    [['jacobian', 'x', 'y', '--at', 'x=1'], 2, /takes one expression, but more was given: y/],
    [['jacobian', 'named.mjs#residuals', '--at', 'x=1', '--wrt', 'z'], 1, /--wrt: z is no variable of the point .*which has x/],
    [['jacobian', 'x', '--at', 'x=1', '--mode', 'sideways'], 2, /there is no mode sideways. There are: auto, forward/],
    [['fit', 'a*x', '--data', 'points.csv', '--start', 'a=1', '--mode', 'up'], 2, /there is no mode up/],
    [['graph', 'x', '--at', 'x=1', '--format', 'png'], 2, /there is no format png/],
    [['graph', 'x', '--at', 'x=1', '--out', 'nowhere/x.dot'], 1, /--out: nowhere\/x\.dot cannot be written: there is no such file or folder/],
    [['compile', 'x', '--at', 'x=1', '--out', 'nowhere/x.js'], 1, /--out: nowhere\/x\.js cannot be written/],
    [['compile', 'x', '--at', 'x=1', '--out', 'node_modules'], 1, /--out: node_modules cannot be written: it is a folder/],
    [['export', 'x', '--at', 'x=1'], 2, /export writes a file: --out model\.onnx/],
    [['export', 'x', '--at', 'x=1', '--dtype', 'int8', '--out', 'x.onnx'], 2, /there is no dtype int8\. There are: float64, float32/],
    [['compile', 'x', '--at', 'x=1', '--grad', '--hessian'], 2, /one of --grad and --hessian/],
    [['compile', 'x', '--at', 'x=1', '--mode', 'forward'], 2, /--mode goes with --jacobian or --hessian/],
    [['grad', 'x', '--at', 'x=1', '--sparse'], 2, /grad takes no --sparse. It takes --at, --wrt, --json/],
    [['fit', 'a*x', '--data', 'nowhere.csv', '--start', 'a=1'], 1, /nowhere\.csv cannot be read/],
    [['fit', 'a*x'], 2, /needs --data FILE and --start/],
  ])('fails on bad input with one clear message: %j', async (args, status, message) => {
    file('named.mjs', 'export const residuals = ({ x }) => x')
    file('points.csv', 'x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n')
    const result = await called(...args)
    expect(result.stderr).toMatch(message)
    expect(result).toMatchObject({ status, stdout: '' })
    expect(result.stderr).not.toMatch(/\n {4}at /)
  })

  it.each([
    ['a*x', 'x,y\n1,2\n2,oops\n3,4\n', 'a=1', /line 3: "oops" in column y is not a number/],
    ['a*x', 'x,y\n1,2\n2\n3,4\n', 'a=1', /line 3 has 1 value, where 2 were expected/],
    ['a*x', 'x,z\n1,2\n2,3\n3,4\n', 'a=1', /no column y.*Columns: x, z/],
    ['a*x', 'x,x,y\n1,2,3\n', 'a=1', /two columns named "x"/],
    ['a*x', '', 'a=1', /is empty/],
    ['a*x', 'x,y\n1,2\n', 'a=1', /1 parameter and their spread cannot follow from 1 data row; give at least 2/],
    ['log(a)*x', 'x,y\n1,2\n2,4\n3,5\n', 'a=-1', /residuals at the start are not finite/],
  ])('says what is wrong with data: %j', async (model, text, start, message) => {
    const data = file('wrong.csv', text)
    const result = await called('fit', model, '--data', data, '--start', start)
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(message)
  })
})
