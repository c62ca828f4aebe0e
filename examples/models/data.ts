import { readFileSync } from 'node:fs'

/** A file of a data set that is an npm package. */
export function readPackaged(path: string): string {
  return readFileSync(new URL(`../../node_modules/${path}`, import.meta.url), 'utf8')
}
