"""Writes special-functions.json, in the form of scalar-functions.json: special functions whose derivatives are known by formulas.

Needs python3-mpmath. Run: python3 test/reference/make_special.py
"""

import mpmath as mp

from make_tables import POSITIVE, by_formula, write
from operators.elementwise import bessel_ie, entr, log_ndtr, log_ndtr_derivative, ndtr

NORMAL = [-1e8, -1e4, -700.0, -40.0, -37.5, -26.2, -19.9, -10.0, -5.5, -3.7, -2.5, -1.81, -1.79, -1.3, -1.0, -0.76, -0.74, -0.5, -0.1, -1e-8, -1e-200]
NORMAL = NORMAL + [0.0, 1e-8, 0.1, 0.5, 1.3, 2.0, 3.7, 7.0, 8.3, 19.9, 37.0]
BESSEL = [1e-200, 1e-20, 1e-8, 0.3, 1.0, 2.0, 5.0, 9.7, 14.0, 20.0, 24.9, 25.1, 27.1, 29.1, 31.1, 50.0, 100.3, 700.0]
BESSEL = [-x for x in reversed(BESSEL)] + BESSEL


def density(x):
    phi = mp.npdf(x)
    return [ndtr(x), phi, -x * phi, (x * x - 1) * phi]


def bessel(n):
    def partials(x):
        order = lambda k: mp.besseli(abs(k), x)
        return [sum(mp.binomial(k, j) * order(n - k + 2 * j) for j in range(k + 1)) / mp.mpf(2) ** k for k in range(4)]

    return partials


def x_log(inner):
    """Partials of x f(y) in the orders of the tables, from the derivatives of f."""

    def partials(x, y):
        f = inner(y)
        return [x * f[j] if i == 0 else f[j] if i == 1 else mp.mpf(0) for n in range(4) for i, j in ((n - j, j) for j in range(n + 1))]

    return partials


def logarithm(y):
    return [mp.log(y), 1 / y, -1 / y**2, 2 / y**3]


PRODUCTS = [(0.5, 2.0), (-3.0, 1e-8), (1e-200, 3.0), (7.0, 1.0), (1e100, 1e-100), (2.5, 1e10), (0.0, 3.0), (1e-8, 0.999)]
LOG_NDTR = lambda x: [log_ndtr(x)] + [log_ndtr_derivative(k, x) for k in (1, 2, 3)]

TABLES = {
    'entr': (lambda x: [entr(x), -mp.log(x) - 1, -1 / x, 1 / x**2], POSITIVE),
    'ndtr': (density, [x for x in NORMAL if x > -38]),
    'logNdtr': (LOG_NDTR, NORMAL),
    'besselI0': (bessel(0), BESSEL),
    'besselI1': (bessel(1), BESSEL),
    'besselI0e': (lambda x: [bessel_ie(k, 0, x) for k in range(4)], BESSEL + [1e4, 1e10]),
    'besselI1e': (lambda x: [bessel_ie(k, 1, x) for k in range(4)], BESSEL + [1e4, 1e10]),
    'xlogy': (x_log(logarithm), PRODUCTS),
    'xlog1py': (x_log(lambda y: [mp.log1p(y)] + logarithm(1 + y)[1:]), PRODUCTS + [(2.0, -0.75), (2.0, -1 + 1e-10)]),
}

if __name__ == '__main__':
    write(by_formula(TABLES), 'special-functions.json')
