"""Values of the elementwise operators on mpmath numbers, written from their mathematics and not from the library's code."""

import mpmath as mp


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def erfc(x):
    """mpmath's erfc overflows for huge arguments, where the function is 0 or 2 to any precision in use."""
    return mp.mpf(0) if x > 1e4 else mp.mpf(2) if x < -1e4 else mp.erfc(x)


def erf(x):
    return 1 - erfc(x) if x > 1 else erfc(-x) - 1 if x < -1 else mp.erf(x)


def log_add_exp(x, y):
    return max(x, y) + mp.log1p(mp.exp(-abs(x - y)))


def log_gamma(x):
    """ln |Γ(x)|, by reflection for negative arguments."""
    if x > 0:
        return mp.loggamma(x)
    return mp.log(mp.pi / abs(mp.sinpi(x))) - mp.loggamma(1 - x)


def log_beta(x, y):
    return log_gamma(x) + log_gamma(y) - log_gamma(x + y)


def gelu_tanh(x):
    return x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mp.mpf(0.044715) * x**3)))


def sinc_derivative(n, x):
    """The n-th derivative of sin(πx)/(πx), term by term of its power series."""
    n = int(n)
    if abs(x) > 60:
        # π (x f)⁽ᵏ⁾ = (sin πx)⁽ᵏ⁾, and (x f)⁽ᵏ⁾ = x f⁽ᵏ⁾ + k f⁽ᵏ⁻¹⁾.
        found = mp.mpf(0)
        for k in range(n + 1):
            found = (mp.pi ** (k - 1) * mp.sinpi(x + mp.mpf(k) / 2) - k * found) / x
        return found
    with mp.workdps(mp.mp.dps + int(3 * abs(x)) + 10):
        total, k = mp.mpf(0), (n + 1) // 2
        while True:
            term = (-1) ** k * mp.pi ** (2 * k) / mp.factorial(2 * k + 1) * mp.ff(2 * k, n) * x ** (2 * k - n)
            total += term
            if 2 * k > 4 * abs(x) + n and abs(term) < mp.mpf(10) ** (-mp.mp.dps) * max(abs(total), mp.mpf(10) ** -400):
                return +total
            if x == 0:
                return total if 2 * k == n else mp.mpf(0)
            k += 1


def polygamma(n, x):
    """By reflection for negative numbers, as the recurrence of mpmath takes a step for each integer."""
    n = int(n)
    if x > -30:
        return mp.psi(n, x)
    if x == mp.floor(x):
        raise ZeroDivisionError
    # The n-th derivative of cot πx, as a polynomial in the cotangent: (p(c))′ = −π (1 + c²) p′(c).
    polynomial = [0, 1]
    for _ in range(n):
        slope = [k * a for k, a in enumerate(polynomial)][1:]
        polynomial = [-(a + b) for a, b in zip(slope + [0, 0], [0, 0] + slope)]
    cotangent = mp.cospi(x) / mp.sinpi(x)
    return (-1) ** n * mp.psi(n, 1 - x) - mp.pi ** (n + 1) * mp.fsum(a * cotangent**k for k, a in enumerate(polynomial))


def polygamma_increase(n, x, y):
    """With the digits that cancel where y is small beside x; nothing is known where their sum as a double is a pole that it is not in truth."""
    total = float(x + y) if mp.isfinite(x + y) else 0.5
    if total <= 0 and total == int(total) and min(abs(x), abs(y)) < mp.mpf(10) ** -30:
        return mp.nan
    with mp.workdps(mp.mp.dps + (int(abs(mp.log10(abs(y)))) + int(abs(mp.log10(abs(x)))) if x != 0 and y != 0 else 0)):
        return polygamma(n, x + y) - polygamma(n, x)


def mod(x, y):
    """Nothing is known where the steps are nearer to each other than the points of a difference."""
    if abs(y) < abs(x) * mp.mpf(10) ** -30:
        return mp.nan
    return x - y * mp.floor(x / y)


def atanh(x):
    return (mp.log1p(x) - mp.log1p(-x)) / 2 if abs(x) < 1 else mp.nan


