import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** The layers from the bottom up: a file imports from its own folder and from lower layers, never sideways. */
const LAYERS = [
  ['core'],
  ['wasm'],
  ['ops'],
  ['forward', 'reverse', 'batch'],
  ['imperative', 'graph', 'compile', 'jacobian'],
  ['random'],
  ['mathjs', 'testing', 'optim', 'solve', 'nn', 'plugin', 'export'],
  ['cli', 'register'],
]

/** Imports between folders of one layer that DESIGN allows: what users call may build on each other. */
const ALLOWED_SIDEWAYS = [
  ['compile', 'graph'],
  ['optim', 'solve'],
]

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
const imports = files.flatMap(file =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/from '(\.[^']*)'|import\('(\.[^']*)'\)/g)].map(match => {
    const target = relative(src, join(src, dirname(file), (match[1] ?? match[2]) as string))
    return { file, from: folderOf(file), to: folderOf(target) }
  }),
)

function folderOf(file: string): string {
  const [first, second] = file.split('/')
  return second === undefined ? '' : (first as string)
}

function layerOf(folder: string): number {
  return LAYERS.findIndex(layer => layer.includes(folder))
}

describe('the layers of src', () => {
  it('are all known', () => {
    expect(imports.length).toBeGreaterThan(100)
    const folders = new Set(files.map(folderOf).filter(folder => folder !== ''))
    expect([...folders].filter(folder => layerOf(folder) < 0)).toEqual([])
  })

  it('import downwards only, and never sideways', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (from === '' || from === to) return false
      return layerOf(to) >= layerOf(from) && !ALLOWED_SIDEWAYS.some(pair => pair[0] === from && pair[1] === to)
    })
    expect(wrong.map(({ file, to }) => `${file} imports from ${to}`)).toEqual([])
  })

  it('name no operator in an interpreter but those of the linear algebra of tangents', () => {
    const allowed = ['kinds', 'pick.ts', 'sections.ts', 'movement.ts', 'arithmetic.ts', 'shape.ts', 'define.ts', 'casts.ts']
    const wrong = files
      .filter(file => ['forward', 'reverse'].includes(folderOf(file)))
      .flatMap(file => [...readFileSync(join(src, file), 'utf8').matchAll(/from '\.\.\/ops\/([^'/]*)/g)].map(match => [file, match[1] as string]))
      .filter(([, target]) => !allowed.includes(target as string))
    expect(wrong).toEqual([])
  })

  it('import in no circle, in a folder as between them', () => {
    const edges = new Map(files.map(file => [file, valuesFrom(file)]))
    /** A way from a file back to it, along imports of values. */
    const circle = (file: string): string[] | undefined => {
      const queue = (edges.get(file) ?? []).map(next => [file, next])
      const seen = new Set<string>()
      for (const path of queue) {
        const last = path.at(-1) as string
        if (last === file) return path
        if (seen.has(last)) continue
        seen.add(last)
        queue.push(...(edges.get(last) ?? []).map(next => [...path, next]))
      }
      return undefined
    }
    expect([...edges.values()].flat().length).toBeGreaterThan(500)
    expect(files.flatMap(file => circle(file)?.join(' → ') ?? [])).toEqual([])
  })
})

/** The files that a file imports values from when it is loaded: types alone leave nothing in the code. */
function valuesFrom(file: string): string[] {
  const statements = readFileSync(join(src, file), 'utf8').matchAll(/^(?:import|export) (?!type\b)([^;']*?)\s*from '(\.[^']*)'/gm)
  return [...statements].flatMap(([, what, target]) => {
    const names = /^\{([\s\S]*)\}$/
      .exec(what as string)?.[1]
      ?.split(',')
      .map(name => name.trim())
    const isOfTypes = names?.every(name => name === '' || name.startsWith('type ')) === true
    return isOfTypes ? [] : [relative(src, join(src, dirname(file), target as string))]
  })
}
