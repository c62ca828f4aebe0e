"""Writes scalar-functions.json and functions-of-two.json: values and derivatives of scalar functions to full double precision.

Needs python3-mpmath. Each entry is [x, value, first, second, third derivative], computed by the formulas below with
120 digits or more and rounded once to double precision.
Run: python3 test/reference/make_tables.py
"""

import json
import os

import mpmath as mp

mp.mp.dps = 80

EVERYWHERE = [-1e300, -1e150, -1e20, -700.5, -50, -20.25, -5.5, -2, -1, -0.7, -0.25, -1e-3, -1e-8, -1e-20, -1e-150, -1e-300]
REAL = EVERYWHERE + [-x for x in reversed(EVERYWHERE)]
POSITIVE = [x for x in REAL if x > 0]
MODERATE = [x for x in REAL if abs(x) < 1e21]
UNIT = [-0.999999, -0.9, -0.5, -0.1, -1e-8, -1e-150, 1e-150, 1e-8, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999999]
ABOVE_MINUS_ONE = [-0.999, -0.7, -0.25, -1e-3, -1e-8, -1e-20] + POSITIVE


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def erfc(x):
    """mpmath's erfc overflows for huge arguments, where the function is 0 or 2 to any precision in use."""
    return mp.mpf(0) if x > 1e4 else mp.mpf(2) if x < -1e4 else mp.erfc(x)


def gelu(x):
    return x * erfc(-x / mp.sqrt(2)) / 2


FUNCTIONS = {
    'exp': (mp.exp, REAL),
    'expm1': (mp.expm1, REAL),
    'log': (mp.log, POSITIVE),
    'log1p': (lambda x: mp.log(1 + x), ABOVE_MINUS_ONE),
    'log2': (lambda x: mp.log(x, 2), POSITIVE),
    'log10': (lambda x: mp.log(x, 10), POSITIVE),
    'sqrt': (mp.sqrt, POSITIVE),
    'square': (lambda x: x * x, REAL),
    'reciprocal': (lambda x: 1 / x, REAL),
    'sin': (mp.sin, MODERATE),
    'cos': (mp.cos, MODERATE),
    'tan': (mp.tan, MODERATE),
    'asin': (mp.asin, UNIT),
    'acos': (mp.acos, UNIT),
    'atan': (mp.atan, REAL),
    'sinh': (mp.sinh, REAL),
    'cosh': (mp.cosh, REAL),
    'tanh': (mp.tanh, REAL),
    'sigmoid': (sigmoid, REAL),
    'softplus': (lambda x: mp.log(1 + mp.exp(x)) if x < 0 else x + mp.log(1 + mp.exp(-x)), REAL),
    'silu': (lambda x: x * sigmoid(x), REAL),
    # At ±2 the third derivative crosses 0, where no formula has relative accuracy.
    'gelu': (gelu, [x for x in REAL if abs(x) != 2]),
    'cbrt': (lambda x: mp.cbrt(x) if x > 0 else -mp.cbrt(-x), REAL),
    'exp2': (lambda x: mp.mpf(2) ** x, REAL),
    'asinh': (mp.asinh, [x for x in REAL if abs(x) < 1e200]),
    'acosh': (mp.acosh, [1.0001, 1.5, 2, 5.5, 50, 700.5, 1e20, 1e150]),
    'atanh': (mp.atanh, UNIT),
    'mish': (lambda x: x * mp.tanh(mp.log(1 + mp.exp(x))), [x for x in MODERATE if abs(x) < 200]),
    'logSigmoid': (lambda x: -mp.log(1 + mp.exp(-x)) if x > 0 else x - mp.log(1 + mp.exp(x)), REAL),
    'sinc': (lambda x: mp.sin(mp.pi * x) / (mp.pi * x), [0.1, 0.3, 0.625, 0.7, 1.25, 1.3, 2.3, 7.7, 100.3, -0.4, -1e-8, 1e-3, 1e-150]),
    'erf': (lambda x: 1 - erfc(x) if x > 0 else erfc(-x) - 1, REAL),
    'erfc': (erfc, REAL),
}


GAMMA_POINTS = [-10.3, -2.5, -1.3, -0.7, -1e-3, -1e-20, 1e-150, 1e-20, 1e-3, 0.3, 0.5, 1, 1.001, 1.7, 2, 2.3, 3, 5.5, 9.9, 10, 23, 60.25]
BESSEL_POINTS = [-30.5, -7.3, -1, -1e-8, 1e-150, 1e-8, 1e-3, 0.3, 1, 2, 4.7, 7.3, 12.4, 24.9, 25.1, 31, 100.3, 1e5, 1e10]


def gamma(x):
    g, p0, p1, p2 = mp.gamma(x), mp.psi(0, x), mp.psi(1, x), mp.psi(2, x)
    return [g, g * p0, g * (p0**2 + p1), g * (p0**3 + 3 * p0 * p1 + p2)]


def erf_inverse(x):
    y = mp.erfinv(x)
    first = mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
    return [y, first, 2 * y * first**2, 2 * first**3 * (1 + 4 * y * y)]


