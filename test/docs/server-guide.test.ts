import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { toOnnx } from '../../src/export/index.ts'
import { matmul, type Tensor, tanh, tensor } from '../../src/index.ts'

const guide = readFileSync(new URL('../../docs/from-page-to-server.md', import.meta.url), 'utf8')

it('the server of the guide from a page to a server gives what the function gives', { timeout: 60_000 }, async () => {
  const block = [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code as string).find(code => code.includes('createServer'))
  const params = { w: tensor([[0.5, -0.4, 0.3], [0.2, 0.7, -0.6]]), v: tensor([[0.1], [-0.2], [0.3]]) } // biome-ignore format: matrices
  const served = (x: Tensor) => matmul(tanh(matmul(x, params.w)), params.v) as Tensor
  const folder = mkdtempSync(join(tmpdir(), 'dualtape-guide-'))
  const file = join(folder, 'model.onnx')
  const options = { dtype: 'float32', names: { inputs: ['x'], output: 'y' }, dynamicAxes: { x: { 0: 'batch' } } } as const
  writeFileSync(file, toOnnx(served, [tensor([[0, 1]])], options))
  // The engine without binaries, a port that is free, and no more than the guide's own lines otherwise.
  const code = (block as string)
    .replace('onnxruntime-node', 'onnxruntime-web')
    .replace("'model.onnx'", JSON.stringify(file))
    .replace('.listen(8080)', ".listen(0, '127.0.0.1', function () { console.log('port', this.address().port) })")
  const server = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const port = await new Promise<string>((resolve, reject) => {
      let said = ''
      server.stdout.on('data', part => {
        said += part
        const found = /port (\d+)/.exec(said)?.[1]
        if (found !== undefined) resolve(found)
      })
      server.on('exit', status => reject(new Error(`the server ended with ${status}: ${said}`)))
    })
    const rows = [[0, 1], [1, 0], [1, 1]] // biome-ignore format: a matrix
    const found = await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(rows) })).json()
    const wanted = served(tensor(rows))
    expect(found).toHaveLength(3)
    found.forEach((each: number, i: number) => void expect(each).toBeCloseTo(wanted.data[i] as number, 6))
  } finally {
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
})
