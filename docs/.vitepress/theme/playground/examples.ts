export type Language = 'mathjs' | 'typescript' | 'operators'

export interface Example {
  title: string
  language: Language
  code: string
  at: string
}

/** What the page begins with, in each language, and what else there is to pick. */
export const EXAMPLES: readonly Example[] = [
  { title: 'Two functions of two numbers', language: 'mathjs', code: '[x^2 * y; 5x + sin(y)]', at: 'x = 1, y = 2' },
  { title: 'Two functions of two numbers', language: 'typescript', code: '(x: number, y: number) => [x ** 2 * y, 5 * x + Math.sin(y)]', at: 'x = 1, y = 2' },
  {
    title: 'Two functions of two numbers',
    language: 'operators',
    code: '(x: number, y: number) => [mul(square(x), y), add(mul(5, x), sin(y))]',
    at: 'x = 1, y = 2',
  },
  { title: 'A damped wave', language: 'mathjs', code: 'exp(-x / 4) * cos(2 x)', at: 'x = 1' },
  { title: 'Rosenbrock’s valley', language: 'mathjs', code: '(1 - x)^2 + 100 (y - x^2)^2', at: 'x = -1.2, y = 1' },
  { title: 'Himmelblau’s four minima', language: 'mathjs', code: '(x^2 + y - 11)^2 + (x + y^2 - 7)^2', at: 'x = 0, y = 0' },
  {
    title: 'Rosenbrock’s valley',
    language: 'typescript',
    code: '(x: number, y: number) => (1 - x) ** 2 + 100 * (y - x * x) ** 2',
    at: 'x = -1.2, y = 1',
  },
  {
    title: 'A loop: roots by Newton’s method',
    language: 'typescript',
    code: `(a: number) => {
  let x = 1
  for (let i = 0; i < 6; i++) x -= (x * x - a) / (2 * x)
  return x
}`,
    at: 'a = 2',
  },
  {
    title: 'A branch and a kink',
    language: 'typescript',
    code: '(x: number, y: number) => (x > y ? x * x : Math.abs(y) * x)',
    at: 'x = 1, y = -2',
  },
  {
    title: 'Broyden’s system, 1,000 unknowns',
    language: 'typescript',
    code: `(x: number[]) =>
  x.map((each, i) => (3 - 2 * each) * each - (x[i - 1] ?? 0) - 2 * (x[i + 1] ?? 0) + 1)`,
    at: 'x = linspace(-1, -0.5, 1000)',
  },
  {
    title: 'An arrow: dense row and column',
    language: 'typescript',
    code: `(x: number[]) => {
  let sum = 0
  for (const each of x) sum += each * each
  return x.map((each, i) => (i === 0 ? sum : each * x[0]! * i))
}`,
    at: 'x = linspace(1, 2, 40)',
  },
  {
    title: 'Heat on a grid of 30 × 30',
    language: 'typescript',
    code: `(u: number[]) => {
  const n = 30
  return u.map((each, i) => {
    const [row, column] = [Math.floor(i / n), i % n]
    let flow = -4 * each
    if (row > 0) flow += u[i - n]!
    if (row < n - 1) flow += u[i + n]!
    if (column > 0) flow += u[i - 1]!
    if (column < n - 1) flow += u[i + 1]!
    return flow + each * each
  })
}`,
    at: 'u = linspace(0, 1, 900)',
  },
  {
    title: 'Chained Rosenbrock: a loop that is found',
    language: 'typescript',
    code: `(x: number[]) => {
  let sum = 0
  for (let i = 0; i + 1 < x.length; i++) {
    sum += 100 * (x[i + 1]! - x[i]! * x[i]!) ** 2 + (1 - x[i]!) ** 2
  }
  return sum
}`,
    at: 'x = linspace(-1, 1, 500)',
  },
  { title: 'A neuron', language: 'operators', code: '(w: number[], b: number) => sigmoid(add(dot(w, [0.5, -1, 2]), b))', at: 'w = [0.1, 0.2, 0.3], b = 0.5' },
  { title: 'Softmax and its loss', language: 'operators', code: '(z: number[]) => neg(log(softmax(z).at(1)))', at: 'z = [1, 2, 3]' },
]

export const first = (language: Language): Example => EXAMPLES.find(each => each.language === language)!
