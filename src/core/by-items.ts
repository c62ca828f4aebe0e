/** Errors of what has to see numbers, and so cannot be computed for all items of a batch at once, but for one after the other. */
const errors = new WeakSet<object>()

/** Marks an error: `vmap` goes item by item where it is thrown. */
export function forItems<E extends object>(error: E): E {
  errors.add(error)
  return error
}

export function isForItems(error: unknown): boolean {
  return typeof error === 'object' && error !== null && errors.has(error)
}
