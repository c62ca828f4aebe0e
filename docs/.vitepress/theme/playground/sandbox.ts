import type { Step } from '../walk.ts'
import type { Facts } from './facts.ts'
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
  time(): Promise<string>
  /** Ends it; what is waited for then fails with the reason. */
  stop(reason: string): void
}

let program: Promise<string> | undefined

/** Runs a function's code at a point. */
export function runApart(code: string, values: number[], names: string[]): Running {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  frame.hidden = true
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
    return checked((await ask({ code, values, names })).facts as Facts)
  })()
  return { facts, time: async () => String((await ask({ time: true })).timing), stop }
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
  return { ...facts, names: Array.from(facts.names, String), steps, source: facts.source === undefined ? undefined : String(facts.source) }
}
