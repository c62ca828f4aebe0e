"""Writes elementary.json: values of elementary functions to more than double precision, for errors in units in the last place.

Needs python3-mpmath. Each entry is [x, high, low]: the value is the sum of the two doubles, computed with 1,400 bits.

Run: python3 test/reference/make_elementary.py
"""

import json
import math
import os
import random

import mpmath as mp

mp.mp.prec = 1400
random.seed(20261125)


def uniform(low, high, count):
    return [random.uniform(low, high) for _ in range(count)]


def magnitudes(low, high, count):
    return [random.choice([-1, 1]) * 2 ** random.uniform(low, high) for _ in range(count)]


# Doubles next to multiples of a quarter turn, and the one that is nearest to any.
QUARTERS = [k * math.pi / 2 for k in list(range(1, 40)) + list(range(600, 652))] + [float(k * mp.pi / 2) for k in (10**5, 10**9, 3 * 10**22)]


def hardest(exponent):
    """The double m 2^exponent that is nearest to a multiple of a quarter turn for its size: m is a denominator of a convergent."""
    x = mp.ldexp(2 / mp.pi, exponent)
    before, m = 0, 1
    rest = x - mp.floor(x)
    while True:
        whole = int(mp.floor(1 / rest))
        rest = 1 / rest - whole
        if whole * m + before >= 2**53:
            return float(m) * 2.0**exponent
        before, m = m, whole * m + before


QUARTERS += [hardest(exponent) for exponent in range(0, 960, 32)]
ANGLES = magnitudes(-30, 10, 100) + magnitudes(10, 1023, 60) + QUARTERS + [6381956970095103 * 2.0**797]

FUNCTIONS = {
    'exp': (mp.exp, uniform(-745, 709.7, 60) + magnitudes(-30, 9, 100) + [-745.1, 709.78, -708.5, 707.99]),
    'expm1': (mp.expm1, uniform(-50, 709, 40) + magnitudes(-40, 5, 120)),
    'log': (mp.log, [abs(x) for x in magnitudes(-1070, 1020, 60)] + uniform(0.5, 2, 100) + [1 + x for x in magnitudes(-50, -2, 40)] + [5e-324, 1e-310]),
    'log1p': (mp.log1p, [x for x in magnitudes(-60, 0, 80) if x > -1] + [abs(x) for x in magnitudes(0, 1000, 40)] + uniform(-1, 1, 80)),
    'sin': (mp.sin, ANGLES),
    'cos': (mp.cos, ANGLES),
    'sinh': (mp.sinh, magnitudes(-30, 5, 100) + uniform(-710.4, 710.4, 40)),
    'cosh': (mp.cosh, magnitudes(-30, 5, 100) + uniform(-710.4, 710.4, 40)),
    'tanh': (mp.tanh, magnitudes(-30, 5, 100) + uniform(-2, 2, 100)),
    'erf': (mp.erf, magnitudes(-30, 2.6, 100) + uniform(-6, 6, 60)),
    'sigmoid': (lambda x: 1 / (1 + mp.exp(-x)), magnitudes(-10, 6, 100) + uniform(-700, 700, 40)),
    'softplus': (lambda x: mp.log1p(mp.exp(x)), magnitudes(-10, 6, 100)),
}


def parts(value):
    high = float(value)
    return [high, float(value - mp.mpf(high))]


tables = {name: [[x] + parts(f(mp.mpf(x))) for x in points] for name, (f, points) in FUNCTIONS.items()}
with open(os.path.join(os.path.dirname(__file__), 'elementary.json'), 'w') as file:
    file.write('{\n' + ',\n'.join(f'{json.dumps(name)}: {json.dumps(rows)}' for name, rows in tables.items()) + '\n}\n')
