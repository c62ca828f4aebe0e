"""Writes scalar-functions.json: values and all partial derivatives up to the third order, rounded once to double precision.

Needs python3-mpmath; takes some ten minutes. For each function a list of rows [operands, numbers]: for one operand the numbers are
the value and three derivatives, for two operands the partials of orders (0,0), (1,0), (0,1), (2,0), (1,1), (0,2), (3,0) … (0,3).
The points are extreme on purpose: subnormal and huge ones, ±700, next to zeros, poles and branch points.

Run: python3 test/reference/make_tables.py
"""

import json
import os

import mpmath as mp

TINY = [5e-324, 1e-310, 1e-200, 1e-100, 1e-17, 1e-8, 1e-3]
USUAL = [0.1, 0.5, 0.7, 1.0, 1.3, 2.0, 3.7, 10.0, 19.9, 26.2, 40.0]
LARGE = [170.5, 354.0, 700.0, 709.5, 745.0, 1e5, 1e16]
HUGE = [1e100, 1e154, 1e200, 1.7e308]
POSITIVE = TINY + USUAL + LARGE + HUGE
REAL = [-x for x in reversed(POSITIVE)] + POSITIVE
UNIT = [1e-310, 1e-200, 1e-20, 1e-8, 0.1, 0.3, 0.5, 0.9, 0.99, 1 - 1e-6, 1 - 1e-10, 1 - 2.0**-53]
UNIT = [-x for x in reversed(UNIT)] + UNIT

ORDERS = {1: [(0,), (1,), (2,), (3,)], 2: [(n - j, j) for n in range(4) for j in range(n + 1)]}

# Central differences of eighth order: weights of the values at ±k steps, by the order of the derivative.
WEIGHTS = {
    0: {0: (1, 1)},
    1: {1: (4, 5), 2: (-1, 5), 3: (4, 105), 4: (-1, 280)},
    2: {0: (-205, 72), 1: (8, 5), 2: (-1, 5), 3: (8, 315), 4: (-1, 560)},
    3: {1: (-61, 30), 2: (169, 120), 3: (-3, 10), 4: (7, 240)},
}


def stencil(order):
    weights = {}
    for k, (numerator, denominator) in WEIGHTS[order].items():
        weights[k] = mp.mpf(numerator) / denominator
        if k > 0:
            weights[-k] = weights[k] * (-1) ** order
    return weights


def by_differences(f, point, singular=()):
    """All partials by differences at a precision that hides their error.

    The digits follow the size of the operands, and the exponentially small tails that differences must resolve. Steps are small
    beside each operand, beside 1, and beside the distance from a singular point.
    """
    size = max(abs(x) for x in point)
    exponent = max((abs(mp.log10(abs(x))) for x in point if x != 0), default=0)
    with mp.workdps(int(200 + 5 * exponent + 2 * min(size, 1500) + min(size * size, 2000))):
        at = [mp.mpf(x) for x in point]
        smallest = min([abs(x) for x in at if x != 0] + [mp.mpf(1)])
        steps = [mp.mpf(10) ** -20 * min([abs(x) if x != 0 else smallest, mp.mpf(1)] + [abs(x - s) for s in singular]) for x in at]
        known = {}

        def value(offset):
            if offset not in known:
                known[offset] = f(*[x + k * h for x, k, h in zip(at, offset, steps)])
            return known[offset]

        def derivative(order):
            terms = [((), mp.mpf(1))]
            for each in order:
                terms = [(offset + (k,), weight * w) for offset, weight in terms for k, w in stencil(each).items()]
            total = sum(weight * value(offset) for offset, weight in terms)
            noise = max(abs(value(offset)) for offset, _ in terms) * mp.mpf(10) ** (8 - mp.mp.dps)
            if sum(order) > 0 and abs(total) < noise:
                return mp.mpf(0)
            for each, h in zip(order, steps):
                total /= h**each
            return total

        return [derivative(order) for order in ORDERS[len(at)]]


# Functions as they are computed without overflow of mpmath itself: far tails are 0 to any precision in use.


def exp(x):
    if abs(x) < 1e6:
        return mp.exp(x)
    return mp.mpf(0) if x < 0 else mp.exp(mp.mpf(1e6)) * (x - mp.mpf(1e6) + 1) ** 9


def erfc(x):
    return mp.erfc(x) if abs(x) <= 60 else mp.mpf(0) if x > 0 else mp.mpf(2)


