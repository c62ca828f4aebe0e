"""Writes decompositions.json: singular values, and eigenvalues of symmetric matrices, to double precision.

Needs python3-mpmath. The matrices' entries are doubles; everything is computed with 2,200 bits. Each entry is
{name, matrix, singular, eigen?, relative}: with `relative` every value is determined to full accuracy by the entries, and a good
method finds it so; otherwise errors are small beside the largest.

Run: python3 test/reference/make_decompositions.py
"""

import json
import os
import random

import mpmath as mp

mp.mp.prec = 2200
random.seed(20261126)


def normal(m, n):
    return [[random.gauss(0, 1) for _ in range(n)] for _ in range(m)]


def scaled(a, rows, columns):
    return [[row * x * column for x, column in zip(line, columns)] for line, row in zip(a, rows)]


def symmetrized(a):
    return [[a[max(i, j)][min(i, j)] for j in range(len(a))] for i in range(len(a))]


def gram(a):
    """Aᵀ A in doubles, exactly symmetric."""
    columns = list(zip(*a))
    return symmetrized([[sum(x * y for x, y in zip(p, q)) for q in columns] for p in columns])


def powers(n, step):
    return [10.0 ** (step * i) for i in range(n)]


near_unit = [[1.0 if i == j else 0.3 / (1 + abs(i - j)) for j in range(7)] for i in range(7)]
wilkinson = [[float(abs(i - 10)) if i == j else float(abs(i - j) == 1) for j in range(21)] for i in range(21)]
hilbert = [[1 / (i + j + 1) for j in range(8)] for i in range(8)]
magic = [[16.0, 2, 3, 13], [5, 11, 10, 8], [9, 7, 6, 12], [4, 14, 15, 1]]

MATRICES = {
    'a row of zeros': ([[0.0, 0, 0], [1, 2, 3], [4, 5, 7]], False),
    'a column of zeros': ([[0.0, 1, 2], [0, 3, 4], [0, 5, 7], [0, 1, 1]], False),
    'ones': ([[1.0] * 10 for _ in range(10)], False),
    'zeros': ([[0.0] * 3 for _ in range(3)], False),
    'one entry': ([[-3.5]], True),
    'one row': ([[3.0, 0, -4]], True),
    'equal values': ([[2.0, 0, 0, 0], [0, 1.5, 0.5, 0], [0, 0.5, 1.5, 0], [0, 0, 0, -2]], False),
    'a permutation': ([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]], True),
    'of rank 1': (gram(normal(1, 12)), False),
    'five samples of ten features': (gram(normal(5, 10)), False),
    'five samples of ten features, themselves': (normal(5, 10), False),
    'of rank 3': (magic, False),
    'Hilbert': (hilbert, False),
    'Wilkinson': (wilkinson, False),
    'random': (normal(9, 9), False),
    'random and symmetric': (symmetrized(normal(9, 9)), False),
    'tall': (normal(11, 4), False),
    'wide': (normal(3, 8), False),
    'huge': (scaled(symmetrized(normal(4, 4)), [1e150] * 4, [1e149] * 4), False),
    'at the end of the range': (scaled(symmetrized(normal(3, 3)), [1e200] * 3, [1e107] * 3), False),
    'tiny': (scaled(symmetrized(normal(4, 4)), [1e-150] * 4, [1e-149] * 4), False),
    'graded and positive definite': (scaled(near_unit, powers(7, -3), powers(7, -3)), True),
    'graded the other way': (scaled(near_unit, powers(7, 4), powers(7, 4)), True),
    'graded far': (scaled(near_unit, powers(7, -20), powers(7, -20)), True),
    'graded columns': (scaled(normal(8, 5), [1.0] * 8, powers(5, -5)), True),
    'graded rows': (scaled(normal(5, 7), powers(5, -6), [1.0] * 7), True),
    'rows from huge to tiny': (scaled(normal(3, 3), [1e140, 1, 1e-130], [1.0] * 3), True),
}


def digits(x):
    return float(x)


def entry(name, rows, relative):
    a = mp.matrix(rows)
    m, n = len(rows), len(rows[0])
    singular = sorted((digits(x) for x in mp.svd_r(a if m >= n else a.T, compute_uv=False)), reverse=True)
    result = {'name': name, 'matrix': rows, 'relative': relative, 'singular': singular}
    if m == n and all(rows[i][j] == rows[j][i] for i in range(n) for j in range(n)):
        result['eigen'] = sorted(digits(x) for x in mp.eigsy(a, eigvals_only=True))
    return result


table = [entry(name, rows, relative) for name, (rows, relative) in MATRICES.items()]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'decompositions.json')
with open(path, 'w') as file:
    file.write('[\n' + ',\n'.join(json.dumps(each) for each in table) + '\n]\n')
