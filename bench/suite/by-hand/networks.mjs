/*
 * Gradients of the models of bench/tensors.mjs by hand: a network, a block of attention, a convolution, a chain; and of a product. Matrices are rows
 * one after another.
 */
const zeros = n => new Float64Array(n)

/** A B, A Bᵀ and Aᵀ B: a is [n, k] and b [k, m], a is [n, k] and b [m, k], a is [k, n] and b [k, m]. */
function times(a, b, n, k, m, c = zeros(n * m)) {
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < k; l++) {
      const factor = a[i * k + l]
      for (let j = 0; j < m; j++) c[i * m + j] += factor * b[l * m + j]
    }
  }
  return c
}

function timesTransposed(a, b, n, k, m, c = zeros(n * m)) {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0
      for (let l = 0; l < k; l++) sum += a[i * k + l] * b[j * k + l]
      c[i * m + j] += sum
    }
  }
  return c
}

function transposedTimes(a, b, k, n, m, c = zeros(n * m)) {
  for (let l = 0; l < k; l++) {
    for (let i = 0; i < n; i++) {
      const factor = a[l * n + i]
      for (let j = 0; j < m; j++) c[i * m + j] += factor * b[l * m + j]
    }
  }
  return c
}

function addRows(a, row) {
  for (let i = 0; i < a.length; i++) a[i] += row[i % row.length]
  return a
}

function sumRows(a, m) {
  const row = zeros(m)
  for (let i = 0; i < a.length; i++) row[i % m] += a[i]
  return row
}

/** The softmax of each row of m, in place. */
function softmaxRows(a, m) {
  for (let from = 0; from < a.length; from += m) {
    let top = Number.NEGATIVE_INFINITY
    for (let j = from; j < from + m; j++) if (a[j] > top) top = a[j]
    let sum = 0
    for (let j = from; j < from + m; j++) {
      a[j] = Math.exp(a[j] - top)
      sum += a[j]
    }
    for (let j = from; j < from + m; j++) a[j] /= sum
  }
  return a
}

/** Mean softmax cross entropy of a network with one hidden layer. */
export function network({ w1, b1, w2, b2 }, { x, target }) {
  const [batch, input] = x.shape
  const [hidden, classes] = w2.shape
  const h = addRows(times(x.data, w1.data, batch, input, hidden), b1.data)
  for (let i = 0; i < h.length; i++) if (!(h[i] > 0)) h[i] = 0
  const d = softmaxRows(addRows(times(h, w2.data, batch, hidden, classes), b2.data), classes)
  for (let i = 0; i < d.length; i++) d[i] = (d[i] - target.data[i]) / batch
  const dh = timesTransposed(d, w2.data, batch, classes, hidden)
  for (let i = 0; i < h.length; i++) if (h[i] === 0) dh[i] = 0
  return {
    w1: transposedTimes(x.data, dh, batch, input, hidden),
    b1: sumRows(dh, hidden),
    w2: transposedTimes(h, d, batch, hidden, classes),
    b2: sumRows(d, classes),
  }
}

/** Rows of m with mean 0 and variance 1, and one over their standard deviations. */
function normalised(x, m) {
  const [out, scales] = [zeros(x.length), zeros(x.length / m)]
  for (let row = 0; row < scales.length; row++) {
    let [mean, variance] = [0, 0]
    for (let j = row * m; j < (row + 1) * m; j++) mean += x[j] / m
    for (let j = row * m; j < (row + 1) * m; j++) variance += (x[j] - mean) ** 2 / m
    scales[row] = 1 / Math.sqrt(variance + 1e-5)
    for (let j = row * m; j < (row + 1) * m; j++) out[j] = (x[j] - mean) * scales[row]
  }
  return { out, scales }
}

/** Adds to dx what the cotangents of normalised rows give. */
function normalisedBack({ out, scales }, d, m, dx) {
  for (let row = 0; row < scales.length; row++) {
    let [mean, along] = [0, 0]
    for (let j = row * m; j < (row + 1) * m; j++) {
      mean += d[j] / m
      along += (d[j] * out[j]) / m
    }
    for (let j = row * m; j < (row + 1) * m; j++) dx[j] += scales[row] * (d[j] - mean - out[j] * along)
  }
}

/** Φ: a series for small arguments, a continued fraction for the tails of large ones. */
function normalCdf(x) {
  const z = Math.abs(x) / Math.SQRT2
  let tail
  if (z < 2.5) {
    let [term, sum] = [z, z]
    for (let k = 1; Math.abs(term) > 1e-17 * sum; k++) {
      term *= (-z * z) / k
      sum += term / (2 * k + 1)
    }
    tail = 0.5 - sum / Math.sqrt(Math.PI)
  } else {
    let fraction = 0
    for (let k = 60; k > 0; k--) fraction = k / 2 / (z + fraction)
    tail = Math.exp(-z * z) / (2 * Math.sqrt(Math.PI) * (z + fraction))
  }
  return x < 0 ? tail : 1 - tail
}

