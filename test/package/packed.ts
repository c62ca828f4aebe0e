import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/*
 * The package as users get it: built, packed and unpacked. Nothing is downloaded. It is made once for one state of the sources, in
 * the folder for temporary files, since several tests need it.
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** What the package is made of. */
const SOURCES = [
  'src',
  'scripts/build.ts',
  'scripts/pure.ts',
  'scripts/sources.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
]

/** The folder of the unpacked package. */
export async function packed(): Promise<string> {
  const folder = join(tmpdir(), `dualtape-packed-${hashOf(SOURCES)}`)
  if (!existsSync(folder)) await make(folder)
  return join(folder, 'package')
}

async function make(folder: string): Promise<void> {
  const staging = mkdtempSync(join(tmpdir(), 'dualtape-staging-'))
  await run(process.execPath, ['--import', 'tsx', 'scripts/build.ts', join(staging, 'dist')], { cwd: root })
  for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(root, file), join(staging, file))
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--offline', '--silent'], { cwd: staging, shell: process.platform === 'win32' })
  const unpacked = join(staging, 'unpacked')
  mkdirSync(unpacked)
  await run('tar', ['-xzf', join(staging, stdout.trim()), '-C', unpacked])
  try {
    renameSync(unpacked, folder)
  } catch (error) {
    // Another test has been faster.
    if (!existsSync(folder)) throw error
  }
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) {
    const files = path === 'src' ? readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }).map(file => join(path, file)) : [path]
    for (const file of files.filter(each => /\.\w+$/.test(each)).sort())
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(join(root, file)))
        .update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}

/**
 * A fresh folder with a package.json as `npm init` writes it, in which dualtape is installed with its dependencies, and those
 * packages of this repository that are named.
 */
export async function project(files: Readonly<Record<string, string>> = {}, peers: readonly string[] = []): Promise<string> {
  const from = await packed()
  const folder = mkdtempSync(join(tmpdir(), 'dualtape-project-'))
  const modules = join(folder, 'node_modules')
  cpSync(from, join(modules, 'dualtape'), { recursive: true })
  const { bin, dependencies } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Record<'bin' | 'dependencies', Record<string, string>>
  mkdirSync(join(modules, '.bin'))
  for (const [name, file] of Object.entries(bin)) symlinkSync(join('..', 'dualtape', file), join(modules, '.bin', name))
  for (const peer of [...Object.keys(dependencies), ...peers]) {
    mkdirSync(dirname(join(modules, peer)), { recursive: true })
    symlinkSync(join(root, 'node_modules', peer), join(modules, peer))
  }
  for (const [name, text] of Object.entries({ 'package.json': '{ "name": "project", "version": "1.0.0", "type": "commonjs" }\n', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** What a command prints, and its exit status. */
export interface Outcome {
  status: number
  stdout: string
  stderr: string
}

/** Runs a command line of the shell in a project, where the programs of its packages are known by name. */
export function shell(folder: string, command: string, environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const path = [join(folder, 'node_modules', '.bin'), dirname(process.execPath), process.env.PATH].join(':')
  return new Promise(resolve => {
    const env = { ...process.env, PATH: path, ...environment }
    execFile('sh', ['-c', command], { cwd: folder, env, encoding: 'utf8', maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

/** Runs the command line of the package in a project. */
export function dualtape(folder: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return shell(folder, ['dualtape', ...args.map(quoted)].join(' '), environment)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