def sigmoid(x):
    return 1 / (1 + mp.exp(-x)) if abs(x) < 1e6 else mp.mpf(1 if x > 0 else 0)


def softplus(x):
    if abs(x) > 1e6:
        return x if x > 0 else mp.mpf(0)
    return mp.log(1 + mp.exp(x)) if x < 0 else x + mp.log(1 + mp.exp(-x))


def tanh(x):
    return mp.tanh(x) if abs(x) < 1e6 else mp.sign(x)


def log_add_exp(x, y):
    high, distance = max(x, y), -abs(x - y)
    return high if distance < -1e6 else high + mp.log(1 + mp.exp(distance))


def of_sign(f):
    """f for positive arguments, continued as an odd function."""
    return lambda x: f(x) if x > 0 else -f(-x)


NOT_TWO = [x for x in REAL if abs(x) != 2]
ONE_OPERAND = {
    'exp': (exp, REAL),
    'expm1': (lambda x: exp(x) - 1, REAL),
    'exp2': (lambda x: exp(x * mp.log(2)), REAL),
    'log': (mp.log, POSITIVE),
    'log2': (lambda x: mp.log(x) / mp.log(2), POSITIVE),
    'log10': (lambda x: mp.log(x) / mp.log(10), POSITIVE),
    'log1p': (lambda x: mp.log(1 + x), [-1 + 2.0**-53, -1 + 1e-10, -0.99, -0.9, -0.5, -0.1, -1e-8, -1e-200] + POSITIVE, [-1]),
    'sqrt': (mp.sqrt, POSITIVE),
    'cbrt': (of_sign(mp.cbrt), REAL),
    'square': (lambda x: x * x, REAL),
    'reciprocal': (lambda x: 1 / x, REAL),
    'abs': (abs, REAL),
    'sin': (mp.sin, REAL + [3.141592653589793, 6.283185307179586]),
    'cos': (mp.cos, REAL + [1.5707963267948966, 4.71238898038469]),
    'tan': (mp.tan, [x for x in REAL if abs(x) < 1e101] + [1.5707963267948966, 3.141592653589793, 1.57]),
    'asin': (mp.asin, UNIT, [1, -1]),
    'acos': (mp.acos, UNIT, [1, -1]),
    'atan': (mp.atan, REAL),
    'sinh': (lambda x: (exp(x) - exp(-x)) / 2, REAL),
    'cosh': (lambda x: (exp(x) + exp(-x)) / 2, REAL),
    'tanh': (tanh, REAL),
    'asinh': (of_sign(lambda x: mp.log(x + mp.sqrt(x * x + 1))), REAL),
    'acosh': (lambda x: mp.log(x + mp.sqrt(x * x - 1)), [1 + 2.0**-52, 1 + 1e-10, 1 + 1e-5, 1.1, 1.5, 10.0, 1e5, 1e10, 1e100, 1e160, 1e200, 1e305], [1]),
    'atanh': (mp.atanh, UNIT, [1, -1]),
    'sinc': (lambda x: mp.sinpi(x) / (mp.pi * x), [x for x in REAL if abs(x) < 1e17] + [0.625, 1 - 1e-10, 2 + 1e-9, 100.3]),
    'erf': (lambda x: 1 - erfc(x) if x > 0 else erfc(-x) - 1, REAL),
    'erfc': (erfc, REAL),
    'sigmoid': (sigmoid, REAL),
    'softplus': (softplus, REAL),
    'logSigmoid': (lambda x: -softplus(-x), REAL),
    'silu': (lambda x: x * sigmoid(x), REAL),
    # At ±2 the third derivative of gelu is 0, where no formula has relative accuracy.
    'gelu': (lambda x: x * erfc(-x / mp.sqrt(2)) / 2, NOT_TWO),
    'geluTanh': (lambda x: x * sigmoid(2 * mp.sqrt(2 / mp.pi) * (x + mp.mpf(0.044715) * x**3)), REAL),
    'mish': (lambda x: x * tanh(softplus(x)), REAL),
    'softsign': (lambda x: x / (1 + abs(x)), REAL),
    'elu': (lambda x: x if x > 0 else exp(x) - 1, REAL),
    'celu': (lambda x: x if x > 0 else exp(x) - 1, REAL),
    'relu': (lambda x: max(x, mp.mpf(0)), REAL),
    'leakyRelu': (lambda x: x if x > 0 else mp.mpf(0.01) * x, REAL),
    'hardTanh': (lambda x: min(max(x, mp.mpf(-1)), mp.mpf(1)), [x for x in REAL if abs(x) != 1]),
}

