/** A number of things, in words that follow a number: `1 unknown`, `2 unknowns`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}
