/*
 * Measures one case of the suite: every contestant computes the same derivative, which is compared with the one by hand before anything is timed;
 * then all run in turn, round after round, so that a slower minute of the machine falls on all of them alike. One of them runs twice in each
 * round: by how much those two differ is the noise.
 */
import { median } from '../harness.mjs'

/** How long and how often: a look, and what is stored. */
export const QUICK = { rounds: 3, seconds: 0.015, warmUp: 0.05, longest: 500 }
export const FULL = { rounds: 7, seconds: 0.08, warmUp: 0.6, longest: 20_000 }
export const GATE = { rounds: 7, seconds: 0.25, warmUp: 0.5, longest: 20_000 }

/** So long is a sample at least, in nanoseconds: processor time has a grain of a thousand. */
const SAMPLE = 4e5

/** All numbers of a result, in order. */
export function numbersOf(x) {
  if (typeof x === 'number') return [x]
  if (ArrayBuffer.isView(x)) return x
  if (x.values !== undefined && x.rowPointers !== undefined) return x.values
  return x.data === undefined ? Object.values(x).flatMap(each => [...numbersOf(each)]) : x.data
}

/** Throws where a number differs by more than a part of itself, or of the largest where it is less than a millionth of that. */
export function agree(what, found, wanted, tolerance = 1e-8) {
  const largest = wanted.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  const least = tolerance < 1e-6 ? 1e-6 : 1
  const isFar = (each, i) => !(Math.abs(found[i] - each) <= tolerance * Math.max(Math.abs(each), least * largest))
  const wrong = wanted.findIndex(isFar)
  if (found.length !== wanted.length) throw new Error(`${what}: ${found.length} numbers, by hand ${wanted.length}`)
  if (wrong >= 0) throw new Error(`${what}: entry ${wrong} of ${wanted.length} is ${found[wrong]}, by hand ${wanted[wrong]}`)
}

/**
 * Nanoseconds on the clock or of the processor, whichever are fewer: on a busy machine the clock goes on while others run, and helper threads (of the
 * garbage collector, say) make processor time longer than it.
 */
function since(start, before) {
  const [clock, { user, system }] = [performance.now() - start, process.cpuUsage(before)]
  return Math.min(1e6 * clock, 1e3 * (user + system) || Number.POSITIVE_INFINITY)
}

/** Nanoseconds of a call, the mean of so many. */
export function timeOf(run, calls = 1) {
  const [start, before] = [performance.now(), process.cpuUsage()]
  for (let i = 0; i < calls; i++) run()
  return since(start, before) / calls
}

/** The shortest time of a call in nanoseconds; short calls are timed many at once. */
function shortest({ run, calls }, seconds) {
  const end = performance.now() + 1000 * seconds
  let best = Number.POSITIVE_INFINITY
  do best = Math.min(best, timeOf(run, calls))
  while (performance.now() < end)
  return best
}

/** A contestant of this process, made and warm, with the time of its first call in milliseconds, its making included. */
async function prepared(make, effort) {
  const [start, before] = [performance.now(), process.cpuUsage()]
  const made = await make()
  const { run, numbers = numbersOf, tolerance } = typeof made === 'function' ? { run: made } : made
  const result = run()
  const first = since(start, before) / 1e6
  const found = numbers(result)
  // A second call of what takes seconds would be for nothing.
  let once = first > 5000 ? 1e6 * first : timeOf(run)
  const end = performance.now() + 1000 * effort.warmUp
  while (performance.now() < end && once * 1e-6 < effort.longest) once = timeOf(run, Math.max(1, Math.floor(SAMPLE / once)))
  return { run, found, first, tolerance, calls: Math.max(1, Math.floor(SAMPLE / once)), once }
}

/** A program of its own, which warms up itself. */
async function preparedNative(program) {
  const start = performance.now()
  const once = program.time(0)
  return { program, found: program.result(), tolerance: program.tolerance, first: performance.now() - start, once }
}

/**
 * The times in nanoseconds of all contestants of a case by their names, those of first calls in milliseconds, and `noise`. A contestant that throws is
 * an error of the suite, unless it is one of `absent`.
 */
export async function measured(
  { group, name, size, contestants, reference, noisy, isQuick, keepsNumbers, rounds, ...rest },
  effort,
  only = Object.keys(contestants),
) {
  const what = [group, name, size].filter(Boolean).join(', ')
  const runs = {}
  for (const key of Object.keys(contestants).filter(each => each === reference || only.includes(each))) {
    const contestant = contestants[key]
    if (contestant === undefined) continue
    try {
      runs[key] = contestant.time === undefined ? await prepared(contestant, effort) : await preparedNative(contestant)
    } catch (error) {
      throw new Error(`${what}: ${key} fails: ${error.message}`, { cause: error })
    }
    if (reference !== undefined) agree(`${what}: ${key}`, runs[key].found, runs[reference].found, runs[key].tolerance)
  }
  const measuredKeys = Object.keys(runs).filter(key => only.includes(key))
  const samples = Object.fromEntries(measuredKeys.map(key => [key, []]))
  const differences = []
  const sample = key => (runs[key].program === undefined ? shortest(runs[key], effort.seconds) : runs[key].program.time(effort.seconds))
  for (let round = 0; round < Math.min(rounds ?? effort.rounds, effort.rounds); round++) {
    for (const key of measuredKeys) {
      // What takes seconds is run a few times at most.
      if (round > 0 && runs[key].once * 1e-6 * (round + 1) > effort.longest / 5) continue
      const time = sample(key)
      samples[key].push(key === noisy ? Math.min(time, recorded(differences, time, sample(key))) : time)
    }
  }
  const each = read => Object.fromEntries(measuredKeys.map(key => [key, read(key)]))
  return {
    ...{ group, name, size, ...rest },
    ...(keepsNumbers && { numbers: each(key => runs[key].found) }),
    times: each(key => median(samples[key])),
    first: each(key => runs[key].first),
    noise: differences.length === 0 ? undefined : median(differences),
  }
}

function recorded(differences, one, other) {
  differences.push(Math.abs(Math.log(one / other)))
  return other
}
