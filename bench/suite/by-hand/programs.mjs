/*
 * Derivatives of GradBench's evals by hand: kmeans, lse, llsq, ode, particle and saddle. Each takes what bench/native/gradbench.cpp reads, as one list
 * of numbers, and gives its derivative as another; the formulas are those of that program.
 */

/** n, k, d, points, centroids: gradient over the diagonal of the Hessian. */
export function kmeans(given) {
  const [n, k, d] = given
  const centroids = 3 + n * d
  const [out, sizes] = [new Float64Array(k * d), new Float64Array(k)]
  for (let i = 0; i < n; i++) {
    const point = 3 + i * d
    let [closest, best] = [Number.POSITIVE_INFINITY, 0]
    for (let j = 0; j < k; j++) {
      let distance = 0
      for (let a = 0; a < d; a++) {
        const apart = given[point + a] - given[centroids + j * d + a]
        distance += apart * apart
      }
      if (distance < closest) {
        closest = distance
        best = j
      }
    }
    sizes[best] += 2
    for (let a = 0; a < d; a++) out[best * d + a] += 2 * (given[centroids + best * d + a] - given[point + a])
  }
  for (let j = 0; j < k; j++) for (let a = 0; a < d; a++) out[j * d + a] /= sizes[j]
  return out
}

/** n, x: the softmax of x. */
export function lse(given) {
  const n = given[0]
  const out = new Float64Array(n)
  let top = Number.NEGATIVE_INFINITY
  for (let i = 1; i <= n; i++) if (given[i] > top) top = given[i]
  let sum = 0
  for (let i = 0; i < n; i++) {
    out[i] = Math.exp(given[i + 1] - top)
    sum += out[i]
  }
  for (let i = 0; i < n; i++) out[i] /= sum
  return out
}

/** n, m, x: gradient of the squares of what polynomials leave of signs. */
export function llsq(given) {
  const [n, m] = given
  const out = new Float64Array(m)
  for (let i = 0; i < n; i++) {
    const t = -1 + (i * 2) / (n - 1)
    let value = 0
    for (let j = m - 1; j >= 0; j--) value = value * t + given[2 + j]
    let power = value - Math.sign(t)
    for (let j = 0; j < m; j++, power *= t) out[j] += power
  }
  return out
}

function slope(n, x, y, z) {
  z[0] = x[0]
  for (let i = 1; i < n; i++) z[i] = x[i] * y[i - 1]
}

function back(n, x, y, dz, dx, dy) {
  dx[0] += dz[0]
  for (let i = 1; i < n; i++) {
    dx[i] += dz[i] * y[i - 1]
    dy[i - 1] = dz[i] * x[i]
  }
  dy[n - 1] = 0
}

/** to = y + factor k. */
function moved(n, y, factor, k, to) {
  for (let i = 0; i < n; i++) to[i] = y[i] + factor * k[i]
}

/** n, s, x: gradient of the last entry after s Runge–Kutta steps. */
export function ode(given) {
  const [n, s] = given
  const x = given.subarray(2)
  const h = 2 / s
  const states = Array.from({ length: s + 1 }, () => new Float64Array(n))
  const [k1, k2, k3, k4, y2, y3, y4, dk, dy] = Array.from({ length: 9 }, () => new Float64Array(n))
  const stages = from => {
    slope(n, x, from, k1)
    moved(n, from, h / 2, k1, y2)
    slope(n, x, y2, k2)
    moved(n, from, h / 2, k2, y3)
    slope(n, x, y3, k3)
    moved(n, from, h, k3, y4)
  }
  for (let step = 0; step < s; step++) {
    const [from, to] = [states[step], states[step + 1]]
    stages(from)
    slope(n, x, y4, k4)
    for (let i = 0; i < n; i++) to[i] = from[i] + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i])
  }
  const [out, adjoint] = [new Float64Array(n), new Float64Array(n)]
  adjoint[n - 1] = 1
  const stage = (at, weight, carried) => {
    for (let i = 0; i < n; i++) dk[i] = h * weight * adjoint[i] + h * carried * dy[i]
    back(n, x, at, dk, out, dy)
    for (let i = 0; i < n; i++) k4[i] += dy[i]
  }
  for (let step = s - 1; step >= 0; step--) {
    stages(states[step])
    dy.fill(0)
    k4.fill(0)
    stage(y4, 1 / 6, 0)
    stage(y3, 1 / 3, 1)
    stage(y2, 1 / 3, 0.5)
    stage(states[step], 1 / 6, 0.5)
    for (let i = 0; i < n; i++) adjoint[i] += k4[i]
  }
  return out
}

