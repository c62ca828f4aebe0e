import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { vi } from 'vitest'
import type { Outcome } from '../package/packed.ts'

/** What a command that runs in this process writes, and how it ends. */
export async function written(run: () => Promise<number>): Promise<Outcome> {
  const texts = { stdout: '', stderr: '' }
  const writers = (['stdout', 'stderr'] as const).map(name =>
    vi.spyOn(process[name], 'write').mockImplementation(text => {
      texts[name] += text
      return true
    }),
  )
  try {
    return { status: await run(), ...texts }
  } finally {
    for (const each of writers) each.mockRestore()
  }
}

/** A command of the package that is installed in a folder, in this process. */
export async function calledIn(folder: string, ...args: string[]): Promise<Outcome> {
  const { main } = (await import(pathToFileURL(join(folder, 'node_modules/dualtape/dist/cli/main.js')).href)) as { main: (args: string[]) => Promise<number> }
  const outer = process.cwd()
  process.chdir(folder)
  try {
    return await written(() => main(args))
  } finally {
    process.chdir(outer)
  }
}
