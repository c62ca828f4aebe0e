/*
 * Truncated power series in a small change of one parameter: coefficients from the value on. What is computed with them comes with its
 * derivatives by the parameter up to any order.
 */

export type Jet = readonly number[]

export const constant = (x: number, order: number): number[] => [x, ...new Array<number>(order).fill(0)]

export function addJets(a: Jet, b: Jet): number[] {
  return a.map((each, k) => each + (b[k] as number))
}

export function scaleJet(a: Jet, factor: number): number[] {
  return a.map(each => each * factor)
}

export function multiplyJets(a: Jet, b: Jet): number[] {
  return a.map((_, k) => {
    let sum = 0
    for (let i = 0; i <= k; i++) sum += (a[i] as number) * (b[k - i] as number)
    return sum
  })
}

export function divideJets(a: Jet, b: Jet): number[] {
  const result: number[] = []
  for (let k = 0; k < a.length; k++) {
    let rest = a[k] as number
    for (let i = 1; i <= k; i++) rest -= (b[i] as number) * (result[k - i] as number)
    result.push(rest / (b[0] as number))
  }
  return result
}

/** eᵃ, from the exponential of its first coefficient. */
export function exponentialJet(a: Jet, first: number): number[] {
  const result = [first]
  for (let k = 1; k < a.length; k++) {
    let sum = 0
    for (let i = 1; i <= k; i++) sum += i * (a[i] as number) * (result[k - i] as number)
    result.push(sum / k)
  }
  return result
}

export function rootJet(a: Jet): number[] {
  const result = [Math.sqrt(a[0] as number)]
  for (let k = 1; k < a.length; k++) {
    let rest = a[k] as number
    for (let i = 1; i < k; i++) rest -= (result[i] as number) * (result[k - i] as number)
    result.push(rest / (2 * (result[0] as number)))
  }
  return result
}

/** c₀ + c₁ a + c₂ a² + … */
export function polynomialOfJet(coefficients: readonly number[], a: Jet): number[] {
  let result = constant(0, a.length - 1)
  for (let i = coefficients.length - 1; i >= 0; i--) {
    result = multiplyJets(result, a)
    result[0] = (result[0] as number) + (coefficients[i] as number)
  }
  return result
}

/** The function whose derivative by the parameter is a, and which begins with `first`. */
export function integralJet(a: Jet, first: number): number[] {
  return [first, ...a.slice(0, -1).map((each, k) => each / (k + 1))]
}

/** The derivative by the parameter, one coefficient shorter: the last is 0. */
export function slopeJet(a: Jet): number[] {
  return [...a.slice(1).map((each, k) => each * (k + 1)), 0]
}
