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
  readonly gives?: 'int' | 'void'
  /** Others that it calls. */
  readonly calls?: readonly string[]
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
  // Factors of a matrix in place, with the order of its rows; whether it is singular.
  lu: {
    name: 'lu',
    parameters: ['int n', 'real *lu', 'real *rows', 'real *sign'],
    body: `
int singular = 0;
*sign = 1;
for (int i = 0; i < n; i++) rows[i] = i;
for (int k = 0; k < n; k++) {
int best = k;
for (int i = k + 1; i < n; i++) if (fabs(lu[i * n + k]) > fabs(lu[best * n + k])) best = i;
if (best != k) {
*sign = -*sign;
real row = rows[k];
rows[k] = rows[best];
rows[best] = row;
for (int j = 0; j < n; j++) {
real entry = lu[k * n + j];
lu[k * n + j] = lu[best * n + j];
lu[best * n + j] = entry;
}
}
if (lu[k * n + k] == 0) {
singular = 1;
continue;
}
for (int i = k + 1; i < n; i++) {
real factor = lu[i * n + k] / lu[k * n + k];
lu[i * n + k] = factor;
if (factor != 0) for (int j = k + 1; j < n; j++) lu[i * n + j] -= factor * lu[k * n + j];
}
}
return singular;`,
    gives: 'int',
  },
  // Solves with a triangle of a matrix, in place.
  substitute: {
    name: 'substitute',
    parameters: ['int n', 'int columns', 'const real *t', 'real *x', 'int lower', 'int unit', 'int transpose'],
    body: `
int forward = lower != transpose;
for (int step = 0; step < n; step++) {
int i = forward ? step : n - 1 - step;
for (int other = 0; other < step; other++) {
int k = forward ? other : n - 1 - other;
real factor = transpose ? t[k * n + i] : t[i * n + k];
if (factor != 0) for (int j = 0; j < columns; j++) x[i * columns + j] -= factor * x[k * columns + j];
}
if (!unit) for (int j = 0; j < columns; j++) x[i * columns + j] /= t[i * n + i];
}`,
    gives: 'void',
  },
  // The solution of a system, whose matrix is overwritten by its factors; 0 where it is singular.
  solve: {
    name: 'solve',
    parameters: ['int n', 'int columns', 'real *a', 'const real *b', 'real *x', 'real *rows'],
    body: `
real sign;
if (dt_lu(n, a, rows, &sign)) return 0;
for (int i = 0; i < n; i++) for (int j = 0; j < columns; j++) x[i * columns + j] = b[(int)rows[i] * columns + j];
dt_substitute(n, columns, a, x, 1, 1, 0);
dt_substitute(n, columns, a, x, 0, 0, 0);
return 1;`,
    gives: 'int',
    calls: ['lu', 'substitute'],
  },
  // The lower factor of the symmetric part; 0 where that is not positive definite.
  cholesky: {
    name: 'cholesky',
    parameters: ['int n', 'const real *a', 'real *l'],
    body: `
for (int i = 0; i < n; i++) {
for (int j = 0; j < n; j++) l[i * n + j] = 0;
for (int j = 0; j <= i; j++) {
real sum = a[i * n + j] == a[j * n + i] ? a[i * n + j] : a[i * n + j] / 2 + a[j * n + i] / 2;
for (int k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
if (i != j) l[i * n + j] = sum / l[j * n + j];
else if (sum > 0) l[i * n + i] = sqrt(sum);
else return 0;
}
}
return 1;`,
    gives: 'int',
  },
  // Whether one entry comes before another in a sorted list: NaN last.
  before: {
    name: 'before',
    parameters: ['x', 'y', 'int descending'],
    body: 'return x != x ? 0 : y != y ? 1 : descending ? x > y : x < y;',
    gives: 'int',
  },
  // The places of entries in order, those of equals as they stand: merged runs of 1, 2, 4, … entries.
  order: {
    name: 'order',
    parameters: ['const real *x', 'int n', 'int stride', 'int descending', 'real *order', 'real *merged'],
    body: `
for (int i = 0; i < n; i++) order[i] = i;
for (int run = 1; run < n; run *= 2) {
for (int from = 0; from < n; from += 2 * run) {
int middle = from + run < n ? from + run : n, end = from + 2 * run < n ? from + 2 * run : n;
int left = from, right = middle;
for (int k = from; k < end; k++) {
int takes = left < middle && (right >= end || !dt_before(x[(int)order[right] * stride], x[(int)order[left] * stride], descending));
merged[k] = takes ? order[left] : order[right];
if (takes) left++;
else right++;
}
}
for (int k = 0; k < n; k++) order[k] = merged[k];
}`,
    gives: 'void',
    calls: ['before'],
  },
  // How many entries of a sorted list come before a value, or are no more than it.
  place: {
    name: 'place',
    parameters: ['const real *x', 'int n', 'value', 'int left'],
    body: `
int low = 0, high = n;
while (low < high) {
int middle = low + (high - low) / 2;
if (left ? dt_before(x[middle], value, 0) : !dt_before(value, x[middle], 0)) low = middle + 1;
else high = middle;
}
return low;`,
    gives: 'int',
    calls: ['before'],
  },
}