LENGTHS = [(3.0, 4.0), (0.0, 2.0), (-2.0, 0.0), (1e200, 1e200), (1e-200, 2e-200), (1e-200, 1e200), (1.0, 1e-200), (1e-160, 1e-170), (1e160, 3e150)]
LENGTHS += [(-0.5, 1e8), (1e-310, 2e-310), (1e308, 1e308), (0.0, 1e-200), (0.0, 1e200), (5e-324, 5e-324), (1e-8, 1.0)]
SUMS = [(0.5, 2.0), (-3.0, -3.0), (700.0, 701.0), (-745.0, 3.0), (0.0, -700.0), (1e-8, -1e-8), (40.0, 0.0), (1e10, 1e10 + 1), (0.0, 0.0), (-700.0, -1400.0)]
# Third derivatives at 1e±200 pass through ln″ x = −x⁻², which is beyond the range.
POWERS = [(2.0, 3.0), (1.5, -2.5), (1e-100, 0.5), (1e100, 1.25), (0.999, 1000.0), (2.5, 1e-8), (1e-310, 0.0), (1 + 1e-10, 1e10), (1 - 2.0**-53, 1e16)]
POWERS += [(1e-100, 1.5), (1e-100, 3.0), (1e100, -3.0), (3.0, 0.0), (3.0, 1.0), (0.5, 1000.0), (1e200, 1e-200), (7.0, -300.0), (10.0, 300.0), (2.0, 1023.0)]
QUOTIENTS = [(0.5, 2.0), (1e200, 1e200), (1e-200, 1e-200), (1e200, 1e150), (1.0, 1e-100), (0.0, 3.0), (1e-310, 1e-310), (1e300, 1e-5), (-3.0, 1e160)]
TWO_OPERANDS = {
    'hypot': (lambda x, y: mp.sqrt(x * x + y * y), LENGTHS),
    'atan2': (mp.atan2, [p for p in LENGTHS if p[1] != 0 and p != (5e-324, 5e-324)] + [(2.0, -1e-8), (-3.0, 1.25), (2.0, 0.0), (1e-300, -1.0)]),
    'logAddExp': (log_add_exp, SUMS),
    'pow': (lambda x, y: x**y, POWERS),
    'div': (lambda x, y: x / y, QUOTIENTS),
}

# Functions whose derivatives are known by formulas.

GAMMA = [-100.5, -30.5, -20.3, -5 - 1e-9, -3.5, -2.5, -2 + 1e-12, -1.3, -0.7, -0.504083, -1e-3, -1e-10, -1e-20, -1e-200, -1e-310, 1e-310, 1e-200, 1e-20]
GAMMA += [1e-8, 0.3, 0.5, 1 - 1e-9, 1.0, 1 + 1e-12, 1.3, 1.46, 1.4616321449683622, 1.4616321449683625, 1.46163, 1.5, 2 - 1e-10, 2.0, 2.3, 5.5, 10.0, 20.1, 60.25, 170.0]
BESSEL = [0.0, 5e-324, 1e-200, 1e-20, 1e-8, 0.3, 1.0, 2.0, 2.40482, 3.83, 7.3, 12.4, 20.0, 24.9, 25.1, 31.0, 100.3, 1e5, 1e10]
BESSEL = [-x for x in reversed(BESSEL) if x > 0] + BESSEL


def psi(n, x):
    """The polygamma function; for large arguments by its asymptotic series, which mpmath sums too slowly."""
    if x < 1e4:
        return mp.psi(n, x)
    terms = [mp.bernoulli(2 * k) * mp.factorial(2 * k + n - 1) / mp.factorial(2 * k) / x ** (2 * k + n) for k in range(1, 30)]
    if n == 0:
        return mp.log(x) - 1 / (2 * x) - sum(terms)
    return (-1) ** (n + 1) * (mp.factorial(n - 1) / x**n + mp.factorial(n) / (2 * x ** (n + 1)) + sum(terms))


def log_gamma(x):
    return mp.loggamma(x) if x > 0 else mp.log(abs(mp.gamma(x)))