# Functions whose derivatives are known: value and three derivatives by formula, at 60 digits.
BY_FORMULA = {
    'gamma': (gamma, GAMMA_POINTS + [100.5, 170]),
    'logGamma': (lambda x: [mp.log(abs(mp.gamma(x))) if abs(x) < 1e5 else mp.loggamma(x), mp.psi(0, x), mp.psi(1, x), mp.psi(2, x)], GAMMA_POINTS + [171, 1e5, 1e20, 1e100]),
    'digamma': (lambda x: [mp.psi(k, x) for k in range(4)], GAMMA_POINTS + [171, 1e5, 1e20]),
    'erfInv': (erf_inverse, [x for x in UNIT if abs(x) > 1e-100] + [0.25, -0.999999999]),
    'besselJ0': (lambda x: [mp.besselj(0, x, derivative=k) for k in range(4)], BESSEL_POINTS),
    'besselJ1': (lambda x: [mp.besselj(1, x, derivative=k) for k in range(4)], BESSEL_POINTS),
}


def derivatives(f, x):
    """Value and three derivatives by central differences of eighth order, at a precision that hides their error.

    The digits follow the size of x, and the exponentially small tails that differences must resolve.
    """
    with mp.workdps(int(120 + 4 * abs(mp.log10(abs(x))) + 2 * min(abs(x), 1000) + min(x * x, 2000))):
        point = mp.mpf(x)
        h = min(abs(point), mp.mpf(1)) * mp.mpf(10) ** -18
        values = [f(point + k * h) for k in range(-4, 5)]
        odd = [values[4 + k] - values[4 - k] for k in range(5)]
        even = [values[4 + k] + values[4 - k] for k in range(5)]
        weights = [
            (odd, h, [(1, 4, 5), (2, -1, 5), (3, 4, 105), (4, -1, 280)]),
            (even, h**2, [(0, -205, 144), (1, 8, 5), (2, -1, 5), (3, 8, 315), (4, -1, 560)]),
            (odd, h**3, [(1, -61, 30), (2, 169, 120), (3, -3, 10), (4, 7, 240)]),
        ]
        noise = max(abs(v) for v in values) * mp.mpf(10) ** (5 - mp.mp.dps)
        results = [values[4]]
        for terms, power, coefficients in weights:
            difference = sum(mp.mpf(c) / d * terms[k] for k, c, d in coefficients)
            results.append(mp.mpf(0) if abs(difference) < noise else difference / power)
        return results


def as_text(value):
    """A double as text that JSON can hold; values beyond the range as signed Infinity."""
    number = float(mp.re(value))
    return ('Infinity' if number > 0 else '-Infinity') if abs(number) == float('inf') else number


tables = {}
for name, (f, points) in FUNCTIONS.items():
    tables[name] = [[x] + [as_text(v) for v in derivatives(f, x)] for x in points]

PAIRS = {
    'logAddExp': (lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), [(0.5, 2), (-3, -3), (700, 701), (-745, 3), (1e-8, -1e-8), (40, 0)]),
    'hypot': (lambda x, y: mp.sqrt(x * x + y * y), [(3, 4), (1e200, 1e200), (1e-200, 2e-200), (-0.5, 1e8), (1e-300, 1)]),
    'atan2': (mp.atan2, [(0.5, 2), (-3, 1.25), (1e-200, -1e-200), (1e200, 1e200), (2, -1e-8)]),
    'pow': (mp.power, [(2, 3), (1.5, -2.5), (1e-200, 0.5), (1e200, 1.25), (0.999, 1000), (2.5, 1e-8)]),
    'beta': (mp.beta, [(0.5, 2), (3, 1.25), (20.5, 30), (100, 80), (1e-8, 2)]),
    'logBeta': (lambda x, y: mp.log(mp.beta(x, y)), [(0.5, 2), (3, 125), (200, 300), (1e-8, 2), (1e6, 3), (0.3, 1e10)]),
}

# Functions of two numbers: rows of [x, y, value, ∂/∂x, ∂/∂y].
pairs = {}
for name, (f, points) in PAIRS.items():
    pairs[name] = []
    for x, y in points:
        with mp.workdps(700):
            a, b = mp.mpf(x), mp.mpf(y)
            h = mp.mpf(10) ** -280
            dx, dy = (min(abs(a), 1) or 1) * h, (min(abs(b), 1) or 1) * h
            values = [f(a, b), (f(a + dx, b) - f(a - dx, b)) / (2 * dx), (f(a, b + dy) - f(a, b - dy)) / (2 * dy)]
            pairs[name].append([x, y] + [as_text(v) for v in values])

for name, (f, points) in BY_FORMULA.items():
    with mp.workdps(60):
        tables[name] = [[x] + [as_text(v) for v in f(mp.mpf(x))] for x in points]

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'scalar-functions.json')
with open(path, 'w') as file:
    file.write('{\n')
    file.write(',\n'.join(f'"{name}": [\n' + ',\n'.join(json.dumps(row) for row in rows) + ']' for name, rows in tables.items()))
    file.write('\n}\n')

with open(os.path.join(os.path.dirname(path), 'functions-of-two.json'), 'w') as file:
    file.write('{\n')
    file.write(',\n'.join(f'"{name}": [\n' + ',\n'.join(json.dumps(row) for row in rows) + ']' for name, rows in pairs.items()))
    file.write('\n}\n')
