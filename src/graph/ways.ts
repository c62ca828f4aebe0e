import { answering, dispatch, isAbstract, isBatched } from '../core/dispatch.ts'
import { GraphError } from '../core/errors.ts'
import { checkLive, isTraced, Traced } from '../core/traced.ts'
import { checkSynchronous, copied, mapTrees } from '../core/tree.ts'
import type { Value } from '../core/types.ts'
import { where } from '../ops/selection.ts'

/** A function with more ways through it is not followed on all of them. */
const MOST_WAYS = 64

/** A question that was asked on a way: the mask that it is about, and the answer that it got. */
interface Answer {
  readonly mask: Traced
  readonly answer: boolean
}

interface Way {
  readonly answers: readonly Answer[]
  readonly result: unknown
}

/** Ways that cannot be joined: their results differ in structure, one of them fails, or there are too many. */
export class NotJoined extends GraphError {}

/**
 * The function on all ways through it at once, for a trace: it runs once for each way that its questions (`gt`, …) about values that are not
 * known yet may be answered, and where two ways part, their results are joined by `where` on the question's mask. Throws NotJoined where
 * that cannot be.
 */
export function onAllWays(f: (...args: unknown[]) => unknown): (...args: unknown[]) => unknown {
  return (...args) => {
    const ways: Way[] = []
    let answers: Answer[] = []
    do {
      if (ways.length === MOST_WAYS) throw new NotJoined(`there are more than ${MOST_WAYS} ways through the function`)
      const way = walk(f, args, answers)
      ways.push(way)
      // The next way gives the last question that was answered with true the other answer.
      answers = [...way.answers]
      while (answers.at(-1)?.answer === false) answers.pop()
      const last = answers.pop()
      if (last !== undefined) answers.push({ ...last, answer: false })
    } while (answers.length > 0)
    return joined(ways, 0)
  }
}

/** One way: the first answers are those given, the others true. */
function walk(f: (...args: unknown[]) => unknown, args: readonly unknown[], given: readonly Answer[]): Way {
  const answers: Answer[] = []
  const run = () =>
    answering(
      (definition, operands) => {
        // Items of a batch may differ: `vmap` refuses such a question.
        if (!operands.some(isAbstract) || operands.some(isBatched)) return undefined
        const mask = dispatch(definition, operands.map(unknownPart))
        if (!(mask instanceof Traced)) return Boolean(mask)
        const known = answers.find(each => each.mask.arena === mask.arena && each.mask.index === mask.index)
        if (known !== undefined) return known.answer
        if (answers.length === MOST_WAYS) throw new NotJoined(`a way through the function has more than ${MOST_WAYS} questions`)
        const answer = given[answers.length]?.answer ?? true
        answers.push({ mask, answer })
        return answer
      },
      () => f(...copied(args as unknown[])),
    )
  let result: unknown
  try {
    result = run()
  } catch (error) {
    if (error instanceof NotJoined || answers.length === 0) throw error
    throw new NotJoined(`a way through the function ends with “${(error as Error).message}”`, { cause: error })
  }
  checkSynchronous('trace', result)
  return { answers, result }
}

/** A value as the trace has it, below tapes and duals. */
function unknownPart(x: Value): Value {
  let current = x
  while (isTraced(current)) {
    const { owner } = checkLive(current)
    if (owner.abstract) return current
    current = owner.primal(current) as Value
  }
  return current
}

/** The result of ways that part at a depth or later. */
function joined(ways: readonly Way[], depth: number): unknown {
  const [first] = ways as [Way]
  const mask = first.answers[depth]?.mask
  if (mask === undefined) return first.result
  const [yes, no] = [true, false].map(answer => ways.filter(way => way.answers[depth]?.answer === answer)) as [Way[], Way[]]
  if (yes.length === 0 || no.length === 0) return joined(ways, depth + 1)
  try {
    return mapTrees(joined(yes, depth + 1), joined(no, depth + 1), 'one way', 'another', (a, b) =>
      isSame(a, b) ? a : where(mask as never, a as never, b as never),
    )
  } catch (error) {
    if (error instanceof NotJoined) throw error
    throw new NotJoined(`the ways through the function give results of other structures: ${(error as Error).message}`, { cause: error })
  }
}

/** Whether two leaves are one value: equal numbers, or one step of the trace. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  return a instanceof Traced && b instanceof Traced && a.arena === b.arena && a.index === b.index
}
