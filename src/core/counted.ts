/** A count and what is counted: '1 unknown', '2 entries', '1,000 passes'. */
export function counted(count: number, one: string): string {
  const many = one.endsWith('y') ? `${one.slice(0, -1)}ies` : one.endsWith('s') ? `${one}es` : `${one}s`
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
