import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'

// What bench/gradbench imports by the package's name is made by a build; here it is the source.
vi.mock('dualtape', () => import('../../src/index.ts'))

interface Answer {
  id: number
  success?: boolean
  output?: unknown
  error?: string
  timings?: { name: string; nanoseconds: number }[]
}
const protocol: { answer(message: object): Promise<Answer> } = await import(fileURLToPath(new URL('../../bench/gradbench/protocol.mjs', import.meta.url)))

async function evaluate<Output>(module: string, name: string, input: unknown): Promise<Output> {
  const { success, error, output } = await protocol.answer({ id: 1, kind: 'evaluate', module, function: name, input })
  if (!success) throw new Error(error)
  return output as Output
}

/** Numbers in (−1, 1), the same in every run. */
const list = (count: number, seed: number) => Array.from({ length: count }, (_, i) => Math.sin(1e4 * Math.sin(seed + i)))
const rows = (count: number, length: number, seed: number) => Array.from({ length: count }, (_, i) => list(length, seed + 100 * i))
const total = (terms: number[]) => terms.reduce((sum, each) => sum + each, 0)

/** ∂fᵢ/∂xⱼ by central differences of fourth order, [j][i]; their error is some 1e-11 here. */
function differences(f: (x: number[]) => number[], x: number[]): number[][] {
  const h = 1e-3
  return x.map((_, j) => {
    const at = (shift: number) => f(x.map((each, k) => (k === j ? each + shift * h : each)))
    const [a, b, c, d] = [at(-2), at(-1), at(1), at(2)] as [number[], number[], number[], number[]]
    return a.map((each, i) => (each - 8 * b[i]! + 8 * c[i]! - d[i]!) / (12 * h))
  })
}
const gradient = (f: (x: number[]) => number, x: number[]) => differences(at => [f(at)], x).flat()

