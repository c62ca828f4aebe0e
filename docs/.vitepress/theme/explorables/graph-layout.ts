import { instance } from '@viz-js/viz'

/** Where the vertices of a graph stand, in pixels from the left and the top. */
export interface Layout {
  width: number
  height: number
  places: { x: number; y: number }[]
}

/** Graphviz' layout of a graph whose vertices are numbered from 0: from left to right, or from the top, with ranks so many inches apart. */
export async function layout(
  count: number,
  edges: readonly (readonly [number, number])[],
  size: readonly [number, number],
  rank: 'LR' | 'TB',
  gap = 0.65,
): Promise<Layout> {
  const viz = await instance()
  const [width, height] = size.map(each => each / 72)
  const vertices = Array.from({ length: count }, (_, i) => `n${i} [label=""]`).join('\n')
  const text = `digraph { rankdir=${rank} nodesep=0.3 ranksep=${gap} node [shape=box fixedsize=true width=${width} height=${height}]\n${vertices}\n${edges.map(([a, b]) => `n${a} -> n${b}`).join('\n')} }`
  const { bb, objects } = viz.renderJSON(text) as { bb: string; objects: { name: string; pos: string }[] }
  const [, , right, top] = bb.split(',').map(Number) as [number, number, number, number]
  const places: Layout['places'] = []
  for (const { name, pos } of objects) {
    const [x, y] = pos.split(',').map(Number) as [number, number]
    places[Number(name.slice(1))] = { x, y: top - y }
  }
  return { width: right, height: top, places }
}

/** A line from one box to another that ends at its border. */
export function edgeBetween(from: { x: number; y: number }, to: { x: number; y: number }, size: readonly [number, number]): string {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const cut = (gap: number) => Math.min((size[0] / 2 + gap) / (Math.abs(dx) || 1e-9), (size[1] / 2 + gap) / (Math.abs(dy) || 1e-9), 0.45)
  const [a, b] = [cut(1), cut(7)]
  return `M${(from.x + a * dx).toFixed(1)} ${(from.y + a * dy).toFixed(1)}L${(to.x - b * dx).toFixed(1)} ${(to.y - b * dy).toFixed(1)}`
}
