export function isPromise(x: unknown): x is PromiseLike<unknown> {
  return (typeof x === 'object' || typeof x === 'function') && typeof (x as PromiseLike<unknown> | null)?.then === 'function'
}

/**
 * Takes note that nobody will wait for a promise, since it was refused: it rejects, most often because its function goes on with
 * values that have ended, and a rejection that nobody handles ends Node.
 */
export function letGo(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).catch(() => {})
}
