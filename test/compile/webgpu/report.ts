/** A result as text, with the numbers that JSON has none for. */
function textOf(result: unknown): string {
  return JSON.stringify(result, (_, each) => (typeof each === 'number' && !Number.isFinite(each) ? String(each) : each))
}

/** Hands what a page has found to the test that opened it. */
export async function report(run: () => Promise<unknown>): Promise<void> {
  let result: unknown
  try {
    result = await run()
  } catch (error) {
    result = { error: String(error instanceof Error ? error.stack : error) }
  }
  await fetch('/', { method: 'POST', body: textOf(result) })
}

/** Tells what opened the page how far it is. */
export async function progress(found: unknown): Promise<void> {
  await fetch('/progress', { method: 'POST', body: textOf(found) })
}
