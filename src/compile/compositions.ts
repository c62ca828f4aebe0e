import { EFX, ERX, FAR_P, FAR_Q, MIDDLE_P, MIDDLE_Q, SMALL_P, SMALL_Q, TAIL_P, TAIL_Q } from '../ops/kernels/erf-coefficients.ts'

/*
 * The functions that operators' texts call and ONNX and WGSL have none for, as lines in those that they have. Both sides of a choice are
 * computed, so each must stand any number; one that is not taken may be ∞ or NaN.
 */

/** Parameters, and lines of which the last is the result. */
export interface Composition {
  readonly parameters: readonly string[]
  readonly lines: string
}

const horner = (coefficients: readonly number[], x: string) =>
  coefficients.reduceRight((rest, each) => (rest === '' ? `${each}` : `(${rest})*${x}+${each}`), '')
const ratio = (p: readonly number[], q: readonly number[], x: string) => `(${horner(p, x)})/(${horner(q, x)})`
const of = (parameters: string, lines: string): Composition => ({ parameters: parameters.split(' '), lines })

/** Where ONNX' own operators have float32 alone, and WGSL's functions are not exact enough. */
const OF_DOUBLES: Readonly<Record<string, Composition>> = {
  'Math.tan': of('x', 'Math.sin(x)/Math.cos(x)'),
  'Math.sinh': of(
    'x',
    `a = Math.abs(x)
u = Math.expm1(a)
h = Math.exp(0.5*a)
Math.sign(x)*(a<1?0.5*(u+u/(1+u)):(0.5*h-0.5/h/h/h)*h)`,
  ),
  'Math.cosh': of(
    'x',
    `h = Math.exp(0.5*Math.abs(x))
(0.5*h)*h+0.5/h/h`,
  ),
  'Math.asinh': of(
    'x',
    `a = Math.abs(x)
Math.sign(x)*(a>1e15?Math.log(a)+Math.LN2:Math.log1p(a+a*a/(1+Math.sqrt(a*a+1))))`,
  ),
  'Math.acosh': of(
    'x',
    `t = x-1
x>1e15?Math.log(x)+Math.LN2:Math.log1p(t+Math.sqrt(t*(x+1)))`,
  ),
  'Math.atanh': of('x', '0.5*Math.log1p(2*x/(1-x))'),
  // To 1, by the reciprocal; below 0.2 by half the angle, twice; there by its series.
  'Math.atan': of(
    'x',
    `a = Math.abs(x)
r = a>1?1/a:a
h = r/(1+Math.sqrt(1+r*r))
q = h/(1+Math.sqrt(1+h*h))
s = -q*q
t = 4*q*(${horner(
      Array.from({ length: 13 }, (_, k) => 1 / (2 * k + 1)),
      's',
    )})
x==0?x:Math.sign(x)*(a>1?0.5*Math.PI-t:t)`,
  ),
  'Math.asin': of('x', '2*Math.atan(x/(1+Math.sqrt((1-x)*(1+x))))'),
  'Math.acos': of('x', '2*Math.atan(Math.sqrt((1-x)/(1+x)))'),
  erfKernel: of(
    'x',
    `a = Math.abs(x)
z = x*x
s = a-1
small = x+x*(${ratio(SMALL_P, SMALL_Q, 'z')})
middle = Math.sign(x)*(${ERX}+${ratio(MIDDLE_P, MIDDLE_Q, 's')})
a<1e-8?x+${EFX}*x:a<0.84375?small:a<1.25?middle:Math.sign(x)*(1-erfcTail(a))`,
  ),
}

