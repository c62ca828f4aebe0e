/*
 * GradBench's protocol: what a message of an eval is answered with. Per module of an eval there is a file of its name in evals, whose exports
 * prepare one function each for an input: data are converted, `run` is what is timed, and `output` makes JSON of its result.
 */
import { readFileSync } from 'node:fs'

const evals = readFileSync(new URL('evals.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')

/** The answer to a message, which is never an error that is thrown. */
export async function answer(message) {
  const { id, kind } = message
  if (kind === 'start') return { id, tool: 'dualtape' }
  if (kind !== 'define' && kind !== 'evaluate') return { id }
  try {
    const functions = await moduleOf(message.module)
    return { id, success: true, ...(kind === 'evaluate' && evaluated(functions, message)) }
  } catch (error) {
    return { id, success: false, error: error.stack ?? String(error) }
  }
}

async function moduleOf(name) {
  if (!evals.includes(name)) throw new Error(`There is no module ${name}. Modules: ${evals.join(', ')}.`)
  return import(`./evals/${name}.mjs`)
}

/** Derivatives are compiled when they are called first: that call is a timing of its own, and not one of the runs. */
function evaluated(functions, { module, function: name, input }) {
  if (!Object.hasOwn(functions, name)) throw new Error(`${module} has no function ${name}. Functions: ${Object.keys(functions).sort().join(', ')}.`)
  const { run, output = result => result } = functions[name](input)
  const [, first] = timed(run, 'compile')
  const [result, timings] = repeated(run, input)
  return { output: output(result), timings: [first, ...timings] }
}

function timed(run, name) {
  const start = process.hrtime.bigint()
  const result = run()
  return [result, { name, nanoseconds: Number(process.hrtime.bigint() - start) }]
}

/** Runs so often, and so long, as the input asks for; an input that does not ask is run once. */
function repeated(run, { min_runs: minRuns = 1, min_seconds: minSeconds = 0 }) {
  const timings = []
  let elapsed = 0
  let result
  do {
    const [value, timing] = timed(run, 'evaluate')
    result = value
    timings.push(timing)
    elapsed += timing.nanoseconds
  } while (timings.length < minRuns || elapsed < minSeconds * 1e9)
  return [result, timings]
}
