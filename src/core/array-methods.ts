/** Whether the arguments are those that `map` and `reduce` of a list pass: the operand is the entry of the list at the index. */
export function isCallOfArrayMethod(takes: number, args: ArrayLike<unknown>): boolean {
  const [index, list] = [args[takes], args[takes + 1]]
  return (
    args.length === takes + 2 &&
    takes > 0 &&
    takes < 3 &&
    typeof index === 'number' &&
    Object.is((list as ArrayLike<unknown> | undefined)?.[index], args[takes - 1])
  )
}