const COMPOSITIONS: Readonly<Record<string, Composition>> = {
  'Math.tanh': of(
    'x',
    `u = Math.expm1(2*Math.min(Math.abs(x),20))
Math.sign(x)*(u/(u+2))`,
  ),
  sigmoidKernel: of(
    'x',
    `e = Math.exp(-Math.abs(x))
(x>=0?1:e)/(1+e)`,
  ),
  // By W. Kahan: the error of u = 1 + x is in both factors.
  'Math.log1p': of(
    'x',
    `u = 1+x
u==1?x:u==Infinity?u:Math.log(u)*x/(u-1)`,
  ),
  'Math.expm1': of(
    'x',
    `u = Math.exp(x)
u==1?x:Math.abs(x)<0.5?(u-1)*x/Math.log(u):u-1`,
  ),
  'Math.log2': of('x', 'Math.log(x)/Math.LN2'),
  'Math.log10': of('x', 'Math.log(x)/Math.LN10'),
  'Math.trunc': of('x', 'x<0?Math.ceil(x):Math.floor(x)'),
  'Math.cbrt': of(
    'x',
    `y = Math.sign(x)*Math.pow(Math.abs(x),${1 / 3})
better = y-(y*y*y-x)/(3*y*y)
y==0||Math.abs(y)==Infinity?y:better`,
  ),
  'Math.hypot': of(
    'x y',
    `a = Math.max(Math.abs(x),Math.abs(y))
b = Math.min(Math.abs(x),Math.abs(y))
a==0?0:Math.abs(x)==Infinity||Math.abs(y)==Infinity?Infinity:a*Math.sqrt(1+(b/a)*(b/a))`,
  ),
  'Math.atan2': of(
    'y x',
    `q = Math.abs(x)==Infinity&&Math.abs(y)==Infinity?Math.sign(x)*Math.sign(y):y/x
up = y>0||y==0&&1/y>0
half = up?0.5*Math.PI:-0.5*Math.PI
turn = up?Math.PI:-Math.PI
x==0?(y==0?(1/x>0?y:turn):half):x>0?Math.atan(q):Math.atan(q)+turn`,
  ),
  strongProduct: of('x y', 'x==0||y==0?0:x*y'),
  cosineKernel: of(
    'x y',
    `m = Math.max(Math.abs(x),Math.abs(y))
a = x/m
b = y/m
m==0?0:m==Infinity?(Math.abs(y)<Infinity?Math.sign(x):Math.abs(x)<Infinity?0:NaN):a/Math.sqrt(a*a+b*b)`,
  ),
  logisticDensityKernel: of(
    'x',
    `e = Math.exp(-Math.abs(x))
e/((1+e)*(1+e))`,
  ),
  softplusKernel: of('x', 'Math.max(x,0)+Math.log1p(Math.exp(-Math.abs(x)))'),
  logAddExpKernel: of('x y', 'x==y?x+Math.LN2:Math.max(x,y)+Math.log1p(Math.exp(-Math.abs(x-y)))'),
  modKernel: of(
    'x y',
    `r = fmod(x,y)
r<0&&y>0||r>0&&y<0?r+y:r`,
  ),
  tailExponent: of(
    'x',
    `s = 1/(x*x)
(x<${1 / 0.35}?${ratio(TAIL_P, TAIL_Q, 's')}:${ratio(FAR_P, FAR_Q, 's')})-0.5625`,
  ),
  // x is cut to a sixteenth below, whose square is exact.
  erfcTail: of(
    'x',
    `z = Math.floor(16*x)/16
x>28?0:Math.exp(-z*z)*Math.exp((z-x)*(z+x)+tailExponent(x))/x`,
  ),
  erfcKernel: of(
    'x',
    `a = Math.abs(x)
z = x*x
y = ${ratio(SMALL_P, SMALL_Q, 'z')}
s = a-1
r = ${ratio(MIDDLE_P, MIDDLE_Q, 's')}
small = x<0.25?1-(x+x*y):0.5-(x-0.5+x*y)
middle = x>=0?${1 - ERX}-r:${1 + ERX}+r
a<0.84375?small:a<1.25?middle:x>0?erfcTail(a):2-erfcTail(a)`,
  ),
  // By Winitzki's formula, then Halley's steps.
  erfInverseKernel: of(
    'x',
    `a = Math.abs(x)
l = Math.log((1-a)*(1+a))
b = 4.330746750799873+0.5*l
y0 = Math.sqrt(Math.sqrt(b*b-l*6.802721088435375)-b)
e0 = ${halleyStep('y0')}
y1 = y0-e0/(1+y0*e0)
e1 = ${halleyStep('y1')}
y2 = y1-e1/(1+y1*e1)
e2 = ${halleyStep('y2')}
y3 = y2-e2/(1+y2*e2)
a<1e-8?0.8862269254527580*x:a<1?Math.sign(x)*y3:a==1?x*Infinity:NaN`,
  ),
  logNdtrKernel: of(
    'x',
    `z = -Math.SQRT1_2*x
x>-1?Math.log1p(-0.5*erfcKernel(-z)):x>-1.8?Math.log(0.5*erfcKernel(z)):-0.5*x*x+(tailExponent(z)-Math.log(-x)-0.5*Math.LN2)`,
  ),
  sinPi: of(
    'x',
    `r = x-2*Math.floor(0.5*x+0.5)
r==1||r==-1?0:r>0.5?Math.sin(Math.PI*(1-r)):r<-0.5?-Math.sin(Math.PI*(1+r)):Math.sin(Math.PI*r)`,
  ),
  cosPi: of(
    'x',
    `r = Math.abs(x-2*Math.floor(0.5*x+0.5))
r>0.25&&r<0.75?Math.sin(Math.PI*(0.5-r)):Math.cos(Math.PI*r)`,
  ),
  // ln Γ by Stirling's series behind ten steps of the recurrence; from one to ten fewer ones, and by reflection below.
  logGammaPositive: of(
    'x',
    `${shifted('p', '1', (sum, y) => `${sum}*(${y}<10?${y}:1)`)}
y = x<10?x+Math.ceil(10-x):x
s = 1/(y*y)
(y-0.5)*(Math.log(y)-1)-0.5+0.9189385332046727+(${horner([1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156], 's')})/y-Math.log(p10)`,
  ),
  logGammaKernel: of(
    'x',
    `a = Math.abs(x)
x==Infinity||x==-Infinity?Infinity:x>0?logGammaPositive(x):Math.log(Math.PI/(a*Math.abs(sinPi(a))))-logGammaPositive(a)`,
  ),
  gammaKernel: of(
    'x',
    `a = Math.abs(x)
g = Math.exp(logGammaPositive(a))
whole = Math.floor(x)==x
whole&&x<0||x==-Infinity?NaN:x==0?1/x:x>0?(whole&&x<19?Math.floor(g+0.5):g):-Math.PI/(a*sinPi(a)*g)`,
  ),
  logBetaKernel: of('x y', 'logGammaKernel(x)+logGammaKernel(y)-logGammaKernel(x+y)'),
  betaKernel: of('x y', 'gammaKernel(x)*gammaKernel(y)/gammaKernel(x+y)'),
}

