import { onUnmounted, type Ref, ref, shallowRef, watch } from 'vue'
import type { Language } from './examples.ts'
import type { Facts } from './facts.ts'
import { ofFormula } from './formula.ts'
import { isFlat, type Point, readPoint } from './point.ts'
import { type Running, runApart } from './sandbox.ts'
import type { Ask } from './session.ts'

/** What there is of a function: its facts, the reason why there are none, or neither while code waits for the visitor or runs. */
export interface Result {
  facts?: Facts
  /** The point that they belong to. */
  point?: Point
  error?: string
}

/** Waits with code until nobody has typed for so many milliseconds. */
const PAUSE = 200

/** A function as it is typed: formulas are evaluated in the page, within limits; code runs apart from it, and only when it is allowed. */
export function useFunction(
  text: Ref<string>,
  at: Ref<string>,
  language: Ref<Language>,
  allowed: Ref<boolean>,
  write: Ref<((text: string, language: Language) => string) | undefined>,
) {
  const result = shallowRef<Result>({})
  const running = shallowRef<Running>()
  const busy = ref(false)
  const refused = async () => {
    throw new Error('There is nothing to ask about yet.')
  }
  const ask = shallowRef<Ask>(refused)
  let turn = 0

  async function update() {
    const own = ++turn
    running.value?.stop('Another one runs.')
    running.value = undefined
    busy.value = false
    try {
      const point = readPoint(at.value)
      if (language.value === 'mathjs') {
        const shown = ofFormula(text.value, point)
        ask.value = async question => shown.ask(question)
        result.value = { facts: shown.facts, point }
        return
      }
      if (!allowed.value || write.value === undefined) {
        result.value = {}
        return
      }
      if (!isFlat(point)) throw new Error('Functions take numbers and lists of numbers here.')
      await new Promise(resolve => setTimeout(resolve, PAUSE))
      if (own !== turn) return
      const started = runApart(write.value(text.value, language.value), point)
      running.value = started
      busy.value = true
      try {
        const facts = await started.facts
        if (own !== turn) return
        ask.value = question => started.ask(question)
        result.value = { facts, point }
      } catch (error) {
        if (own === turn) result.value = { error: (error as Error).message }
      }
      if (own === turn) busy.value = false
    } catch (error) {
      if (own === turn) result.value = { error: (error as Error).message }
    }
  }
  watch([text, at, language, allowed, write], update)
  onUnmounted(() => running.value?.stop('The page was left.'))
  return { result, ask, busy, update, stop: () => running.value?.stop('Stopped.') }
}
