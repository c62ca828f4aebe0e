import { readFileSync } from 'node:fs'

/** An entry of the package: how it is imported, and where its source is, below src and without extension. */
export interface Entry {
  readonly specifier: string
  readonly source: string
}

/** The entries of the package that are modules. */
export function entries(): Entry[] {
  const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; exports: Record<string, string | { default: string }> }
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string' ? [] : [{ specifier: path.replace('.', name), source: target.default.replace('./dist/', '').replace('.js', '') }],
  )
}
