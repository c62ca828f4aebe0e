/** Lines of the compiled function, without those that check its arguments, and which of them are in its longest loop. */
export function markHotLoop(source: string): { text: string; hot: boolean }[] {
  const lines = source.slice(Math.max(0, source.search(/function compiled(_\d+)?\(/))).split('\n')
  let [from, to] = [0, 0]
  lines.forEach((line, start) => {
    if (!/^\s*(for|while) \(/.test(line)) return
    let depth = 0
    for (let end = start; end < lines.length; end++) {
      for (const each of lines[end]!) depth += each === '{' ? 1 : each === '}' ? -1 : 0
      if (depth > 0) continue
      if (end + 1 - start > to - from) [from, to] = [start, end + 1]
      return
    }
  })
  return lines.map((text, i) => ({ text, hot: i >= from && i < to }))
}
