import type { Step } from '../walk.ts'
import type { Facts, Matrix } from './facts.ts'
import type { Point } from './point.ts'
import type { Answers, Question } from './questions.ts'
import workerUrl from './worker.ts?worker&url'

/*
 * Code of a user runs in a worker, which can be ended, of a frame that has an origin of its own: it reaches neither the page nor
 * what the site has stored, and its content security policy, which the worker inherits, allows no address to be loaded or called.
 */

/** Seconds that code may run. */
const MOST_TIME = 5
const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:"
const FRAME = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}"><script>
onmessage = ({ data, ports: [port] }) => {
  const worker = new Worker(URL.createObjectURL(new Blob([data], { type: 'text/javascript' })))
  worker.onmessage = event => port.postMessage(event.data)
  worker.onerror = event => port.postMessage({ error: event.message })
  port.onmessage = event => worker.postMessage(event.data)
}
</script>`
const FORBIDDEN = 'This page may not run code from text (its content security policy forbids it). Formulas of mathjs work.'

/** Code that runs, and can be asked and ended. */
export interface Running {
  readonly facts: Promise<Facts>
  ask<K extends keyof Answers>(question: Question & { kind: K }): Promise<Answers[K]>
  /** Ends it; what is waited for then fails with the reason. */
  stop(reason: string): void
}

let program: Promise<string> | undefined

/** Runs a function's code at a point. */
export function runApart(code: string, point: Point): Running {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  // The theme shows frames as blocks, hidden or not.
  frame.style.display = 'none'
  frame.title = 'Code that runs apart from the page'
  const { port1: port, port2 } = new MessageChannel()
  let refuse: (error: Error) => void = () => undefined
  let loaded: (value?: unknown) => void = () => undefined
  let ended: Error | undefined
  const stop = (reason: string) => {
    ended ??= new Error(reason)
    refuse(ended)
    loaded()
    port.close()
    frame.remove()
  }
  const ask = (message: object) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      if (ended !== undefined) return reject(ended)
      const timer = setTimeout(() => stop(`The code ran for ${MOST_TIME} seconds and was ended.`), 1000 * MOST_TIME)
      refuse = error => {
        clearTimeout(timer)
        reject(error)
      }
      port.onmessage = ({ data }) => {
        clearTimeout(timer)
        if (typeof data !== 'object' || data === null) reject(new Error('The code gave no result.'))
        else if ('error' in data) reject(new Error(String(data.error)))
        else resolve(data)
      }
      port.postMessage(message)
    })
  const facts = (async () => {
    program ??= fetch(workerUrl).then(response => response.text())
    const text = await program
    if (ended !== undefined) throw ended
    if (isForbidden()) throw new Error(FORBIDDEN)
    frame.srcdoc = FRAME
    await new Promise(resolve => {
      loaded = resolve
      frame.addEventListener('load', resolve, { once: true })
      document.body.append(frame)
    })
    if (ended !== undefined) throw ended
    frame.contentWindow?.postMessage(text, '*', [port2])
    return checked(
      (await ask({ code, point: { names: [...point.names], values: point.values.map(each => (Array.isArray(each) ? [...each] : each)) } })).facts as Facts,
    )
  })()
  /** One question after the other: there is one port. */
  let before: Promise<unknown> = facts
  const later = <K extends keyof Answers>(question: Question & { kind: K }): Promise<Answers[K]> => {
    const answered = before.then(async () => numbered((await ask({ question })).answer) as Answers[K])
    before = answered.catch(() => undefined)
    return answered
  }
  return { facts, ask: later, stop }
}

/** Whether the page's own policy, which frames in it have as well, forbids code from text. */
export function isForbidden(): boolean {
  try {
    new Function('')
    return false
  } catch {
    return true
  }
}

/** What comes out of the frame may be anything: names, numbers and texts are made to be such. */
function checked(facts: Facts): Facts {
  const text = (x: unknown) => String(x).replace(/[^\w.+\- ]/g, '?')
  const number = (x: unknown) => (x === undefined ? undefined : Number(x))
  const steps = facts.steps?.map(
    (step): Step => ({
      id: Number(step.id),
      op: text(step.op),
      label: text(step.label),
      inputs: Array.from(step.inputs, Number),
      primal: number(step.primal),
      tangent: number(step.tangent),
      adjoint: number(step.adjoint),
    }),
  )
  const list = (x: unknown) => (x === undefined ? undefined : Float64Array.from(x as ArrayLike<number>, Number))
  const matrix = ({ rows, columns, rowPointers, indices, values }: Matrix): Matrix => ({
    rows: Number(rows),
    columns: Number(columns),
    rowPointers: list(rowPointers)!,
    indices: list(indices)!,
    values: list(values)!,
  })
  return {
    value: numbered(facts.value),
    names: Array.from(facts.names, String),
    inputs: Number(facts.inputs),
    outputs: Number(facts.outputs),
    isScalar: facts.isScalar === true,
    ...(facts.matrix && { matrix: matrix(facts.matrix) }),
    ...(facts.plan && {
      plan: {
        text: String(facts.plan.text),
        mode: String(facts.plan.mode),
        alternatives: Array.from(facts.plan.alternatives, ({ mode, passes, multiplications, cost, why }) => ({
          mode: String(mode),
          passes: Number(passes),
          multiplications: Number(multiplications),
          cost: Number(cost),
          why: String(why),
        })),
      },
    }),
    coloring: { columns: list(facts.coloring?.columns), rows: list(facts.coloring?.rows) },
    steps,
    listing: String(facts.listing ?? ''),
    source: facts.source === undefined ? undefined : String(facts.source),
  }
}

/** Plain data of numbers and short texts, whatever was given. */
function numbered(x: unknown, depth = 0): unknown {
  if (typeof x === 'number' || x === undefined) return x
  if (typeof x === 'string') return x.slice(0, 100)
  if (Array.isArray(x)) return x.map(each => numbered(each, depth + 1))
  if (typeof x === 'object' && x !== null && depth < 5) return Object.fromEntries(Object.entries(x).map(([key, each]) => [key, numbered(each, depth + 1)]))
  return Number(x)
}