def gamma(x):
    g, p = mp.gamma(x), [mp.psi(k, x) for k in range(3)]
    return [g, g * p[0], g * (p[0] ** 2 + p[1]), g * (p[0] ** 3 + 3 * p[0] * p[1] + p[2])]


def erf_inverse(x):
    y = mp.erfinv(x)
    first = mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
    return [y, first, 2 * y * first**2, 2 * first**3 * (1 + 4 * y * y)]


def log_beta(x, y):
    partials = [log_gamma(x) + log_gamma(y) - log_gamma(x + y)]
    for i, j in ORDERS[2][1:]:
        partials.append((psi(i - 1, x) if j == 0 else psi(j - 1, y) if i == 0 else 0) - psi(i + j - 1, x + y))
    return partials


def partitions(items):
    """All ways to put items into blocks."""
    if not items:
        yield []
        return
    for rest in partitions(items[1:]):
        yield [[items[0]]] + rest
        for k in range(len(rest)):
            yield rest[:k] + [[items[0]] + rest[k]] + rest[k + 1 :]


def beta(x, y):
    """Partials of B = ± exp ln |B| by Faà di Bruno's formula."""
    logarithm = dict(zip(ORDERS[2], log_beta(x, y)))
    sign = mp.sign(mp.rgamma(x)) * mp.sign(mp.rgamma(y)) * mp.sign(mp.rgamma(x + y)) if max(x, y) < 1e4 else 1
    value = sign * mp.exp(logarithm[0, 0])
    results = []
    for order in ORDERS[2]:
        total = mp.mpf(0)
        for blocks in partitions([(1, 0)] * order[0] + [(0, 1)] * order[1]):
            total += mp.fprod(logarithm[sum(b[0] for b in block), sum(b[1] for b in block)] for block in blocks)
        results.append(value * total)
    return results


# Where an operand is tiny, mixed partials of beta are small differences: see the operator's convention.
BETAS = [(0.5, 2.0), (3.0, 1.25), (20.5, 30.0), (100.0, 80.0), (1.0, 1.0), (1e5, 0.5), (0.5, 1e10), (300.0, 2.0), (0.5, -0.3), (-1.5, 4.2), (1e5, 1e5)]
BETAS += [(200.0, 300.0), (3.0, 125.0), (-0.5, -0.7), (-0.25, 1000.5)]
BY_FORMULA = {
    'gamma': (gamma, GAMMA),
    'logGamma': (lambda x: [log_gamma(x)] + [psi(k, x) for k in range(3)], GAMMA + [1000.0, 1e5, 1e16, 1e100, 1e200, 1e305]),
    'digamma': (lambda x: [psi(k, x) for k in range(4)], GAMMA + [1000.0, 1e5, 1e16, 1e100, 1e200, 1e305]),
    'erfInv': (erf_inverse, UNIT),
    'besselJ0': (lambda x: [mp.besselj(0, x, derivative=k) for k in range(4)], BESSEL),
    'besselJ1': (lambda x: [mp.besselj(1, x, derivative=k) for k in range(4)], BESSEL),
    'beta': (beta, BETAS),
    'logBeta': (log_beta, BETAS + [(1e-8, 2.0), (1e-8, 1e-8), (1e-200, 3.0), (1.0, 1e-10), (1e10, 1e10), (1e6, 3.0)]),
}


def as_number(value):
    """A double, or the name of an infinity, which JSON does not have."""
    number = float(mp.re(value))
    return number if abs(number) < float('inf') else 'Infinity' if number > 0 else '-Infinity'


def write(tables, name):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), 'w') as file:
        rows = (f'"{each}": [\n' + ',\n'.join(json.dumps(row) for row in table) + ']' for each, table in tables.items())
        file.write('{\n' + ',\n'.join(rows) + '\n}\n')


def by_formula(functions):
    tables = {}
    for name, (f, points) in functions.items():
        points = [p if isinstance(p, tuple) else (p,) for p in points]
        with mp.workdps(700):
            tables[name] = [[list(p), [as_number(v) for v in f(*map(mp.mpf, p))]] for p in points]
    return tables


if __name__ == '__main__':
    tables = {}
    for name, (f, points, *singular) in {**ONE_OPERAND, **TWO_OPERANDS}.items():
        points = [p if isinstance(p, tuple) else (p,) for p in points]
        tables[name] = [[list(p), [as_number(v) for v in by_differences(f, p, *singular)]] for p in points]
    write({**tables, **by_formula(BY_FORMULA)}, 'scalar-functions.json')
