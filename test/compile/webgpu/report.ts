/** Hands what a page has found to the test that opened it. */
export async function report(run: () => Promise<unknown>): Promise<void> {
  let result: unknown
  try {
    result = await run()
  } catch (error) {
    result = { error: String(error instanceof Error ? error.stack : error) }
  }
  const body = JSON.stringify(result, (_, each) => (typeof each === 'number' && !Number.isFinite(each) ? String(each) : each))
  await fetch('/', { method: 'POST', body })
}
