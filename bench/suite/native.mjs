import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FLAGS = { adolc: ['-ladolc'] }

let folder
const built = new Map()

/** A program of bench/native, compiled once; undefined where there is no compiler, or no ADOL-C. */
function programOf(name) {
  if (!built.has(name)) {
    folder ??= mkdtempSync(join(tmpdir(), 'dualtape-bench-'))
    const program = join(folder, name)
    const source = fileURLToPath(new URL(`../native/${name}.cpp`, import.meta.url))
    const { status } = spawnSync('g++', ['-O3', '-march=native', '-o', program, source, ...(FLAGS[name] ?? [])])
    built.set(name, status === 0 ? program : undefined)
  }
  return built.get(name)
}

/**
 * A derivative of a program of bench/native at numbers: `time(seconds)` gives the shortest time of a call in nanoseconds, and `result()` what the
 * last call computed. Undefined where the program cannot be compiled here.
 */
export function native(program, name, numbers) {
  const path = programOf(program)
  if (path === undefined) return undefined
  const [input, output] = ['input', 'output'].map(file => join(folder, file))
  return {
    time(seconds) {
      writeFileSync(input, Float64Array.from(numbers))
      return Number(execFileSync(path, [name, input, output, String(seconds)], { cwd: folder }))
    },
    result: () => new Float64Array(Uint8Array.from(readFileSync(output)).buffer),
  }
}

/** Removes the programs. */
export function closeNative() {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  folder = undefined
  built.clear()
}
