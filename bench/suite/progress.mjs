/** A bar that is rewritten in place while a person watches, and nothing otherwise. */
export function progress(count, stream = process.stderr) {
  if (!stream.isTTY) return { show: () => {}, done: () => {} }
  const width = 24
  let done = 0
  return {
    show(text) {
      const full = Math.round((width * done) / count)
      const room = Math.max(0, (stream.columns ?? 80) - width - 12)
      stream.write(`\r\u001b[K${'█'.repeat(full)}${'░'.repeat(width - full)} ${done}/${count} ${text.slice(0, room)}`)
      done++
    },
    done: () => stream.write('\r\u001b[K'),
  }
}
