"""Writes special-functions.json, in the form of scalar-functions.json: special functions whose derivatives are known by formulas.

Needs python3-mpmath. Run: python3 test/reference/make_special.py
"""

import mpmath as mp

from make_tables import POSITIVE, as_number, by_differences, by_formula, write
from operators.elementwise import bessel_ie, entr, gamma_density, gammainc, gammainc_derivative, gammainc_inverse, log_ndtr, log_ndtr_derivative, ndtr

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


ORDERS = [(n - j, j) for n in range(4) for j in range(n + 1)]


def gamma_partials(sign):
    """Of P, or with sign −1 of Q: those by x are the density and its derivatives."""

    def partials(a, x):
        with mp.workdps(120):
            f = [gamma_density(n, a, x) for n in range(4)]
            result = []
            for i, j in ORDERS:
                if j == 0:
                    value = gammainc(a, x, upper=sign < 0) if i == 0 else sign * gammainc_derivative(i, a, x)
                elif j == 1:
                    value = sign * f[i]
                elif j == 2:
                    value = sign * (((a - 1) / x - 1) * f[i] + (i * f[i - 1] / x if i else 0))
                else:
                    value = sign * (((a - 1) / x - 1) ** 2 - (a - 1) / x**2) * f[0]
                result.append(value)
            return result

    return partials


GAMMAS = [(0.5, 2.0), (1e-3, 0.1), (1e-8, 1.2), (0.9, 1e-8), (1.0, 3.0), (3.0, 1.25), (9.3, 9.0), (19.5, 40.0), (20.5, 3.0), (99.0, 110.0), (101.0, 95.0)]
GAMMAS += [(150.0, 300.0), (1e3, 1010.0), (1e4, 9e3), (2.5, 60.0), (5.0, 1e-20)]
QUANTILES = [(0.5, 0.25), (3.0, 0.75), (2.5, 1e-3)]

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

TABLES['gammainc'] = (gamma_partials(1), GAMMAS)
TABLES['gammaincc'] = (gamma_partials(-1), GAMMAS)
INVERSES = {
    'gammaincInv': (gammainc_inverse, QUANTILES),
    'gammainccInv': (lambda a, q: gammainc_inverse(a, q, upper=True), QUANTILES),
}

if __name__ == '__main__':
    tables = by_formula(TABLES)
    for name, (f, points) in INVERSES.items():
        tables[name] = [[list(p), [as_number(v) for v in by_differences(f, p)]] for p in points]
    write(tables, 'special-functions.json')