/** Gradient descent of particle and saddle from x, in place: f(x, gradient or undefined, the step that led to x) gives the value. */
function descend(f, x) {
  const [gradient, next] = [x.map(() => 0), x.map(() => 0)]
  let value = f(x, gradient, 0)
  for (let [step, successes] = [1e-5, 0]; ; ) {
    let square = 0
    for (const each of gradient) square += each * each
    const steepness = Math.sqrt(square)
    if (steepness <= 1e-5) return x
    if (successes === 10) {
      step *= 2
      successes = 0
      continue
    }
    if (step * steepness <= 1e-5) return x
    for (let i = 0; i < x.length; i++) next[i] = x[i] - step * gradient[i]
    const there = f(next, undefined, step)
    if (there < value) {
      value = there
      successes++
      for (let i = 0; i < x.length; i++) x[i] = next[i]
      f(x, gradient, step)
    } else {
      step /= 2
      successes = 0
    }
  }
}

/** The square of where the particle meets the axis, with its derivative by w. */
function meeting([w], derivative) {
  let [x, y, u, v, dx, dy, du, dv] = [0, 8, 0.75, 0, 0, 0, 0, 0]
  for (;;) {
    const yNext = y + 0.1 * v
    if (!(yNext > 0)) break
    let [ax, ay, dax, day] = [0, 0, 0, 0]
    for (let i = 0; i < 2; i++) {
      const [p, q] = [x - 10, y - (i === 0 ? 10 - w : 0)]
      const square = p * p + q * q
      const cube = 1 / (square * Math.sqrt(square))
      ax += p * cube
      ay += q * cube
      if (derivative !== undefined) {
        const dq = dy + (i === 0 ? 1 : 0)
        const factor = (-3 * (p * dx + q * dq)) / square
        dax += cube * (dx + factor * p)
        day += cube * (dq + factor * q)
      }
    }
    x += 0.1 * u
    y = yNext
    u += 0.1 * ax
    v += 0.1 * ay
    dx += 0.1 * du
    dy += 0.1 * dv
    du += 0.1 * dax
    dv += 0.1 * day
  }
  const below = y + 0.1 * v
  const time = -below / v
  const place = x + 0.1 * u + time * u
  if (derivative !== undefined) {
    const dTime = -(dy + 0.1 * dv) / v + (below * dv) / (v * v)
    derivative[0] = 2 * place * (dx + 0.1 * du + dTime * u + time * du)
  }
  return place * place
}

export const particle = given => descend(meeting, [given[0]])

/** The y that descent finds from `start`, with its derivatives by x where they are asked for, which go through the descent from 0. */
function highest(start, dy) {
  dy?.fill(0)
  return descend(
    (y, gradient, step) => {
      if (gradient !== undefined) {
        gradient[0] = 2 * y[0]
        gradient[1] = 2 * y[1]
        if (dy !== undefined) for (let i = 0; i < 4; i++) dy[i] -= step * 2 * dy[i]
      }
      return y[0] * y[0] + y[1] * y[1]
    },
    [start[0], start[1]],
  )
}

export function saddle(start) {
  const dy = new Float64Array(4)
  const x = descend(
    (x, gradient) => {
      const y = highest(start, gradient && dy)
      if (gradient !== undefined) for (let i = 0; i < 2; i++) gradient[i] = 2 * x[i] - 2 * (y[0] * dy[i] + y[1] * dy[2 + i])
      return x[0] * x[0] + x[1] * x[1] - y[0] * y[0] - y[1] * y[1]
    },
    [start[0], start[1]],
  )
  return [...x, ...highest(start)]
}
