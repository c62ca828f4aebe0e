#!/usr/bin/env node
import { Console } from 'node:console'
import { readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { messageOf } from './failure.ts'
import { type CommandLine, readCommandLine, USAGE, UsageError } from './usage.ts'

/** Runs one command line; gives the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(readCommandLine(args))
  } catch (error) {
    return fail(error)
  }
}

async function run({ command, text, options }: CommandLine): Promise<number> {
  if (command === undefined) {
    process.stdout.write(options.version === true ? `${version()}\n` : `${USAGE}\n`)
    return options.version === true || options.help === true ? 0 : 2
  }
  // What differentiates is loaded when it is needed.
  const { runCommand } = await import('./commands.ts')
  return apart(() => runCommand(command, text, options))
}

/** What a user's file prints while a command runs goes to stderr: stdout holds the command's result alone, which others read. */
async function apart<T>(run: () => Promise<T>): Promise<T> {
  const own = globalThis.console
  globalThis.console = new Console(process.stderr)
  try {
    return await run()
  } finally {
    globalThis.console = own
  }
}

/** Says what went wrong, in one message; gives the exit status. */
function fail(error: unknown): number {
  const usage = error instanceof UsageError
  process.stderr.write(`dualtape: ${messageOf(error)}\n${usage ? 'dualtape --help shows how to call it.\n' : ''}`)
  if (/(^|,)dualtape(,|$)/.test(process.env.DEBUG ?? '') && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return usage ? 2 : 1
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}

/** How Node ends where nothing is left to do, and a top-level await is not done. */
const UNSETTLED = 13

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  let ended = false
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Who reads has seen enough, as head has.
      if (error.code !== 'EPIPE') throw error
      ended = true
      process.exit(0)
    })
  }
  // What a user's file does later, or in a promise of its own.
  process.on('uncaughtException', error => process.exit(fail(error)))
  process.on('exit', code => {
    if (ended || (code !== 0 && code !== UNSETTLED)) return
    process.stderr.write('dualtape: the process ended before the command did: a file that it reads calls process.exit, or awaits what never comes.\n')
    process.exitCode = 1
  })
  process.exitCode = await main(process.argv.slice(2))
  ended = true
}