function close(found: unknown, wanted: unknown, tolerance = 1e-8): void {
  const flat = (tree: unknown): number[] => (typeof tree === 'number' ? [tree] : Object.values(tree as object).flatMap(flat))
  const [a, b] = [flat(found), flat(wanted)]
  expect(a.length).toBe(b.length)
  a.forEach((each, i) => expect(Math.abs(each - b[i]!), `entry ${i}: ${each}, not ${b[i]}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(b[i]!))))
}

it('answers the messages of the protocol', async () => {
  expect(await protocol.answer({ id: 0, kind: 'start', eval: 'hello' })).toEqual({ id: 0, tool: 'dualtape' })
  expect(await protocol.answer({ id: 1, kind: 'define', module: 'hello' })).toEqual({ id: 1, success: true })
  expect(await protocol.answer({ id: 5, kind: 'analysis', of: 3, valid: true })).toEqual({ id: 5 })
  expect(await protocol.answer({ id: 2, kind: 'define', module: 'toString' })).toMatchObject({ id: 2, success: false })
  const unknown = { id: 6, kind: 'evaluate', module: 'lse', function: 'hessian', input: { x: [1] } }
  expect((await protocol.answer(unknown)).error).toContain('lse has no function hessian. Functions: gradient, primal.')
})

it('runs as often and as long as it is asked to, and once where it is not', async () => {
  const timings = async (module: string, name: string, input: unknown) =>
    (await protocol.answer({ id: 1, kind: 'evaluate', module, function: name, input })).timings!.filter(each => each.name === 'evaluate')
  expect(await timings('hello', 'double', 3)).toHaveLength(1)
  expect(await timings('lse', 'primal', { x: [1, 2], min_runs: 7, min_seconds: 0 })).toHaveLength(7)
  const long = await timings('lse', 'primal', { x: [1, 2], min_runs: 1, min_seconds: 0.02 })
  expect(total(long.map(each => each.nanoseconds))).toBeGreaterThanOrEqual(2e7)
  expect(long.every(each => Number.isInteger(each.nanoseconds))).toBe(true)
})

it('hello: x² and 2 x', async () => {
  expect(await evaluate('hello', 'square', 3)).toBe(9)
  expect(await evaluate('hello', 'double', 3)).toBe(6)
})

it('lse: the gradient is the softmax', async () => {
  const x = [...list(20, 1), 700, 701]
  const shares = x.map(each => Math.exp(each - 701))
  close(await evaluate('lse', 'primal', { x }), 701 + Math.log(total(shares)), 1e-14)
  close(
    await evaluate('lse', 'gradient', { x }),
    shares.map(each => each / total(shares)),
    1e-14,
  )
})

it('llsq: sums of powers', async () => {
  const [x, n] = [list(6, 2), 9]
  const t = Array.from({ length: n }, (_, i) => -1 + (i * 2) / (n - 1))
  const rest = t.map(each => Math.sign(each) - total(x.map((factor, j) => factor * each ** j)))
  close(await evaluate('llsq', 'primal', { x, n }), total(rest.map(each => (each * each) / 2)), 1e-13)
  close(
    await evaluate('llsq', 'gradient', { x, n }),
    x.map((_, j) => -total(rest.map((each, i) => each * t[i]! ** j))),
    1e-13,
  )
})

it('ode: entries up to the fourth are exact in the Runge–Kutta method, ∏ 2 xⱼ / (j + 1)', async () => {
  const x = [0.7, -0.4, 1.2, 0.9]
  const y = x.map((_, i) => x.slice(0, i + 1).reduce((product, each, j) => (product * 2 * each) / (j + 1), 1))
  close(await evaluate('ode', 'primal', { x, s: 5 }), y, 1e-13)
  close(
    await evaluate('ode', 'gradient', { x, s: 5 }),
    x.map(each => y[3]! / each),
    1e-13,
  )
})

it('ode: more entries, step by step', async () => {
  const [x, s] = [list(9, 3), 4]
  const solution = (x: number[]) => {
    const slope = (y: number[]) => x.map((each, i) => (i === 0 ? each : each * y[i - 1]!))
    const moved = (y: number[], h: number, k: number[]) => y.map((each, i) => each + h * k[i]!)
    const h = 2 / s
    let y = x.map(() => 0)
    for (let i = 0; i < s; i++) {
      const k1 = slope(y)
      const k2 = slope(moved(y, h / 2, k1))
      const k3 = slope(moved(y, h / 2, k2))
      const k4 = slope(moved(y, h, k3))
      y = y.map((each, i) => each + (h * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!)) / 6)
    }
    return y
  }
  close(await evaluate('ode', 'primal', { x, s }), solution(x), 1e-13)
  close(
    await evaluate('ode', 'gradient', { x, s }),
    gradient(at => solution(at)[8]!, x),
  )
})

it('det: the sum over permutations', async () => {
  const ell = 5
  const permutations = (left: number[]): number[][] =>
    left.length === 0 ? [[]] : left.flatMap(i => permutations(left.filter(j => j !== i)).map(p => [i, ...p]))
  const sign = (p: number[]) => (-1) ** total(p.map((each, i) => p.slice(i).filter(later => later < each).length))
  const determinant = (A: number[]) => total(permutations([0, 1, 2, 3, 4]).map(p => p.reduce((product, j, i) => product * A[i * ell + j]!, sign(p))))
  const A = list(ell * ell, 4)
  close(await evaluate('det', 'primal', { A, ell }), determinant(A), 1e-13)
  close(await evaluate('det', 'gradient', { A, ell }), gradient(determinant, A))
})

it('kmeans: a centroid goes to the mean of the points that are closest to it', async () => {
  const points = rows(40, 3, 5)
  const centroids = points.slice(-4)
  const distance = (a: number[], b: number[]) => total(a.map((each, i) => (each - b[i]!) ** 2))
  const closest = points.map(point => {
    const all = centroids.map(each => distance(point, each))
    return all.indexOf(Math.min(...all))
  })
  const means = centroids.map((_, j) => {
    const own = points.filter((_, i) => closest[i] === j)
    return own[0]!.map((_, axis) => total(own.map(point => point[axis]!)) / own.length)
  })
  close(await evaluate('kmeans', 'cost', { points, centroids }), total(points.map((point, i) => distance(point, centroids[closest[i]!]!))), 1e-13)
  close(
    await evaluate('kmeans', 'dir', { points, centroids }),
    centroids.map((each, j) => each.map((entry, axis) => entry - means[j]![axis]!)),
    1e-13,
  )
})

it('gmm: densities of normal distributions, and of the Wishart distribution', async () => {
  const [d, k, n, m, gamma] = [3, 2, 6, 2, 0.8]
  const x = rows(n, d, 6)
  const parameters = list(k + 2 * k * d + k * d, 7)
  const unpacked = (p: number[]) => {
    const matrix = (from: number, width: number) => Array.from({ length: k }, (_, i) => p.slice(from + i * width, from + (i + 1) * width))
    return { alpha: p.slice(0, k), mu: matrix(k, d), q: matrix(k + k * d, d), l: matrix(k + 2 * k * d, d) }
  }
  // Γ₃(3) = π^(3/2) Γ(3) Γ(5/2) Γ(2), with ν = D + m + 1 = 6; Γ(5/2) = ¾ √π.
  const nu = 6
  const multivariateGamma = Math.PI ** 1.5 * 2 * 0.75 * Math.sqrt(Math.PI)
  const logPosterior = (p: number[]) => {
    const { alpha, mu, q, l } = unpacked(p)
    const factors = q.map(([a, b, c], i) => {
      const [l0, l1, l2] = l[i] as [number, number, number]
      return [
        [Math.exp(a!), 0, 0],
        [l0, Math.exp(b!), 0],
        [l1, l2, Math.exp(c!)],
      ]
    })
    const roots = q.map(each => Math.exp(total(each)))
    const weights = alpha.map(Math.exp)
    const density = (point: number[], i: number) => {
      const moved = factors[i]!.map(row => total(row.map((each, j) => each * (point[j]! - mu[i]![j]!))))
      return (roots[i]! * Math.exp(-total(moved.map(each => each * each)) / 2)) / (2 * Math.PI) ** (d / 2)
    }
    const likelihood = x.map(point => Math.log(total(weights.map((weight, i) => (weight / total(weights)) * density(point, i)))))
    const prior = factors.map((factor, i) => {
      const trace = gamma * gamma * total(factor.flat().map(each => each * each))
      return Math.log((roots[i]! ** (nu - d - 1) * Math.exp(-trace / 2)) / (2 ** ((nu * d) / 2) * gamma ** (-d * nu) * multivariateGamma))
    })
    return total(likelihood) + total(prior)
  }
  const input = { d, k, n, m, gamma, x, ...unpacked(parameters) }
  close(await evaluate('gmm', 'objective', input), logPosterior(parameters), 1e-12)
  close(await evaluate('gmm', 'jacobian', input), unpacked(gradient(logPosterior, parameters)))
})

it('lstm: step by step', async () => {
  const [layers, bits, count] = [2, 3, 5]
  const [main_params, extra_params, state] = [rows(2 * layers, 4 * bits, 8), rows(3, bits, 9), rows(2 * layers, bits, 10)]
  const sequence = Array.from({ length: count }, (_, t) => Array.from({ length: bits }, (_, j) => ((t * 5 + j) >> j) & 1))
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  const loss = (p: number[]) => {
    const parameter = (row: number, j: number) => p[4 * bits * row + j]!
    const extra = (row: number, j: number) => p[8 * bits * layers + bits * row + j]!
    const [hidden, cell] = [0, 1].map(odd => Array.from({ length: layers }, (_, i) => [...state[2 * i + odd]!])) as [number[][], number[][]]
    let sum = 0
    for (let t = 0; t + 1 < count; t++) {
      let input = sequence[t]!.map((each, j) => each * extra(0, j))
      for (let i = 0; i < layers; i++) {
        for (let j = 0; j < bits; j++) {
          const gate = (k: number, from: number) => from * parameter(2 * i, k * bits + j) + parameter(2 * i + 1, k * bits + j)
          const change = sigmoid(gate(1, hidden[i]![j]!)) * Math.tanh(gate(3, hidden[i]![j]!))
          cell[i]![j] = cell[i]![j]! * sigmoid(gate(0, input[j]!)) + change
          hidden[i]![j] = sigmoid(gate(2, input[j]!)) * Math.tanh(cell[i]![j]!)
        }
        input = hidden[i]!
      }
      const y = input.map((each, j) => each * extra(1, j) + extra(2, j))
      const normaliser = Math.log(2 + total(y.map(Math.exp)))
      sum += total(y.map((each, j) => sequence[t + 1]![j]! * (each - normaliser)))
    }
    return -sum / ((count - 1) * bits)
  }
  const parameters = [...main_params.flat(), ...extra_params.flat()]
  const input = { main_params, extra_params, state, sequence }
  close(await evaluate('lstm', 'objective', input), loss(parameters), 1e-13)
  close(await evaluate('lstm', 'jacobian', input), gradient(loss, parameters))
})

it('ba: a point is turned by the exponential of the matrix of its cross products', async () => {
  const [n, m, p] = [2, 3, 4]
  const cam = [0.3, -0.5, 0.2, 0.4, 0.1, -4, 1.5, 0.2, -0.1, 0.05, -0.02]
  const [x, w, feat] = [[0.6, -0.7, 0.5], 0.8, [0.3, 0.4]]
  const crossed = ([a, b, c]: number[], [x, y, z]: number[]) => [b! * z! - c! * y!, c! * x! - a! * z!, a! * y! - b! * x!]
  const errors = (at: number[]) => {
    const axis = at.slice(0, 3)
    let term = [0, 1, 2].map(i => at[11 + i]! - at[3 + i]!)
    const turned = [...term]
    for (let k = 1; k < 25; k++) {
      term = crossed(axis, term).map(each => each / k)
      for (let i = 0; i < 3; i++) turned[i]! += term[i]!
    }
    const [s, t] = [turned[0]! / turned[2]!, turned[1]! / turned[2]!]
    const radius = s * s + t * t
    const scale = at[6]! * (1 + at[9]! * radius + at[10]! * radius * radius)
    return [at[14]! * (s * scale + at[7]! - feat[0]!), at[14]! * (t * scale + at[8]! - feat[1]!)]
  }
  const at = [...cam, ...x, w]
  const input = { n, m, p, cam, x, w, feat }
  close(await evaluate('ba', 'objective', input), { reproj_error: { elements: errors(at), repeated: p }, w_err: { element: 1 - w * w, repeated: p } }, 1e-13)
  const { rows, cols, vals } = await evaluate<Record<'rows' | 'cols' | 'vals', number[]>>('ba', 'jacobian', input)
  const columns = differences(errors, at)
  close(vals, [...columns.map(each => each[0]), ...columns.map(each => each[1]), -2 * w])
  // Columns: 11 for each of two cameras, 3 for each of three points, then the weights. The first observation is of camera 0 and point 0.
  const block = [...Array.from({ length: 11 }, (_, i) => i), 22, 23, 24, 31]
  expect(cols).toEqual([...block, ...block, 34])
  // The first eight rows have fifteen entries, the last four one; 31 rows are asked for where there are 13 row pointers.
  expect(rows).toEqual([0, 15, 30, 45, 60, 75, 90, 105, 120, 121, 122, 123, 124, 124])
})

it('ht: matrices of four rows, vertex by vertex', async () => {
  const bones = 22
  const vertices = 6
  const affine = (seed: number) => [...rows(3, 4, seed), [0, 0, 0, 1]]
  const model = {
    bone_count: bones,
    parents: Array.from({ length: bones }, (_, i) => (i === 0 ? -1 : i % 4 === 1 ? 0 : i - 1)),
    base_relatives: Array.from({ length: bones }, (_, i) => affine(11 + i)),
    inverse_base_absolutes: Array.from({ length: bones }, (_, i) => affine(50 + i)),
    base_positions: rows(vertices, 3, 12).map(each => [...each, 1]),
    weights: rows(vertices, bones, 13).map(each => each.map(Math.abs)),
    triangles: [
      [0, 1, 2],
      [5, 3, 1],
    ],
    is_mirrored: true,
  }
  const points = rows(2, 3, 14)
  const theta = list(26, 15)
  const us = rows(2, 2, 16)
  const times = (a: number[][], b: number[][]) => a.map(row => b[0]!.map((_, j) => total(row.map((each, k) => each * b[k]![j]!))))
  const turn = (axis: number, angle: number) => {
    const matrix = [0, 1, 2, 3].map(i => [0, 1, 2, 3].map(j => Number(i === j)))
    const [i, j] = [(axis + 1) % 3, (axis + 2) % 3] as [number, number]
    matrix[i]![i] = matrix[j]![j] = Math.cos(angle)
    matrix[j]![i] = Math.sin(angle)
    matrix[i]![j] = -Math.sin(angle)
    return matrix
  }
  const places = (theta: number[]) => {
    const absolutes: number[][][] = []
    for (let bone = 0; bone < bones; bone++) {
      // Bone 4 f + 2 of finger f has the angles 6 + 4 f about x and the next about z, the two bones behind it one each about x.
      const [finger, joint] = [Math.floor((bone - 1) / 4), (bone - 1) % 4]
      const from = 6 + 4 * finger
      const x = bone === 0 || bone === 21 || joint === 0 ? 0 : theta[from + (joint === 1 ? 0 : joint)]!
      const z = bone === 0 || bone === 21 || joint !== 1 ? 0 : theta[from + 1]!
      const relative = times(model.base_relatives[bone]!, times(turn(2, z), turn(0, x)))
      absolutes.push(bone === 0 ? relative : times(absolutes[model.parents[bone]!]!, relative))
    }
    const axis = theta.slice(0, 3)
    return model.base_positions.map((base, vertex) => {
      const place = [0, 0, 0]
      for (let bone = 0; bone < bones; bone++) {
        const moved = times(
          times(absolutes[bone]!, model.inverse_base_absolutes[bone]!),
          base.map(each => [each]),
        )
        for (let i = 0; i < 3; i++) place[i]! += model.weights[vertex]![bone]! * moved[i]![0]!
      }
      place[0] = -place[0]!
      let term = [...place]
      for (let k = 1; k < 25; k++) {
        const [[a, b, c], [x, y, z]] = [axis, term] as [number[], number[]]
        term = [b! * z! - c! * y!, c! * x! - a! * z!, a! * y! - b! * x!].map(each => each / k)
        for (let i = 0; i < 3; i++) place[i]! += term[i]!
      }
      return place.map((each, i) => each + theta[3 + i]!)
    })
  }
  const simple = { theta, us: [], data: { model, correspondences: [4, 1], points } }
  const vertexErrors = (theta: number[]) => {
    const all = places(theta)
    return [4, 1].flatMap((vertex, i) => points[i]!.map((each, j) => each - all[vertex]![j]!))
  }
  close(await evaluate('ht', 'objective', simple), vertexErrors(theta), 1e-12)
  const columns = differences(vertexErrors, theta)
  close(
    await evaluate('ht', 'jacobian', simple),
    [0, 1, 2, 3, 4, 5].map(row => columns.map(each => each[row])),
  )

  const complicated = { theta, us, data: { model, correspondences: [1, 0], points } }
  const triangleErrors = (us: number[][], theta: number[]) => {
    const all = places(theta)
    return [1, 0].flatMap((triangle, i) => {
      const [a, b, c] = model.triangles[triangle]!.map(vertex => all[vertex]!) as [number[], number[], number[]]
      const [first, second] = us[i] as [number, number]
      return points[i]!.map((each, j) => each - (first * a[j]! + second * b[j]! + (1 - first - second) * c[j]!))
    })
  }
  close(await evaluate('ht', 'objective', complicated), triangleErrors(us, theta), 1e-12)
  const all = differences(at => triangleErrors([at.slice(0, 2), at.slice(2, 4)], at.slice(4)), [...us.flat(), ...theta])
  close(
    await evaluate('ht', 'jacobian', complicated),
    [0, 1, 2, 3, 4, 5].map(row => [...all.slice(row < 3 ? 0 : 2, row < 3 ? 2 : 4), ...all.slice(4)].map(each => each[row])),
  )
})

// The values that GradBench's evals expect (python/gradbench/gradbench/evals/{particle,saddle}/run.py).
it.each(['ff', 'fr', 'rf', 'rr'])('particle, saddle: the published results, by %s', async modes => {
  close(await evaluate('particle', modes, { w: 0 }), 0.2071918746486116, 1e-9)
  close(await evaluate('saddle', modes, { start: [1, 1] }), Array(4).fill(8.246324826140356e-6), 1e-12)
})
