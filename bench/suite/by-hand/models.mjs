/*
 * Derivatives of GradBench's evals by hand: gmm, ba, lstm and det. Each takes what bench/native/gradbench.cpp reads, as one list of numbers, and gives
 * its derivative as another; the formulas are those of that program.
 */

/** d, k, n, m, gamma, alpha, mu, q, l, x: gradient of the log-posterior of a Gaussian mixture. */
export function gmm(given) {
  const [d, k, n, m, gamma] = given
  const below = (d * (d - 1)) / 2
  const [mu, q] = [5 + k, 5 + k + k * d]
  const l = q + k * d
  const x = l + k * below
  const out = new Float64Array(k + 2 * k * d + k * below)
  const [dMu, dQ, dL] = [k, k + k * d, k + 2 * k * d]
  const [base, terms, back] = [new Float64Array(k), new Float64Array(k), new Float64Array(d)]
  const [diagonal, moved, turned] = [0, 1, 2].map(() => new Float64Array(k * d))
  for (let i = 0; i < k * d; i++) diagonal[i] = Math.exp(given[q + i])
  for (let c = 0; c < k; c++) {
    base[c] = given[5 + c]
    for (let j = 0; j < d; j++) base[c] += given[q + c * d + j]
  }
  for (let i = 0; i < n; i++) {
    let top = Number.NEGATIVE_INFINITY
    for (let c = 0; c < k; c++) {
      const at = c * d
      for (let j = 0; j < d; j++) {
        moved[at + j] = given[x + i * d + j] - given[mu + at + j]
        turned[at + j] = diagonal[at + j] * moved[at + j]
      }
      let lower = l + c * below
      for (let j = 0; j < d; j++) for (let row = j + 1; row < d; row++) turned[at + row] += given[lower++] * moved[at + j]
      let square = 0
      for (let j = 0; j < d; j++) square += turned[at + j] * turned[at + j]
      terms[c] = base[c] - 0.5 * square
      if (terms[c] > top) top = terms[c]
    }
    let sum = 0
    for (let c = 0; c < k; c++) {
      terms[c] = Math.exp(terms[c] - top)
      sum += terms[c]
    }
    for (let c = 0; c < k; c++) {
      const share = terms[c] / sum
      const at = c * d
      let lower = c * below
      out[c] += share
      for (let j = 0; j < d; j++) {
        back[j] = diagonal[at + j] * turned[at + j]
        out[dQ + at + j] += share * (1 - back[j] * moved[at + j])
      }
      for (let j = 0; j < d; j++) {
        const scaled = share * moved[at + j]
        let total = back[j]
        for (let row = j + 1; row < d; row++, lower++) {
          total += given[l + lower] * turned[at + row]
          out[dL + lower] -= scaled * turned[at + row]
        }
        out[dMu + at + j] += share * total
      }
    }
  }
  let top = Number.NEGATIVE_INFINITY
  for (let c = 0; c < k; c++) top = Math.max(top, given[5 + c])
  let sum = 0
  for (let c = 0; c < k; c++) sum += Math.exp(given[5 + c] - top)
  for (let c = 0; c < k; c++) out[c] -= (n * Math.exp(given[5 + c] - top)) / sum
  for (let i = 0; i < k * d; i++) out[dQ + i] += m - gamma * gamma * diagonal[i] * diagonal[i]
  for (let i = 0; i < k * below; i++) out[dL + i] -= gamma * gamma * given[l + i]
  return out
}

const [y, byAngle, byPoint, byRotation] = [new Float64Array(3), new Float64Array(3), new Float64Array(9), new Float64Array(9)]