/** Mean of squares of what a block of one attention head and two layers gives. */
export function attention({ q, k, v, o, w1, b1, w2, b2 }, { x }) {
  const [n, m] = x.shape
  const wide = w1.shape[1]
  const first = normalised(x.data, m)
  const [Q, K, V] = [q, k, v].map(each => times(first.out, each.data, n, m, m))
  const scale = m ** -0.5
  const weights = softmaxRows(
    timesTransposed(Q, K, n, m, n).map(each => each * scale),
    n,
  )
  const heads = times(weights, V, n, n, m)
  const y = times(heads, o.data, n, m, m, x.data.slice())
  const second = normalised(y, m)
  const before = addRows(times(second.out, w1.data, n, m, wide), b1.data)
  const [hidden, slopes] = [zeros(before.length), zeros(before.length)]
  for (let i = 0; i < before.length; i++) {
    const [z, cdf] = [before[i], normalCdf(before[i])]
    hidden[i] = z * cdf
    slopes[i] = cdf + (z * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI)
  }
  const result = times(hidden, w2.data, n, wide, m, addRows(y.slice(), b2.data))
  const d = result.map(each => (2 * each) / result.length)
  const dHidden = timesTransposed(d, w2.data, n, m, wide)
  for (let i = 0; i < dHidden.length; i++) dHidden[i] *= slopes[i]
  const dy = d.slice()
  normalisedBack(second, timesTransposed(dHidden, w1.data, n, wide, m), m, dy)
  const dHeads = timesTransposed(dy, o.data, n, m, m)
  const dScores = timesTransposed(dHeads, V, n, m, n)
  for (let i = 0; i < n; i++) {
    let along = 0
    for (let j = 0; j < n; j++) along += dScores[i * n + j] * weights[i * n + j]
    for (let j = 0; j < n; j++) dScores[i * n + j] = weights[i * n + j] * (dScores[i * n + j] - along) * scale
  }
  const dQ = times(dScores, K, n, n, m)
  const dK = transposedTimes(dScores, Q, n, n, m)
  const dV = transposedTimes(weights, dHeads, n, n, m)
  const into = each => transposedTimes(first.out, each, n, m, m)
  return {
    ...{ q: into(dQ), k: into(dK), v: into(dV), o: transposedTimes(heads, dy, n, m, m) },
    ...{ w1: transposedTimes(second.out, dHidden, n, m, wide), b1: sumRows(dHidden, wide) },
    ...{ w2: transposedTimes(hidden, d, n, wide, m), b2: sumRows(d, m) },
  }
}

/** Mean of squares of a convolution of 3 × 3 with a margin of zeros. */
export function convolution({ w }, { x }) {
  const [batch, channels, height, width] = x.shape
  const out = w.shape[0]
  const dw = zeros(w.data.length)
  const y = zeros(height * width)
  /** Rows and columns of y whose neighbour at (r, s) is inside. */
  const inside = (shift, size) => [Math.max(0, -shift), Math.min(size, size - shift)]
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < out; o++) {
      y.fill(0)
      for (const isBack of [false, true]) {
        for (let c = 0; c < channels; c++) {
          const plane = (b * channels + c) * height * width
          for (let tap = 0; tap < 9; tap++) {
            const [r, s] = [((tap / 3) | 0) - 1, (tap % 3) - 1]
            const at = (o * channels + c) * 9 + tap
            const [[top, bottom], [left, right]] = [inside(r, height), inside(s, width)]
            const factor = w.data[at]
            let sum = 0
            for (let i = top; i < bottom; i++) {
              const [to, from] = [i * width, plane + (i + r) * width + s]
              if (isBack) for (let j = left; j < right; j++) sum += y[to + j] * x.data[from + j]
              else for (let j = left; j < right; j++) y[to + j] += factor * x.data[from + j]
            }
            dw[at] += (2 * sum) / (batch * out * height * width)
          }
        }
      }
    }
  }
  return { w: dw }
}

/** Sum of tanh(x²) exp(−x). */
export function chain({ x }) {
  const out = zeros(x.data.length)
  for (let i = 0; i < out.length; i++) {
    const at = x.data[i]
    const t = Math.tanh(at * at)
    out[i] = ((1 - t * t) * 2 * at - t) * Math.exp(-at)
  }
  return { x: out }
}

/** Sum of squares of a b. */
export function product({ a, b }) {
  const n = a.shape[0]
  const c = times(a.data, b.data, n, n, n).map(each => 2 * each)
  return { a: timesTransposed(c, b.data, n, n, n), b: transposedTimes(a.data, c, n, n, n) }
}
