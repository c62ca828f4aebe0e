"""Writes scalar-functions.json: values and derivatives of scalar functions to full double precision.

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
    'erf': (lambda x: 1 - erfc(x) if x > 0 else erfc(-x) - 1, REAL),
    'erfc': (erfc, REAL),
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

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'scalar-functions.json')
with open(path, 'w') as file:
    file.write('{\n')
    file.write(',\n'.join(f'"{name}": [\n' + ',\n'.join(json.dumps(row) for row in rows) + ']' for name, rows in tables.items()))
    file.write('\n}\n')
