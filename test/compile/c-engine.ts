import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CFiles } from '../../src/compile/entries/c.ts'
import { numbersOf } from '../results.ts'

/** A call of a function in C: the numbers of its arguments and how many each result has. */
export interface Call {
  readonly name: string
  readonly args: readonly (readonly number[])[]
  readonly sizes: readonly number[]
}

/** What a call gives: its status, and the numbers of its results. */
export interface Answer {
  readonly status: number
  readonly results: number[][]
}

/** Whether there is a compiler. */
export function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The numbers of arguments, tensor by tensor, and how many each result has, as the header says. */
export function callOf(name: string, { source }: CFiles, args: readonly unknown[]): Call {
  const size = (which: string) => {
    const [, body] = new RegExp(`\\*${name}_sparsity_${which}\\(dualtape_int i\\) \\{([^}]*)\\}`).exec(source) as unknown as [string, string]
    return [...body.matchAll(/return (\w+);/g)].slice(0, -1).map(([, table]) => {
      const [, numbers] = new RegExp(`${table}\\[\\] = \\{([^}]*)\\}`).exec(source) as unknown as [string, string]
      const [rows, columns, ...rest] = numbers.split(', ').map(Number) as [number, number, ...number[]]
      return rest.length === 1 ? rows * columns : (rest[columns] as number)
    })
  }
  const numbers = numbersOf(args)
  let at = 0
  const parts = size('in').map(each => {
    at += each
    return numbers.slice(at - each, at)
  })
  if (at !== numbers.length) throw new Error(`${name} takes ${at} numbers of ${numbers.length}`)
  return { name, args: parts, sizes: size('out') }
}

const FLAGS = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic']

/** Compiles files, with a program that makes calls; `real` is what their numbers are. */
export function runC({ source, header }: CFiles, calls: readonly Call[], real: 'double' | 'float' = 'double', flags: readonly string[] = ['-O2']): Answer[] {
  const folder = mkdtempSync(join(tmpdir(), 'dualtape-c-'))
  try {
    writeFileSync(join(folder, 'functions.c'), source)
    writeFileSync(join(folder, 'functions.h'), header)
    writeFileSync(join(folder, 'main.c'), mainOf(calls, real))
    const cc = (...args: string[]) => {
      const { status, stderr } = spawnSync('cc', [...FLAGS, ...args], { cwd: folder, encoding: 'utf8' })
      if (status !== 0) throw new Error(`cc ${args.join(' ')}: ${stderr.slice(0, 4000)}`)
    }
    cc(...flags, '-c', 'functions.c')
    cc('-O0', '-c', 'main.c')
    cc('-o', 'main', 'main.o', 'functions.o', '-lm')
    const lines = execFileSync(join(folder, 'main'), { maxBuffer: 2 ** 28 })
      .toString()
      .trimEnd()
      .split('\n')
    let at = 0
    return calls.map(({ sizes }) => ({
      status: Number(lines[at++]),
      results: sizes.map(size => Array.from({ length: size }, () => fromBits(lines[at++] as string, real))),
    }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A number in C, to the last bit. */
function literal(x: number): string {
  if (Number.isNaN(x)) return 'NAN'
  if (!Number.isFinite(x)) return x > 0 ? 'INFINITY' : '-INFINITY'
  const text = String(Math.abs(x))
  return `${x < 0 || Object.is(x, -0) ? '-' : ''}${/[.e]/.test(text) ? text : `${text}.0`}`
}

function fromBits(hex: string, real: 'double' | 'float'): number {
  const bytes = Buffer.from(hex, 'hex')
  return real === 'double' ? bytes.readDoubleBE() : bytes.readFloatBE()
}

function mainOf(calls: readonly Call[], real: 'double' | 'float'): string {
  const made = calls.map(({ name, args, sizes }, k) => {
    const ins = args.map((numbers, i) => `  static const ${real} a${i}[] = {${numbers.length === 0 ? '0' : numbers.map(literal).join(', ')}};`)
    const outs = sizes.map((size, i) => `  static ${real} r${i}[${Math.max(size, 1)}];`)
    return [
      `static void call${k}(void) {`,
      ...ins,
      ...outs,
      `  static ${real} w[${name}_SZ_W + 1];`,
      `  const ${real} *arg[] = {${args.map((_, i) => `a${i}`).join(', ') || '0'}};`,
      `  ${real} *res[] = {${sizes.map((_, i) => `r${i}`).join(', ')}};`,
      // What is there from before must not count.
      `  for (int i = 0; i <= ${name}_SZ_W; i++) w[i] = NAN;`,
      `  printf("%d\\n", ${name}(arg, res, 0, w, 0));`,
      ...sizes.map((size, i) => `  for (int i = 0; i < ${size}; i++) bits(&r${i}[i]);`),
      '}',
    ].join('\n')
  })
  const type = real === 'double' ? 'uint64_t' : 'uint32_t'
  return `#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "functions.h"
static void bits(const ${real} *x) {
  ${type} b;
  memcpy(&b, x, sizeof b);
  for (int k = (int)sizeof b - 1; k >= 0; k--) printf("%02x", (unsigned)(b >> (8 * k)) & 255u);
  printf("\\n");
}
${made.join('\n')}
int main(void) {
${calls.map((_, k) => `  call${k}();`).join('\n')}
  return 0;
}
`
}