SELU_ALPHA, SELU_SCALE = mp.mpf(1.6732632423543772848170429916717), mp.mpf(1.0507009873554804934193349852946)


def elu(x, alpha=1):
    return x if x > 0 else alpha * mp.expm1(x)


def real(f):
    """The function, NaN where its value is not real."""

    def on_reals(*operands):
        value = f(*operands)
        return value if not isinstance(value, mp.mpc) else value.real if value.imag == 0 else mp.nan

    return on_reals


def truth(f):
    return lambda *operands: mp.mpf(1 if f(*operands) else 0)


def xlogy(x, y):
    return mp.mpf(0) if x == 0 else x * mp.log(y) if y > 0 else x * mp.mpf('-inf') if y == 0 else mp.nan


def entr(x):
    return -x * mp.log(x) if x > 0 else mp.mpf(0) if x == 0 else mp.mpf('-inf')


def ndtr(x):
    return erfc(-x / mp.sqrt(2)) / 2


def log_ndtr(x):
    """By the asymptotic series where the complementary error function is beyond mpmath's exponents."""
    if x > -1e3:
        return mp.log(ndtr(x)) if x < 1 else mp.log1p(-ndtr(-x))
    terms, term, k = mp.mpf(1), mp.mpf(1), 1
    while abs(term) > mp.mpf(10) ** -mp.mp.dps and k < x * x / 2:
        term *= -(2 * k - 1) / (x * x)
        terms += term
        k += 1
    return -x * x / 2 - mp.log(-x) - mp.log(2 * mp.pi) / 2 + mp.log(terms)


def log_ndtr_derivative(n, x):
    n = int(n)
    if n == 0:
        return log_ndtr(x)
    if x < -1e3:
        return mp.diff(log_ndtr, x, n)
    with mp.workdps(mp.mp.dps + int(8 * mp.log10(2 + abs(x)) * (n + 1)) + int(min(x * x, 4000)) + 20):
        m = [mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi) / ndtr(x)]
        for j in range(n - 1):
            m.append(-(x * m[j] + (m[j - 1] if j else 0) + sum(m[i] * m[j - i] for i in range(j + 1))) / (j + 1))
        return m[n - 1] * mp.factorial(n - 1)


def gammainc(a, x, upper=False):
    if a <= 0 or x < 0:
        return mp.nan
    if x == 0:
        return mp.mpf(1 if upper else 0)
    if x > 1e5 + 10 * a:
        # Beyond exponents in use.
        return mp.mpf(0 if upper else 1)
    return mp.gammainc(a, x, mp.inf, regularized=True) if upper else mp.gammainc(a, 0, x, regularized=True)


