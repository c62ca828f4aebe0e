import { dirname, join, relative } from 'node:path'
import type ts from 'typescript'

/** TypeScript's own way to write declarations where a program, as TypeDoc's, is not to be emitted. */
interface Emitting {
  emit(file: undefined, write: ts.WriteFileCallback, token: undefined, declarationsOnly: true, transformers: undefined, isForced: true): void
}

/** The declarations of a module and of what it imports, without comments, by their paths below the folder of the module. */
export function declarations(program: ts.Program, entry: string): { readonly [path: string]: string } {
  const folder = program.getCompilerOptions().outDir ?? dirname(join(program.getCurrentDirectory(), entry))
  const all = new Map<string, string>()
  const write = (path: string, text: string) => {
    if (path.endsWith('.d.ts')) all.set(relative(folder, path), withoutComments(text))
  }
  ;(program as Emitting).emit(undefined, write, undefined, true, undefined, true)
  const found: Record<string, string> = {}
  const take = (path: string) => {
    const text = all.get(path)
    if (text === undefined || path in found) return
    found[path] = text
    for (const [, to = ''] of text.matchAll(/(?:\bfrom|\bimport\() ?["'](\.[^"']+)\.ts["']/g)) take(`${join(dirname(path), to)}.d.ts`)
  }
  take('index.d.ts')
  return found
}

/** Comments of declarations are whole lines, or begin a line. */
export const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/\s*|^\s*\/\/.*\n/gm, '')