/** The block of an observation: two rows for eleven numbers of the camera, three of the point, and the weight. */
export function block(given, camera, point, w, feature, out, to) {
  const [t0, t1, t2] = [given[point] - given[camera + 3], given[point + 1] - given[camera + 4], given[point + 2] - given[camera + 5]]
  const [r0, r1, r2] = [given[camera], given[camera + 1], given[camera + 2]]
  const angle = Math.sqrt(r0 * r0 + r1 * r1 + r2 * r2)
  const [a0, a1, a2] = [r0 / angle, r1 / angle, r2 / angle]
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const rest = 1 - c
  const along = a0 * t0 + a1 * t1 + a2 * t2
  const place = (i, t, cross, a) => {
    y[i] = t * c + cross * s + a * along * rest
    byAngle[i] = -t * s + cross * c + a * along * s
  }
  place(0, t0, a1 * t2 - a2 * t1, a0)
  place(1, t1, a2 * t0 - a0 * t2, a1)
  place(2, t2, a0 * t1 - a1 * t0, a2)
  const [p01, p02, p12] = [a0 * a1 * rest, a0 * a2 * rest, a1 * a2 * rest]
  byPoint[0] = a0 * a0 * rest + c
  byPoint[1] = p01 - a2 * s
  byPoint[2] = p02 + a1 * s
  byPoint[3] = p01 + a2 * s
  byPoint[4] = a1 * a1 * rest + c
  byPoint[5] = p12 - a0 * s
  byPoint[6] = p02 - a1 * s
  byPoint[7] = p12 + a0 * s
  byPoint[8] = a2 * a2 * rest + c
  const rotation = (j, a, v0, v1, v2) => {
    const length = v0 * t0 + v1 * t1 + v2 * t2
    byRotation[j] = byAngle[0] * a + (v1 * t2 - v2 * t1) * s + (v0 * along + a0 * length) * rest
    byRotation[3 + j] = byAngle[1] * a + (v2 * t0 - v0 * t2) * s + (v1 * along + a1 * length) * rest
    byRotation[6 + j] = byAngle[2] * a + (v0 * t1 - v1 * t0) * s + (v2 * along + a2 * length) * rest
  }
  rotation(0, a0, (1 - a0 * a0) / angle, (-a1 * a0) / angle, (-a2 * a0) / angle)
  rotation(1, a1, (-a0 * a1) / angle, (1 - a1 * a1) / angle, (-a2 * a1) / angle)
  rotation(2, a2, (-a0 * a2) / angle, (-a1 * a2) / angle, (1 - a2 * a2) / angle)
  const [p, q] = [y[0] / y[2], y[1] / y[2]]
  const radius = p * p + q * q
  const [focal, k1, k2] = [given[camera + 6], given[camera + 9], given[camera + 10]]
  const distortion = 1 + radius * (k1 + k2 * radius)
  const slope = 2 * (k1 + 2 * k2 * radius)
  for (let row = 0; row < 2; row++, to += 15) {
    const at = row === 0 ? p : q
    const byP = w * focal * (at * slope * p + (row === 0 ? distortion : 0))
    const byQ = w * focal * (at * slope * q + (row === 1 ? distortion : 0))
    const [y0, y1, y2] = [byP / y[2], byQ / y[2], -(byP * p + byQ * q) / y[2]]
    for (let j = 0; j < 3; j++) {
      out[to + j] = y0 * byRotation[j] + y1 * byRotation[3 + j] + y2 * byRotation[6 + j]
      out[to + 11 + j] = y0 * byPoint[j] + y1 * byPoint[3 + j] + y2 * byPoint[6 + j]
      out[to + 3 + j] = -out[to + 11 + j]
    }
    out[to + 6] = w * at * distortion
    out[to + 7] = row === 0 ? w : 0
    out[to + 8] = row === 1 ? w : 0
    out[to + 9] = w * focal * at * radius
    out[to + 10] = out[to + 9] * radius
    out[to + 14] = focal * at * distortion + given[camera + 7 + row] - given[feature + row]
  }
}

/** n, m, p, cameras, points, weights, features: the values of the sparse Jacobian of bundle adjustment, whose rows and columns are made as well. */
export function ba(given) {
  const [n, m, p] = given
  const [points, weights] = [3 + 11 * n, 3 + 11 * n + 3 * m]
  const features = weights + p
  const [out, columns, rowPointers] = [new Float64Array(31 * p), new Int32Array(31 * p), new Int32Array(3 * p + 1)]
  let next = 0
  for (let i = 0; i < p; i++) {
    const [camera, point] = [i % n, i % m]
    block(given, 3 + 11 * camera, points + 3 * point, given[weights + i], features + 2 * i, out, 30 * i)
    for (let row = 0; row < 2; row++) {
      rowPointers[2 * i + row] = next
      for (let j = 0; j < 11; j++) columns[next++] = 11 * camera + j
      for (let j = 0; j < 3; j++) columns[next++] = 11 * n + 3 * point + j
      columns[next++] = 11 * n + 3 * m + i
    }
  }
  for (let i = 0; i < p; i++) {
    rowPointers[2 * p + i] = next
    out[next] = -2 * given[weights + i]
    columns[next++] = 11 * n + 3 * m + i
  }
  rowPointers[3 * p] = next
  return out
}

const sigmoid = x => 1 / (1 + Math.exp(-x))

