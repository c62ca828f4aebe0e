/** Groups of columns (or rows), of which one pass gives all. */
export interface ColorGroups {
  /** The color of each column; −1 for one that takes no part. */
  colors: Int32Array
  count: number
}

/** The members of each group, one group after the other: those of group c are `members[pointers[c]] …`. */
export function membersOf({ colors, count }: ColorGroups): { pointers: Int32Array; members: Int32Array } {
  const pointers = new Int32Array(count + 1)
  for (const color of colors) if (color >= 0) pointers[color + 1] = (pointers[color + 1] as number) + 1
  for (let c = 0; c < count; c++) pointers[c + 1] = (pointers[c + 1] as number) + (pointers[c] as number)
  const members = new Int32Array(pointers[count] as number)
  const next = pointers.slice()
  colors.forEach((color, v) => {
    if (color < 0) return
    members[next[color] as number] = v
    next[color] = (next[color] as number) + 1
  })
  return { pointers, members }
}
