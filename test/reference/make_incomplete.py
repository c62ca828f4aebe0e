"""Writes incomplete.json: incomplete gamma and beta functions and their inverses at extreme parameters, rounded once to double precision.

"gamma": rows [a, x, P, Q, ∂P/∂a]; "beta": rows [a, b, x, I, ∂I/∂a, ∂I/∂b]. Derivatives are differences of eighth order at a hundred digits.
The places are beside the mean and up to nine standard deviations from it, and far from it.

Needs python3-mpmath. Run: python3 test/reference/make_incomplete.py
"""

import json
import os
import signal

import mpmath as mp

WEIGHTS = {1: mp.mpf(4) / 5, 2: -mp.mpf(1) / 5, 3: mp.mpf(4) / 105, 4: -mp.mpf(1) / 280}


def slope(f, t):
    with mp.workdps(100):
        t = mp.mpf(t)
        step = t * mp.mpf(10) ** -12
        return mp.fsum(mp.mpf(w) * (f(t + k * step) - f(t - k * step)) for k, w in WEIGHTS.items()) / step


def lower(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def beta(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


class TooLong(Exception):
    """mpmath does not find some of the values."""


def stop(*_):
    raise TooLong


def rows_of(points, row):
    rows = []
    for point in points:
        signal.setitimer(signal.ITIMER_REAL, 2)
        try:
            with mp.workdps(80):
                rows.append([*point, *(float(each) for each in row(*point))])
        except (TooLong, mp.libmp.NoConvergence, ValueError, ZeroDivisionError):
            pass
        signal.setitimer(signal.ITIMER_REAL, 0)
    return rows


GAMMA = []
for a in [1e-10, 1e-3, 0.1, 0.9, 1.0, 3.0, 19.9, 20.1, 99.0, 101.0, 1e3, 1e4]:
    places = [1e-300, 1e-8, 0.2, 0.51, 1.2, 1.51, 10.0, 50.0] if a < 20 else []
    places += [a + k * a**0.5 for k in (-9, -3, -0.1, 0, 1, 9)] + [a * 0.76, a * 1.24, a * 5]
    GAMMA += [(a, x) for x in places if x > 0]
BETA = []
for a in [1e-10, 1e-3, 0.5, 1.0, 3.0, 10.5, 200.0, 1e5]:
    for b in [1e-10, 0.1, 1.0, 9.3, 50.0, 1e3]:
        mean, spread = a / (a + b), (a * b / ((a + b) ** 2 * (a + b + 1))) ** 0.5
        places = [1e-10, 0.3, 0.7, 1 - 1e-6, mean, mean - spread, mean + 4 * spread]
        BETA += [(a, b, x) for x in places if 0 < x < 1]

if __name__ == '__main__':
    signal.signal(signal.SIGALRM, stop)
    gamma_row = lambda a, x: (lower(mp.mpf(a), mp.mpf(x)), mp.gammainc(mp.mpf(a), mp.mpf(x), mp.inf, regularized=True), slope(lambda t: lower(t, mp.mpf(x)), a))
    beta_row = lambda a, b, x: (beta(a, b, x), slope(lambda t: beta(t, mp.mpf(b), mp.mpf(x)), a), slope(lambda t: beta(mp.mpf(a), t, mp.mpf(x)), b))
    tables = {'gamma': rows_of(GAMMA, gamma_row), 'beta': rows_of(BETA, beta_row)}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'incomplete.json'), 'w') as file:
        parts = (f'"{name}": [\n' + ',\n'.join(json.dumps(row) for row in rows) + ']' for name, rows in tables.items())
        file.write('{\n' + ',\n'.join(parts) + '\n}\n')
    print({name: len(rows) for name, rows in tables.items()})
