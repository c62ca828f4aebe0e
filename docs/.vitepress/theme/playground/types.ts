import workerUrl from '../../cache/playground/types.js?url'

/** What is wrong with the types of a function, and where. */
export interface TypeProblem {
  readonly from: number
  readonly to: number
  readonly message: string
}

/** What may stand at a place. */
export interface Member {
  readonly label: string
  readonly type: string
}

/** TypeScript, in a worker of its own. */
export interface Types {
  problems(text: string): Promise<readonly TypeProblem[]>
  membersAt(text: string, at: number): Promise<readonly Member[]>
  close(): void
}

/** Starts TypeScript, a megabyte that only those load who write it. */
export function openTypes(): Types {
  const worker = new Worker(workerUrl)
  const waiting = new Map<number, (answer: never) => void>()
  let count = 0
  worker.onmessage = ({ data: { id, answer } }) => {
    waiting.get(id)?.(answer as never)
    waiting.delete(id)
  }
  const ask = <T>(question: { text: string; at?: number }) =>
    new Promise<T>(resolve => {
      waiting.set(++count, resolve)
      worker.postMessage({ id: count, ...question })
    })
  return { problems: text => ask({ text }), membersAt: (text, at) => ask({ text, at }), close: () => worker.terminate() }
}