/** layers, count, bits, main, extra, state, sequence: gradient of the loss of an LSTM with diagonal weights. */
export function lstm(given) {
  const [layers, count, b] = given
  const width = layers * b
  const extra = 3 + 8 * width
  const state = extra + 3 * b
  const sequence = state + 2 * width
  const steps = count - 1
  const gates = new Float64Array(5 * width * steps)
  const [cells, hiddens] = [new Float64Array(width * count), new Float64Array(width * count)]
  const shares = new Float64Array(b * steps)
  for (let i = 0; i < layers; i++) {
    for (let j = 0; j < b; j++) {
      hiddens[i * b + j] = given[state + 2 * i * b + j]
      cells[i * b + j] = given[state + (2 * i + 1) * b + j]
    }
  }
  for (let t = 0; t < steps; t++) {
    const [before, now] = [width * t, width * (t + 1)]
    for (let at = 0; at < width; at++) {
      const [i, j] = [(at / b) | 0, at % b]
      const w = 3 + 8 * b * i + j
      const bias = w + 4 * b
      const input = i === 0 ? given[sequence + t * b + j] * given[extra + j] : hiddens[now + at - b]
      const gate = 5 * (width * t + at)
      const hidden = hiddens[before + at]
      gates[gate] = sigmoid(input * given[w] + given[bias])
      gates[gate + 1] = sigmoid(hidden * given[w + b] + given[bias + b])
      gates[gate + 2] = sigmoid(input * given[w + 2 * b] + given[bias + 2 * b])
      gates[gate + 3] = Math.tanh(hidden * given[w + 3 * b] + given[bias + 3 * b])
      cells[now + at] = cells[before + at] * gates[gate] + gates[gate + 1] * gates[gate + 3]
      gates[gate + 4] = Math.tanh(cells[now + at])
      hiddens[now + at] = gates[gate + 2] * gates[gate + 4]
    }
    let sum = 2
    for (let j = 0; j < b; j++) {
      shares[t * b + j] = Math.exp(hiddens[now + width - b + j] * given[extra + b + j] + given[extra + 2 * b + j])
      sum += shares[t * b + j]
    }
    for (let j = 0; j < b; j++) shares[t * b + j] /= sum
  }
  const out = new Float64Array(8 * width + 3 * b)
  const dExtra = 8 * width
  const [dHidden, dCell, dInput] = [new Float64Array(width), new Float64Array(width), new Float64Array(b)]
  for (let t = steps - 1; t >= 0; t--) {
    const [before, now] = [width * t, width * (t + 1)]
    const target = sequence + (t + 1) * b
    let total = 0
    for (let j = 0; j < b; j++) total += given[target + j]
    for (let j = 0; j < b; j++) {
      const dy = (total * shares[t * b + j] - given[target + j]) / (steps * b)
      out[dExtra + b + j] += dy * hiddens[now + width - b + j]
      out[dExtra + 2 * b + j] += dy
      dInput[j] = dy * given[extra + b + j]
    }
    for (let i = layers - 1; i >= 0; i--) {
      for (let j = 0; j < b; j++) {
        const at = i * b + j
        const w = 3 + 8 * b * i + j
        const to = w - 3
        const gate = 5 * (width * t + at)
        const [f, o, g, c] = [gates[gate], gates[gate + 2], gates[gate + 3], gates[gate + 4]]
        const input = i === 0 ? given[sequence + t * b + j] * given[extra + j] : hiddens[now + at - b]
        const dh = dHidden[at] + dInput[j]
        const dc = dCell[at] + dh * o * (1 - c * c)
        const df = dc * cells[before + at] * f * (1 - f)
        const di = dc * g * gates[gate + 1] * (1 - gates[gate + 1])
        const dOut = dh * c * o * (1 - o)
        const dg = dc * gates[gate + 1] * (1 - g * g)
        out[to] += df * input
        out[to + 4 * b] += df
        out[to + b] += di * hiddens[before + at]
        out[to + 5 * b] += di
        out[to + 2 * b] += dOut * input
        out[to + 6 * b] += dOut
        out[to + 3 * b] += dg * hiddens[before + at]
        out[to + 7 * b] += dg
        dCell[at] = dc * f
        dHidden[at] = di * given[w + b] + dg * given[w + 3 * b]
        dInput[j] = df * given[w] + dOut * given[w + 2 * b]
      }
    }
    for (let j = 0; j < b; j++) out[dExtra + j] += dInput[j] * given[sequence + t * b + j]
  }
  return out
}

/** ell, A: gradient of the determinant by expansion along rows; minors are kept by the bits of their columns. */
export function det(given) {
  const ell = given[0]
  const last = (1 << ell) - 1
  const [minors, adjoints] = [new Float64Array(last + 1), new Float64Array(last + 1)]
  const out = new Float64Array(ell * ell)
  minors[0] = adjoints[last] = 1
  const rowOf = columns => {
    let row = ell
    for (let rest = columns; rest !== 0; rest &= rest - 1) row--
    return row
  }
  for (let columns = 1; columns <= last; columns++) {
    const row = 1 + rowOf(columns) * ell
    let [total, sign] = [0, 1]
    for (let j = 0; j < ell; j++) {
      if ((columns & (1 << j)) === 0) continue
      total += sign * given[row + j] * minors[columns ^ (1 << j)]
      sign = -sign
    }
    minors[columns] = total
  }
  for (let columns = last; columns > 0; columns--) {
    const row = rowOf(columns) * ell
    let sign = adjoints[columns]
    for (let j = 0; j < ell; j++) {
      if ((columns & (1 << j)) === 0) continue
      out[row + j] += sign * minors[columns ^ (1 << j)]
      adjoints[columns ^ (1 << j)] += sign * given[1 + row + j]
      sign = -sign
    }
  }
  return out
}
