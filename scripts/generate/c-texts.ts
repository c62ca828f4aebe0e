/** What C texts are made of. */

/** A function, a table or a type: its text, and the names of what it refers to. */
export interface Declaration {
  text: string
  calls: string[]
  prototype?: string
}

/** Thrown for what has no form in C here. */
export class NotInC extends Error {}

/** Numbers in a list: those of derivatives up to the order that kernels go to. */
export const LONGEST = 176

export const ListText = `typedef struct { int n; double v[${LONGEST}]; } dt_list;
typedef struct { int n; const double *v; } dt_span;`

export function cNumber(x: number): string {
  if (Number.isNaN(x)) return 'NAN'
  if (x === Number.POSITIVE_INFINITY) return 'INFINITY'
  if (x < 0 || Object.is(x, -0)) return `(-${cNumber(-x)})`
  const digits = String(x)
  return /[.e]/.test(digits) ? digits : `${digits}.0`
}

/** Names of the C library, and words of the language, that variables do not get. */
const TAKEN = new Set(
  'fabs ceil floor trunc sqrt cbrt exp expm1 log log1p log2 log10 sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh hypot fmod pow copysign gamma index double int short long float register auto signed unsigned union struct y0 y1 yn j0 j1 jn power sign nearest scalb default static const while for'.split(
    ' ',
  ),
)

export function variable(name: string): string {
  return TAKEN.has(name) ? `${name}_` : name.replace(/^_$/, 'unused_')
}
