/*
 * The functions of JavaScript that operators' texts call, in C: those of the C library that do the same, and others in a few words.
 * `real` stands for the type of the program's numbers, and an `f` after a name of the library for its floats.
 */

/** Functions of math.h that give what JavaScript's give, special values included. */
export const OF_MATH: Readonly<Record<string, string>> = {
  'Math.abs': 'fabs',
  'Math.ceil': 'ceil',
  'Math.floor': 'floor',
  'Math.trunc': 'trunc',
  'Math.sqrt': 'sqrt',
  'Math.cbrt': 'cbrt',
  'Math.exp': 'exp',
  'Math.expm1': 'expm1',
  'Math.log': 'log',
  'Math.log1p': 'log1p',
  'Math.log2': 'log2',
  'Math.log10': 'log10',
  'Math.sin': 'sin',
  'Math.cos': 'cos',
  'Math.tan': 'tan',
  'Math.asin': 'asin',
  'Math.acos': 'acos',
  'Math.atan': 'atan',
  'Math.atan2': 'atan2',
  'Math.sinh': 'sinh',
  'Math.cosh': 'cosh',
  'Math.tanh': 'tanh',
  'Math.asinh': 'asinh',
  'Math.acosh': 'acosh',
  'Math.atanh': 'atanh',
  'Math.hypot': 'hypot',
  fmod: 'fmod',
}

/** A function of the file: its parameters and its body, in which `f(` after a name of math.h is left out for doubles. */
export interface Helper {
  readonly name: string
  readonly parameters: readonly string[]
  readonly body: string
  readonly gives?: 'int'
}

/** What math.h has in another way, or not at all. */
export const HELPERS: Readonly<Record<string, Helper>> = {
  // A NaN among the operands is the result, and 0 is more than −0.
  'Math.max': { name: 'maximum', parameters: ['x', 'y'], body: 'return x > y || x != x ? x : y > x || y != y ? y : x == 0 ? x + y : x;' },
  'Math.min': { name: 'minimum', parameters: ['x', 'y'], body: 'return x < y || x != x ? x : y < x || y != y ? y : x == 0 ? -(-x - y) : x;' },
  'Math.sign': { name: 'sign', parameters: ['x'], body: 'return x > 0 ? 1 : x < 0 ? -1 : x;' },
  // 1 to the power of what is no finite number is NaN.
  'Math.pow': {
    name: 'power',
    parameters: ['x', 'y'],
    body: 'return y != y || (fabs(x) == 1 && fabs(y) == INFINITY) ? NAN : pow(x, y);',
  },
  'Math.round': {
    name: 'nearest',
    parameters: ['x'],
    body: 'real below = floor(x); return copysign(x - below >= 0.5f ? below + 1 : below, x);',
  },
  'Number.isInteger': { name: 'isWhole', parameters: ['x'], body: 'return x - x == 0 && floor(x) == x;', gives: 'int' },
  truth: { name: 'truth', parameters: ['x'], body: 'return x < 0 || x > 0;', gives: 'int' },
  // An index counted from the front; whether there is such an entry.
  index: {
    name: 'index',
    parameters: ['x', 'int length', 'int span', 'real *first'],
    body: [
      'if (!(floor(x) == x && x >= -length && x < length && x + span >= -length && x + span < length)) return 0;',
      '*first = x < 0 ? x + length : x;',
      'return *first + span >= 0 && *first + span < length;',
    ].join(' '),
    gives: 'int',
  },
}
