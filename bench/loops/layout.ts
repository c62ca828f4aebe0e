import { add, maximum, mul, sqrt, square, sub } from '../../src/index.ts'
import { type LoopProgram, list, numbers, plain } from './program.ts'

/** A page of so many discs with labels. What is asked of it comes in no order. */
interface Page {
  radii: number[]
  half: number
  terms: readonly { kind: 'repel' | 'contain' | 'label' | 'align'; i: number; j: number }[]
}

const GAP = 2

/** Two for each disc, (x, y), then the same for labels. */
const repel = (x: number[], { radii }: Page, i: number, j: number) => {
  const dx = sub(x[2 * i]!, x[2 * j]!)
  const dy = sub(x[2 * i + 1]!, x[2 * j + 1]!)
  const distance = sqrt(add(add(square(dx), square(dy)), 1e-6))
  return square(maximum(0, sub(radii[i]! + radii[j]! + GAP, distance)))
}
const contain = (x: number[], { radii, half }: Page, i: number) => {
  const room = half - radii[i]!
  const outside = (c: number) => add(square(maximum(0, sub(c, room))), square(maximum(0, sub(-room, c))))
  return add(outside(x[2 * i]!), outside(x[2 * i + 1]!))
}
const label = (x: number[], { radii }: Page, i: number) => {
  const at = 2 * (radii.length + i)
  const dx = sub(x[at]!, x[2 * i]!)
  const dy = sub(sub(x[at + 1]!, x[2 * i + 1]!), radii[i]!)
  return mul(0.5, add(square(dx), square(dy)))
}
const align = (x: number[], i: number, j: number) => mul(0.1, square(sub(x[2 * i + 1]!, x[2 * j + 1]!)))

const energy =
  (page: Page) =>
  (x: number[]): number => {
    let total = 0
    for (const { kind, i, j } of page.terms) {
      if (kind === 'repel') total = add(total, repel(x, page, i, j))
      else if (kind === 'contain') total = add(total, contain(x, page, i))
      else if (kind === 'label') total = add(total, label(x, page, i))
      else total = add(total, align(x, i, j))
    }
    return total
  }

/** Terms of one kind after the other. */
const byHand = ({ radii, half, terms }: Page) => {
  const places = (kind: string) => Int32Array.from(terms.filter(each => each.kind === kind).flatMap(({ i, j }) => [i, j]))
  const [pairs, rowsOf] = [places('repel'), places('align')]
  const n = radii.length
  const r = new Float64Array(radii)
  return (point: number[]): number[] => {
    const x = new Float64Array(point)
    const g = new Float64Array(4 * n)
    for (let k = 0; k < pairs.length; k += 2) {
      const [i, j] = [pairs[k]!, pairs[k + 1]!]
      const dx = x[2 * i]! - x[2 * j]!
      const dy = x[2 * i + 1]! - x[2 * j + 1]!
      const distance = Math.sqrt(dx * dx + dy * dy + 1e-6)
      const overlap = r[i]! + r[j]! + GAP - distance
      if (overlap > 0) {
        const slope = (-2 * overlap) / distance
        g[2 * i] = g[2 * i]! + slope * dx
        g[2 * i + 1] = g[2 * i + 1]! + slope * dy
        g[2 * j] = g[2 * j]! - slope * dx
        g[2 * j + 1] = g[2 * j + 1]! - slope * dy
      }
    }
    for (let i = 0; i < n; i++) {
      const room = half - r[i]!
      for (let k = 2 * i; k < 2 * i + 2; k++) {
        if (x[k]! > room) g[k] = g[k]! + 2 * (x[k]! - room)
        if (x[k]! < -room) g[k] = g[k]! + 2 * (x[k]! + room)
      }
      const dx = x[2 * (n + i)]! - x[2 * i]!
      const dy = x[2 * (n + i) + 1]! - x[2 * i + 1]! - r[i]!
      g[2 * (n + i)] = dx
      g[2 * (n + i) + 1] = dy
      g[2 * i] = g[2 * i]! - dx
      g[2 * i + 1] = g[2 * i + 1]! - dy
    }
    for (let k = 0; k < rowsOf.length; k += 2) {
      const [i, j] = [2 * rowsOf[k]! + 1, 2 * rowsOf[k + 1]! + 1]
      const pull = 0.2 * (x[i]! - x[j]!)
      g[i] = g[i]! + pull
      g[j] = g[j]! - pull
    }
    return plain(g)
  }
}

function pageOf(discs: number): Page {
  const random = numbers(discs)
  const radii = list(discs, () => 3 + 7 * random())
  const terms: { kind: 'repel' | 'contain' | 'label' | 'align'; i: number; j: number }[] = []
  for (let i = 0; i < discs; i++) {
    for (let j = 0; j < i; j++) terms.push({ kind: 'repel', i, j })
    terms.push({ kind: 'contain', i, j: i }, { kind: 'label', i, j: i })
    if (i > 0) terms.push({ kind: 'align', i, j: Math.floor(i * random()) })
  }
  for (let k = terms.length - 1; k > 0; k--) {
    const other = Math.floor((k + 1) * random())
    const swapped = terms[k]!
    terms[k] = terms[other]!
    terms[other] = swapped
  }
  return { radii, half: 9 * Math.sqrt(discs), terms }
}

/** A layout of so many discs with labels: repulsion of pairs, containment, labels at their discs, alignment, in no order. */
export const diagramLayout: LoopProgram = {
  name: 'layout of discs',
  sizes: [30, 200],
  operations: discs => 5.5 * discs ** 2,
  of: discs => {
    const page = pageOf(discs)
    const random = numbers(discs + 1)
    return { f: energy(page), byHand: byHand(page), x: list(4 * discs, () => 2.2 * page.half * (random() - 0.5)) }
  },
}