def gammainc_derivative(n, a, x):
    n = int(n)
    if n == 0:
        return gammainc(a, x)
    if a <= 0 or x < 0:
        return mp.nan
    with mp.workdps(2 * mp.mp.dps + 20):
        # Q = Γ(a, x)/Γ(a) is analytic at a = 0.
        small = a < mp.mpf(10) ** -2
        step = max(a, mp.mpf(10) ** -2) * mp.mpf(10) ** (-mp.mp.dps // (n + 2))
        f = (lambda t: -mp.gammainc(t, x, mp.inf) * mp.rgamma(t)) if small and x > 0 else (lambda t: gammainc(t, x))
        values = [f(a + k * step) for k in range(-4, 5)]
        weights = {1: [mp.mpf(1) / 280, -mp.mpf(4) / 105, mp.mpf(1) / 5, -mp.mpf(4) / 5, 0, mp.mpf(4) / 5, -mp.mpf(1) / 5, mp.mpf(4) / 105, -mp.mpf(1) / 280]}
        second = [mp.mpf(8) / 315, -mp.mpf(1) / 5, mp.mpf(8) / 5]
        weights[2] = [-mp.mpf(1) / 560, *second, -mp.mpf(205) / 72, *reversed(second), -mp.mpf(1) / 560]
        weights[3] = [-mp.mpf(7) / 240, mp.mpf(3) / 10, -mp.mpf(169) / 120, mp.mpf(61) / 30, 0, -mp.mpf(61) / 30, mp.mpf(169) / 120, -mp.mpf(3) / 10, mp.mpf(7) / 240]
        return mp.fsum(w * v for w, v in zip(weights[n], values)) / step**n


def gamma_density(n, a, x):
    n = int(n)
    if a < 0 or x < 0 or (a == 0 and x == 0):
        return mp.nan
    f = mp.power(x, a - 1) * mp.exp(-x) * mp.rgamma(a) if x != 0 else mp.mpf(1 if a == 1 else 0) if a >= 1 else mp.mpf('inf')
    if n == 0 or x == 0:
        return f
    slopes = [mp.log(x) - mp.psi(0, a)] + [-mp.psi(k, a) for k in range(1, n)]
    jet = [mp.mpf(1)]
    for k in range(1, n + 1):
        jet.append(mp.fsum(mp.binomial(k - 1, i) * slopes[i] * jet[k - 1 - i] for i in range(k)))
    return f * jet[n]


def gammainc_inverse(a, p, upper=False):
    """By Newton's method for the logarithm of the smaller tail, in ln x."""
    if not (a > 0 and 0 <= p <= 1):
        return mp.nan
    if p in (0, 1):
        return mp.inf if (p == 0) == upper else mp.mpf(0)
    tail, upper = (p, upper) if p <= 0.5 else (1 - p, not upper)
    t = mp.log(a) if a >= 1 and tail > 0.01 else (mp.log(tail) + mp.loggamma(a + 1)) / a if not upper else mp.log(a - mp.log(tail))
    for _ in range(400):
        x = mp.exp(t)
        value = gammainc(a, x, upper)
        slope = mp.exp(a * t - x - mp.loggamma(a)) / value
        change = mp.log(value / tail) / slope * (1 if upper else -1)
        t += min(max(change, -1), 1)
        if abs(change) < mp.mpf(10) ** (-mp.mp.dps // 2 - 2):
            break
    x = mp.exp(t)
    return x + (gammainc(a, x, upper) - tail) / mp.exp((a - 1) * t - x - mp.loggamma(a)) * (1 if upper else -1)


def betainc(a, b, x):
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        return mp.nan
    if x in (0, 1):
        return x
    if x > a / (a + b):
        return 1 - betainc(b, a, 1 - x)
    return mp.betainc(a, b, 0, x, regularized=True)


def beta_density(a, b, x):
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        return mp.nan
    if x in (0, 1):
        own, other = (a, b) if x == 0 else (b, a)
        return other if own == 1 else mp.mpf(0) if own > 1 else mp.inf
    return mp.power(x, a - 1) * mp.power(1 - x, b - 1) * mp.gamma(a + b) * mp.rgamma(a) * mp.rgamma(b)


def betainc_by(i, j):
    """A derivative by the parameters, by differences at twice the digits."""
    # In twelfths.
    weights = {0: {0: 12}, 1: {1: 8, 2: -1}, 2: {0: -30, 1: 16, 2: -1}}

    def run(a, b, x):
        if not (a > 0 and b > 0 and 0 <= x <= 1):
            return mp.nan
        if x in (0, 1):
            return mp.mpf(0)
        with mp.workdps(2 * mp.mp.dps + 20):
            step = mp.mpf(10) ** (-mp.mp.dps // 5)
            stencil = lambda n: {s * k: w * (s if n == 1 else 1) for k, w in weights[n].items() for s in ((1, -1) if k else (1,))}
            total = mp.fsum(u * v * betainc(a + k * a * step, b + l * b * step, x) for k, u in stencil(i).items() for l, v in stencil(j).items())
            return total / 144 / (a * step) ** i / (b * step) ** j

    return run


def betainc_inverse(a, b, p):
    """By bisection of the logarithm of x, and then by Newton's method."""
    if not (a > 0 and b > 0 and 0 <= p <= 1):
        return mp.nan
    if p in (0, 1):
        return p
    with mp.workdps(15):
        low, high = (mp.log(p) + mp.log(a * mp.beta(a, b))) / a - 1, mp.mpf(0)
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if betainc(a, b, mp.exp(middle)) > p else (middle, high)
    x = mp.exp(low)
    for _ in range(40):
        change = (betainc(a, b, x) - p) / beta_density(a, b, x)
        x -= change
        if abs(change) < abs(x) * mp.mpf(10) ** (-mp.mp.dps // 2 - 2):
            break
    return x - (betainc(a, b, x) - p) / beta_density(a, b, x)


def bessel_i(n, x):
    return mp.besseli(int(n), x)


def bessel_ie(k, n, x):
    """The k-th derivative by differences in the order: (e⁻ˣ Iₙ)′ = ½ (Iₙ₋₁ − 2 Iₙ + Iₙ₊₁) e⁻ˣ for x > 0."""
    k, n, size = int(k), int(n), abs(x)
    if x == 0 and (k + n) % 2:
        return mp.mpf(0)
    with mp.workdps(mp.mp.dps + int(2 * k * mp.log10(2 + size)) + 20):
        total = mp.fsum((-1) ** j * mp.binomial(2 * k, j) * mp.besseli(abs(n + k - j), size) for j in range(2 * k + 1))
        return (-1 if (k + n) % 2 and x < 0 else 1) * total * mp.exp(-size) / mp.mpf(2) ** k


ELEMENTWISE = {
    'relu': lambda x: max(x, mp.mpf(0)),
    'sigmoid': sigmoid,
    'softplus': softplus,
    'silu': lambda x: x * sigmoid(x),
    'gelu': lambda x: x * erfc(-x / mp.sqrt(2)) / 2,
    'geluTanh': gelu_tanh,
    'leakyRelu': lambda x, slope=0.01: x if x > 0 else mp.mpf(slope) * x,
    'elu': elu,
    'selu': lambda x: SELU_SCALE * elu(x, SELU_ALPHA),
    'celu': lambda x, alpha=1: x if x > 0 else alpha * mp.expm1(x / alpha),
    'hardTanh': lambda x: min(max(x, mp.mpf(-1)), mp.mpf(1)),
    'logSigmoid': lambda x: -softplus(-x),
    'mish': lambda x: x * mp.tanh(softplus(x)),
    'softsign': lambda x: x / (1 + abs(x)),
    'abs': abs,
    'add': lambda x, y: x + y,
    'sub': lambda x, y: x - y,
    'mul': lambda x, y: x * y,
    'scale': lambda x, y: x * y,
    'div': lambda x, y: x / y,
    'fma': lambda x, y, z: x * y + z,
    'neg': lambda x: -x,
    'square': lambda x: x * x,
    'distance': lambda x, y: x - y,
    'overLength': lambda x, y: x / y,
    'cosineOf': lambda x, y: x / mp.sqrt(x * x + y * y),
    'positiveReciprocal': lambda x: 1 / x if x > 0 else mp.nan,
    'reciprocalOnePlusSquare': lambda x: 1 / (1 + x * x),
    'logisticDensity': lambda x: mp.exp(-abs(x)) / (1 + mp.exp(-abs(x))) ** 2,
    'cbrt': lambda x: mp.cbrt(x) if x >= 0 else -mp.cbrt(-x),
    'sqrt': real(mp.sqrt),
    'reciprocal': lambda x: 1 / x,
    'hypot': lambda x, y: mp.sqrt(x * x + y * y),
    'mod': mod,
    'pow': real(lambda x, y: mp.mpf(1) if y == 0 else mp.power(x, y)),
    'exp': mp.exp,
    'exp2': lambda x: mp.mpf(2) ** x,
    'expm1': mp.expm1,
    'log': real(mp.log),
    'log2': real(lambda x: mp.log(x, 2)),
    'log10': real(lambda x: mp.log(x, 10)),
    'log1p': real(mp.log1p),
    'logAddExp': log_add_exp,
    'sin': mp.sin,
    'cos': mp.cos,
    'tan': mp.tan,
    'asin': real(mp.asin),
    'acos': real(mp.acos),
    'atan': mp.atan,
    'atan2': mp.atan2,
    'sinh': mp.sinh,
    'cosh': mp.cosh,
    'tanh': mp.tanh,
    'asinh': lambda x: mp.sign(x) * mp.log(abs(x) + mp.sqrt(x * x + 1)) if abs(x) > 1 else mp.asinh(x),
    'acosh': real(mp.acosh),
    'atanh': atanh,
    'sinc': lambda x: mp.sinpi(x) / (mp.pi * x) if x != 0 else mp.mpf(1),
    'sincDerivative': sinc_derivative,
    'rootOneMinusSquare': real(lambda x: mp.sqrt((1 - x) * (1 + x))),
    'erf': erf,
    'erfc': erfc,
    'erfInv': lambda x: mp.erfinv(x) if abs(x) < 1 else mp.nan,
    'gamma': mp.gamma,
    'logGamma': log_gamma,
    'digamma': lambda x: polygamma(0, x),
    'polygamma': polygamma,
    'polygammaIncrease': polygamma_increase,
    'beta': lambda x, y: mp.gamma(x) * mp.gamma(y) / mp.gamma(x + y),
    'logBeta': log_beta,
    'besselJ': lambda n, x: mp.besselj(int(n), x),
    'besselJ0': lambda x: mp.besselj(0, x),
    'besselJ1': lambda x: mp.besselj(1, x),
    'gammainc': gammainc,
    'gammaincc': lambda a, x: gammainc(a, x, upper=True),
    'gammaincDerivative': gammainc_derivative,
    'gammaDensity': gamma_density,
    'gammaincInv': gammainc_inverse,
    'gammainccInv': lambda a, q: gammainc_inverse(a, q, upper=True),
    'betainc': betainc,
    'betaincByA': betainc_by(1, 0),
    'betaincByB': betainc_by(0, 1),
    'betaincByAA': betainc_by(2, 0),
    'betaincByAB': betainc_by(1, 1),
    'betaincByBB': betainc_by(0, 2),
    'betaDensity': beta_density,
    'betaincInv': betainc_inverse,
    'besselI': bessel_i,
    'besselI0': lambda x: bessel_i(0, x),
    'besselI1': lambda x: bessel_i(1, x),
    'besselI0e': lambda x: bessel_ie(0, 0, x),
    'besselI1e': lambda x: bessel_ie(0, 1, x),
    'besselIeDerivative': bessel_ie,
    'xlogy': xlogy,
    'xlog1py': lambda x, y: mp.mpf(0) if x == 0 else x * mp.log1p(y) if y > -1 else xlogy(x, 1 + y),
    'entr': entr,
    'ndtr': ndtr,
    'logNdtr': log_ndtr,
    'logNdtrDerivative': log_ndtr_derivative,
    'sign': mp.sign,
    'floor': mp.floor,
    'ceil': mp.ceil,
    'round': lambda x: mp.nint(x),
    'trunc': lambda x: mp.floor(x) if x > 0 else mp.ceil(x),
    'stopGradient': lambda x: x,
    'clip': lambda x, low, high: min(max(x, low), high),
    'maximum': max,
    'minimum': min,
    'where': lambda condition, x, y: x if condition != 0 else y,
    'equal': truth(lambda x, y: x == y),
    'notEqual': truth(lambda x, y: x != y),
    'greater': truth(lambda x, y: x > y),
    'greaterEqual': truth(lambda x, y: x >= y),
    'less': truth(lambda x, y: x < y),
    'lessEqual': truth(lambda x, y: x <= y),
    'logicalAnd': truth(lambda x, y: x != 0 and y != 0),
    'logicalOr': truth(lambda x, y: x != 0 or y != 0),
    'logicalNot': truth(lambda x: x == 0),
    'isNan': truth(mp.isnan),
    'isFinite': truth(mp.isfinite),
}

# Operators that hold some operands fixed by their definition: integer orders, conditions, and the operand of stopGradient.
HELD = {'polygamma': [0], 'polygammaIncrease': [0], 'besselJ': [0], 'betaincByA': [0, 1], 'betaincByB': [0, 1], 'betaincByAA': [0, 1], 'betaincByAB': [0, 1], 'betaincByBB': [0, 1], 'gammaincDerivative': [0], 'gammaDensity': [0], 'besselI': [0], 'besselIeDerivative': [0, 1], 'logNdtrDerivative': [0], 'sincDerivative': [0], 'where': [0], 'stopGradient': [0]}
