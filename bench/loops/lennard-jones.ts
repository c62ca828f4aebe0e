import { add, div, mul, sub } from '../../src/index.ts'
import type { LoopProgram } from './program.ts'

/** The energy of particles at (x[3i], x[3i + 1], x[3i + 2]): over all pairs, 4 (r⁻¹² − r⁻⁶). */
function energy(x: Float64Array): number {
  let total = 0
  for (let i = 0; i < x.length; i += 3) {
    for (let j = 0; j < i; j += 3) {
      const dx = sub(x[i]!, x[j]!)
      const dy = sub(x[i + 1]!, x[j + 1]!)
      const dz = sub(x[i + 2]!, x[j + 2]!)
      const inverse = div(1, add(add(mul(dx, dx), mul(dy, dy)), mul(dz, dz)))
      const sixth = mul(mul(inverse, inverse), inverse)
      total = add(total, mul(4, sub(mul(sixth, sixth), sixth)))
    }
  }
  return total
}

function byHand(x: Float64Array): Float64Array {
  const g = new Float64Array(x.length)
  for (let i = 0; i < x.length; i += 3) {
    const [xi, yi, zi] = [x[i]!, x[i + 1]!, x[i + 2]!]
    let [gx, gy, gz] = [0, 0, 0]
    for (let j = 0; j < i; j += 3) {
      const dx = xi - x[j]!
      const dy = yi - x[j + 1]!
      const dz = zi - x[j + 2]!
      const inverse = 1 / (dx * dx + dy * dy + dz * dz)
      const sixth = inverse * inverse * inverse
      const slope = 24 * sixth * (1 - 2 * sixth) * inverse
      gx += slope * dx
      gy += slope * dy
      gz += slope * dz
      g[j] = g[j]! - slope * dx
      g[j + 1] = g[j + 1]! - slope * dy
      g[j + 2] = g[j + 2]! - slope * dz
    }
    g[i] = gx
    g[i + 1] = gy
    g[i + 2] = gz
  }
  return g
}

/** On a cubic lattice, a little out of place. */
function particles(count: number): Float64Array {
  const side = Math.ceil(Math.cbrt(count))
  const x = new Float64Array(3 * count)
  for (let i = 0; i < count; i++) {
    const place = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)]
    place.forEach((each, k) => {
      x[3 * i + k] = 1.1 * each + 0.1 * Math.sin(7 * i + k)
    })
  }
  return x
}

/** The Lennard-Jones energy of so many particles. */
export const lennardJones: LoopProgram = {
  name: 'Lennard-Jones',
  sizes: [40, 200],
  operations: count => 7.5 * count ** 2,
  of: count => ({ f: energy, byHand, x: particles(count) }),
}
