"""Writes matrix-functions.json: functions of matrices and their first and second derivatives, to double precision.

Needs python3-mpmath. Derivatives are central differences with 120 digits. Each entry is {function, name, a, e, g, c, value, first,
second, gradient}: the value at a, the derivative in the direction e, the second in e and g, and the gradient of Σ c ∘ f(a).

Run: python3 test/reference/make_matrix_functions.py
"""

import json
import os
import random

import mpmath as mp

mp.mp.dps = 120
random.seed(20261127)
STEP = mp.mpf(10) ** -25


def normal(m, n, size=1.0):
    return [[random.gauss(0, 1) * size for _ in range(n)] for _ in range(m)]


def plus(a, b):
    return [[x + y for x, y in zip(p, q)] for p, q in zip(a, b)]


def diagonal(*entries):
    return [[float(x) if i == j else 0.0 for j, x in enumerate(entries)] for i in range(len(entries))]


def gram(b):
    columns = list(zip(*b))
    upper = [[sum(x * y for x, y in zip(p, q)) for q in columns] for p in columns]
    return [[upper[min(i, j)][max(i, j)] for j in range(len(columns))] for i in range(len(columns))]


def expm(a):
    return mp.expm(a, method='taylor')


def polar_factor(a):
    if a.rows < a.cols:
        return polar_factor(a.T).T
    return a * mp.inverse(mp.sqrtm(a.T * a))


def pinv(a):
    """Of full rank."""
    return a.T * mp.inverse(a * a.T) if a.rows < a.cols else mp.inverse(a.T * a) * a.T


def of_symmetric(f):
    """f of the symmetric part, eigenvalue by eigenvalue."""

    def function(a):
        values, vectors = mp.eigsy((a + a.T) / 2)
        return vectors * mp.diag([f(x) for x in values]) * vectors.T

    return function


POWER = mp.mpf(3) / 8
SYMMETRIC_FUNCTIONS = {
    'exp': mp.exp,
    'log': mp.log,
    'sqrt': mp.sqrt,
    'cos': mp.cos,
    'power': lambda x: x**POWER,
    'slope of the power': lambda x: mp.log(x) * x**POWER,
}
FUNCTIONS = {**{name: of_symmetric(f) for name, f in SYMMETRIC_FUNCTIONS.items()}, 'expm': expm, 'sqrtm': mp.sqrtm, 'logm': mp.logm, 'polar': polar_factor, 'pinv': pinv}

SQUARE = {
    'unit': diagonal(1, 1, 1),
    'with equal eigenvalues': diagonal(2, 2, 5),
    'symmetric and positive definite': plus(gram(normal(4, 4)), diagonal(1, 1, 1, 1)),
    'of no symmetry': plus(normal(4, 4, 0.4), diagonal(2, 2, 2, 2)),
    "Jordan's": [[2.0, 1, 0], [0, 2, 1], [0, 0, 2]],
    'that turns': [[1.0, -2, 0], [2, 1, 0], [0, 1, 3]],
    'close to unit': [[1 + 1e-7, 1e-7], [2e-7, 1 - 1e-7]],
    'with eigenvalues close to each other': [[1.0, 1e-9, 0], [1e-9, 1, 1e-10], [0, 1e-10, 1 + 1e-12]],
    'far from normal': [[1e-3, 1, 0], [0, 1, 50], [0, 0, 1e3]],
    'of one entry': [[7.0]],
}
SYMMETRIC = {
    'unit': diagonal(1, 1, 1),
    'with two equal eigenvalues': [[2.0, 1, 1], [1, 2, 1], [1, 1, 2]],
    'with eigenvalues close to each other': [[1.0, 1e-9, 0], [1e-9, 1, 1e-12], [0, 1e-12, 1 + 1e-12]],
    'with eigenvalues at 1e-4': [[1.0, 1e-4, 0], [1e-4, 1, 0], [0, 0, 3]],
    'with eigenvalues at 1e-2': [[1.0, 1e-2, 0], [1e-2, 1, 2e-2], [0, 2e-2, 1.01]],
    'of other eigenvalues': [[4.0, 1, 0.5, 0], [1, 3, -0.25, 1], [0.5, -0.25, 2, 0.5], [0, 1, 0.5, 6]],
    'of one entry': [[7.0]],
}
CASES = {
    'expm': {
        **SQUARE,
        'far from normal': [[1.0, 1e4, 1e6], [0, -1, 1e3], [0, 0, 2]],
        'zero': diagonal(0, 0, 0),
        'nilpotent': [[0.0, 1, 2], [0, 0, 3], [0, 0, 0]],
        'tiny': normal(3, 3, 1e-8),
        'with large eigenvalues of both signs': [[-49.0, 24], [-64, 31]],
        'of many turns': [[0.0, 30], [-30, 0]],
    },
    'sqrtm': SQUARE,
    'logm': SQUARE,
    'polar': {
        'unit': diagonal(1, 1, 1),
        'with equal singular values': [[0.0, -2, 0], [2, 0, 0], [0, 0, 2]],
        'random': normal(4, 4),
        'tall': normal(4, 2),
        'wide': normal(2, 3),
    },
    'pinv': {'unit': diagonal(1, 1), 'tall': normal(4, 2), 'wide': normal(2, 3), 'with equal singular values': [[0.0, -2], [2, 0], [0, 0]]},
    **{name: SYMMETRIC for name in SYMMETRIC_FUNCTIONS},
}


def doubles(m):
    return [[float(mp.re(m[i, j])) for j in range(m.cols)] for i in range(m.rows)]


def entry(name, label, rows):
    f = FUNCTIONS[name]
    a = mp.matrix(rows)
    e, g = normal(a.rows, a.cols), normal(a.rows, a.cols)
    value = f(a)
    c = normal(value.rows, value.cols)
    de, dg = STEP * mp.matrix(e), STEP * mp.matrix(g)
    first = (f(a + de) - f(a - de)) / (2 * STEP)
    second = (f(a + de + dg) - f(a + de - dg) - f(a - de + dg) + f(a - de - dg)) / (4 * STEP**2)
    gradient = mp.zeros(a.rows, a.cols)
    for i in range(a.rows):
        for j in range(a.cols):
            unit = mp.zeros(a.rows, a.cols)
            unit[i, j] = STEP
            change = (f(a + unit) - f(a - unit)) / (2 * STEP)
            gradient[i, j] = sum(c[p][q] * change[p, q] for p in range(value.rows) for q in range(value.cols))
    named = {'value': value, 'first': first, 'second': second, 'gradient': gradient}
    return {'function': name, 'name': label, 'a': rows, 'e': e, 'g': g, 'c': c, **{key: doubles(m) for key, m in named.items()}}


table = [entry(name, label, rows) for name, cases in CASES.items() for label, rows in cases.items()]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'matrix-functions.json')
with open(path, 'w') as file:
    file.write('[\n' + ',\n'.join(json.dumps(each) for each in table) + '\n]\n')
