import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { project, shell } from '../package/packed.ts'
import { calledIn } from './written.ts'

describe('without optional packages', () => {
  it('runs what needs none of them, and names the one to install otherwise', async () => {
    const bare = await project({
      'model.js': "import { mul } from 'dualtape'\nexport default ({ x }) => mul(x, x)",
      'points.csv': 'x,y\n1,2\n2,4\n3,6.5\n',
      'line.js': "import { mul } from 'dualtape'\nexport default ({ a, x }) => mul(a, x)",
    })
    expect(await shell(bare, 'dualtape jacobian model.js --at x=2')).toMatchObject({ status: 0, stderr: '' })
    for (const command of ['--help', '--version', ...['grad', 'hessian', 'plan', 'check', 'compile', 'graph'].map(each => `${each} model.js --at x=2`)]) {
      expect(await calledIn(bare, ...command.split(' ')), command).toMatchObject({ status: 0, stderr: '' })
    }
    expect(await calledIn(bare, ...'fit line.js --data points.csv --start a=1'.split(' '))).toMatchObject({ status: 0, stderr: '' })
    expect((await shell(bare, 'dualtape export model.js --at x=2 --out x.onnx')).stderr).toBe(
      'dualtape: An ONNX model needs the package @bufbuild/protobuf, which is not installed: npm install @bufbuild/protobuf\n',
    )
    for (const command of ['grad x --at x=1', 'grad x', 'graph x --at x=1', "fit 'a*x' --data points.csv --start a=1"]) {
      expect(await shell(bare, `dualtape ${command}`), command).toEqual({
        status: 1,
        stdout: '',
        stderr: 'dualtape: An expression needs the package mathjs, which is not installed: npm install mathjs\n',
      })
    }
    const drawing = await shell(bare, 'dualtape graph model.js --at x=1 --format svg')
    expect(drawing).toMatchObject({ status: 1, stderr: expect.stringMatching(/^dualtape: A drawing .*npm install @viz-js\/viz\n$/) })
  }, 120_000)
})

describe('every command', () => {
  it('of --help, README and the guide runs from a packed tarball in an empty folder', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => [80 * (i + 1), 240 * (1 - Math.exp(-5.5e-4 * 80 * (i + 1))) + 0.01 * (i % 2)])
    const empty = await project(
      {
        'model.js':
          "import { matmul, square, sub, sum } from 'dualtape'\nexport const residuals = ({ A, w, b }) => sub(matmul(A, w), b)\nexport const loss = point => sum(square(residuals(point)))\n",
        'model.ts': /```typescript\n(\/\/ model\.ts[\s\S]*?)```/.exec(readFileSync('docs/command-line.md', 'utf8'))?.[1] as string,
        'point.json': '{ "A": [[1, 2], [3, 4]], "w": [1, 1], "b": [1, 0] }',
        'points.csv': `x,y\n${rows.join('\n')}\n`,
      },
      ['mathjs', '@viz-js/viz', '@bufbuild/protobuf', 'typescript'],
    )
    const texts = [(await shell(empty, 'dualtape --help')).stdout, readFileSync('README.md', 'utf8'), readFileSync('docs/command-line.md', 'utf8')]
    const found = texts.map(text => [...text.matchAll(/^ *(?:npx )?(dualtape [a-z].*?)(?: {3,}.*)?$/gm)].map(match => match[1] as string))
    for (const commands of found) expect(commands.length).toBeGreaterThan(3)
    for (const command of new Set(found.flat())) {
      expect(await shell(empty, command), command).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/\S/) })
    }
    expect(existsSync(join(empty, 'residuals.js'))).toBe(true)
  }, 240_000)
})