function halleyStep(y: string): string {
  return `(a<0.5?erfKernel(${y})-a:1-a-erfcKernel(${y}))*0.8862269254527580*Math.exp(${y}*${y})`
}

/** Ten steps of a recurrence from x on, in lines. */
function shifted(name: string, first: string, step: (sum: string, y: string) => string): string {
  return [`${name}0 = ${first}`, ...Array.from({ length: 10 }, (_, k) => `${name}${k + 1} = ${step(`${name}${k}`, `(x+${k})`)}`)].join('\n')
}

/** Bernoulli's numbers B₂, B₄, …, B₁₄. */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6]

function factorial(k: number): number {
  return k < 2 ? 1 : k * factorial(k - 1)
}

/** ψ⁽ⁿ⁾(v) for v < 0 from f = ψ⁽ⁿ⁾(1 − v) (DLMF 5.15.6). */
const REFLECTIONS = [
  'f-Math.PI*cotangent',
  `${Math.PI ** 2}/(sine*sine)-f`,
  `f-${2 * Math.PI ** 3}*cotangent/(sine*sine)`,
  `${2 * Math.PI ** 4}*(1/(sine*sine)+2*cotangent*cotangent)/(sine*sine)-f`,
]

/** Functions whose first operand is a whole number that the text or the program gives. */
const BY_ORDER: Readonly<Record<string, (order: number) => Composition | undefined>> = {
  polygammaKernel: n => {
    const turned = REFLECTIONS[n]
    if (turned === undefined) return undefined
    const power = Array.from({ length: n + 1 }, () => 'y').join('*')
    const terms = BERNOULLI.map((each, i) => (n === 0 ? each / (2 * i + 2) : (each * factorial(2 * i + 1 + n)) / factorial(2 * i + 2)))
    const sum = `(${horner(terms, 's')})*s`
    const series = n === 0 ? `Math.log(y)-0.5/y-${sum}-p10` : `(${factorial(n - 1)}*y+${factorial(n) / 2}+y*${sum})/(${power})+${factorial(n)}*p10`
    return of(
      'v',
      `x = v>0?v:1-v
${shifted('p', '0', (total, y) => `${total}+(${y}<10?1/(${power.replaceAll('y', y)}):0)`)}
y = x<10?x+Math.ceil(10-x):x
s = 1/(y*y)
f = ${n > 0 && n % 2 === 0 ? `-(${series})` : series}
sine = sinPi(v)
cotangent = cosPi(v)/sine
v>0?f:Math.floor(v)==v?NaN:${turned}`,
    )
  },
  polygammaIncreaseKernel: n => (REFLECTIONS[n] === undefined ? undefined : of('x y', `polygammaKernel(${n},x+y)-polygammaKernel(${n},x)`)),
  sincKernel: n => {
    if (n > 8) return undefined
    const start = Math.ceil(n / 2)
    const terms: number[] = []
    let term = start % 2 === 0 ? 1 : -1
    for (let i = 1; i <= 2 * start - n; i++) term /= i
    for (let k = start; k < start + 16; k++) {
      terms.push(term / (2 * k + 1))
      term *= -1 / ((2 * k - n + 1) * (2 * k - n + 2))
    }
    const series = `(${horner(terms, 'square')})${n % 2 === 1 ? '*z' : ''}`
    const derivatives = ['s', 'c', '(-s)', '(-c)']
    const recurrence = Array.from({ length: n }, (_, k) => `f${k + 1} = (${derivatives[(k + 1) % 4]}-${k + 1}*f${k})/z`)
    return of(
      'x',
      [
        'z = Math.PI*x',
        'square = z*z',
        's = sinPi(x)',
        'c = cosPi(x)',
        'f0 = s/z',
        ...recurrence,
        `${Math.PI ** n}*(Math.abs(z)<${2 + n / 2}?${series}:f${n})`,
      ].join('\n'),
    )
  },
  logNdtrDerivativeKernel: n =>
    n === 0 ? of('x', 'logNdtrKernel(x)') : n === 1 ? of('x', 'Math.exp(-0.5*x*x-0.9189385332046727-logNdtrKernel(x))') : undefined,
}

/** How a function is composed; undefined where it is not. `order` is the first operand, where that is a constant. */
export function compositionOf(name: string, isDouble: boolean, order?: number): Composition | undefined {
  const byOrder = BY_ORDER[name]
  if (byOrder !== undefined) return Number.isInteger(order) && (order as number) >= 0 ? byOrder(order as number) : undefined
  return COMPOSITIONS[name] ?? (isDouble ? OF_DOUBLES[name] : undefined)
}

/** Whether a function takes its order first. */
export function takesOrder(name: string): boolean {
  return Object.hasOwn(BY_ORDER, name)
}
