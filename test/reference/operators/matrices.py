"""Values of products, systems and factorisations by textbook methods, which high precision makes exact."""

import itertools
import math

import mpmath as mp
import numpy as np

from .arrays import array, log_sum_exp, option


def each_matrix(f):
    """A function of one matrix on every matrix of a batch; several results each."""

    def run(a, *rest):
        batch = a.shape[:-2]
        if a.size == 0:
            raise Unknown
        results = [f(a[index], *rest) for index in np.ndindex(*batch)]
        if not isinstance(results[0], list):
            return np.array(results, dtype=object).reshape(batch + np.shape(results[0]))
        return [np.array(part, dtype=object).reshape(batch + np.shape(part[0])) for part in zip(*results)]

    return run


def determinant(a):
    """By Leibniz' formula: a polynomial, at singular matrices too."""
    n = len(a)
    total = mp.mpf(0)
    for order in itertools.permutations(range(n)):
        sign = (-1) ** sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
        total += sign * mp.fprod(a[i, order[i]] for i in range(n))
    return total


def cofactors(a):
    n = len(a)
    minor = lambda i, j: np.delete(np.delete(a, i, 0), j, 1)
    return np.array([[(-1) ** (i + j) * determinant(minor(i, j)) for j in range(n)] for i in range(n)], dtype=object)


class Refused(Exception):
    """Where the operator is not defined."""


class Unknown(Exception):
    """Where the value is one of many."""


def inverse(a):
    if len(a) == 0:
        return a
    d = determinant(a)
    if d == 0:
        raise Refused('singular')
    return cofactors(a).T / d


def solve(a, b):
    columns = b.reshape(-1, 1) if b.ndim == 1 else b
    batch = np.broadcast_shapes(a.shape[:-2], columns.shape[:-2])
    left = np.broadcast_to(a, batch + a.shape[-2:])
    right = np.broadcast_to(columns, batch + columns.shape[-2:])
    result = np.empty(right.shape, dtype=object)
    for index in np.ndindex(*batch):
        result[index] = inverse(left[index]) @ right[index]
    return result[..., 0] if b.ndim == 1 else result


def triangle(a, lower, unit, transpose):
    n = a.shape[-1]
    keep = np.tril(np.ones((n, n), dtype=int)) if lower else np.triu(np.ones((n, n), dtype=int))
    result = np.where(keep == 1, a, mp.mpf(0))
    if unit:
        result = np.where(np.eye(n) == 1, mp.mpf(1), result)
    return np.swapaxes(result, -1, -2) if transpose else result


def triangular_solve(a, b, options=None):
    return solve(triangle(a, option(options, 'lower', True), option(options, 'unitDiagonal', False), option(options, 'transpose', False)), b)


def least_squares(a, b):
    t = a.T
    return inverse(t @ a) @ (t @ b) if a.shape[0] >= a.shape[1] else t @ (inverse(a @ t) @ b)


def cholesky(a):
    n = len(a)
    s = (a + a.T) / 2
    low = array(np.zeros((n, n)))
    for j in range(n):
        pivot = s[j, j] - sum((low[j, k] ** 2 for k in range(j)), mp.mpf(0))
        if pivot <= 0:
            raise Refused('not positive definite')
        low[j, j] = mp.sqrt(pivot)
        for i in range(j + 1, n):
            low[i, j] = (s[i, j] - sum((low[i, k] * low[j, k] for k in range(j)), mp.mpf(0))) / low[j, j]
    return low


def qr(a):
    """By Gram and Schmidt, with a positive diagonal of R."""
    m, n = a.shape
    columns = []
    for j in range(min(m, n)):
        v = a[:, j].copy()
        for q in columns:
            v = v - q * np.dot(q, v)
        length = mp.sqrt(np.dot(v, v))
        if length <= mp.mpf(10) ** -30 * mp.sqrt(np.dot(a[:, j], a[:, j])):
            raise Refused('columns depend on each other')
        columns.append(v / length)
    q = np.array(columns, dtype=object).T
    return [q, np.where(np.triu(np.ones((q.shape[1], n), dtype=int)) == 1, q.T @ a, mp.mpf(0))]


def largest_positive(vectors):
    """Columns with the sign in which their largest entry is positive, and the signs."""
    signs = [1 if column[max(range(len(column)), key=lambda i: abs(column[i]))] >= 0 else -1 for column in vectors.T]
    return vectors * np.array(signs, dtype=object), np.array(signs, dtype=object)


def from_mp(matrix):
    return np.array(matrix.tolist(), dtype=object)


def eigh(a):
    values, vectors = mp.eigsy(mp.matrix(((a + a.T) / 2).tolist()))
    order = sorted(range(len(a)), key=lambda i: values[i])
    vectors, _ = largest_positive(from_mp(vectors)[:, order])
    return [np.array([values[i] for i in order], dtype=object), vectors]


def svd(a, options=None):
    if options is not None and options.get('fullMatrices') and a.shape[0] != a.shape[1]:
        raise Unknown
    if a.shape[0] < a.shape[1]:
        u, s, vt = svd(a.T)
        return [vt.T, s, u.T]
    u, s, vt = (from_mp(part) for part in mp.svd_r(mp.matrix(a.tolist())))
    v, signs = largest_positive(vt.T)
    return [u * signs, s.reshape(-1), v.T]


def by_mpmath(f):
    """A function of a matrix by mpmath, where its value is real."""

    def run(a):
        result = from_mp(f(mp.matrix(a.tolist())))
        size = max(abs(each) for each in result.reshape(-1))
        if any(abs(mp.im(each)) > size * mp.mpf(10) ** (20 - mp.mp.dps) for each in result.reshape(-1)):
            raise Refused('the value is not real')
        return np.vectorize(mp.re, otypes=[object])(result)

    return run


def logm(a):
    if determinant(a) == 0:
        raise Refused('singular')
    return by_mpmath(mp.logm)(a)


def root_of_symmetric(a):
    values, vectors = mp.eigsy(mp.matrix(a.tolist()))
    v = from_mp(vectors)
    return v @ np.diag([mp.sqrt(each) for each in values]) @ v.T


def polar_factor(a):
    m, n = a.shape
    gram = a.T @ a if m >= n else a @ a.T
    if determinant(gram) <= mp.mpf(10) ** -60 * max([mp.mpf(0)] + [each**2 for each in a.reshape(-1)]) ** len(gram):
        raise Unknown
    return a @ inverse(root_of_symmetric(a.T @ a)) if m >= n else inverse(root_of_symmetric(a @ a.T)) @ a


def polar(a):
    u = polar_factor(a)
    return [u, u.T @ a]


def pseudoinverse(a, _options=None):
    """Of full rank; across others it jumps, and differences cannot tell its derivative."""
    t = a.T
    return inverse(t @ a) @ t if a.shape[0] >= a.shape[1] else t @ inverse(a @ t)


def sylvester(a, b, c):
    m, n = c.shape[-2:]
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2], c.shape[:-2])
    result = np.empty(batch + (m, n), dtype=object)
    spread = lambda x: np.broadcast_to(x, batch + x.shape[-2:])
    for index in np.ndindex(*batch):
        left, right = spread(a)[index], spread(b)[index]
        system = np.kron(left, np.eye(n, dtype=int)) + np.kron(np.eye(m, dtype=int), right.T)
        try:
            solution = mp.lu_solve(mp.matrix(system.tolist()), mp.matrix(spread(c)[index].reshape(-1).tolist()))
        except (TypeError, ZeroDivisionError):  # What mpmath throws where no pivot is left.
            raise Refused('singular') from None
        result[index] = np.array(list(solution), dtype=object).reshape(m, n)
    return result


def matrix_power(a, k):
    base = a if k >= 0 else inverse(a)
    result = array(np.eye(len(a)))
    for _ in range(abs(k)):
        result = result @ base
    return result


def lu(a):
    """Elimination with the largest entry of each column as pivot, of those that tie the first."""
    a = a.copy()
    m, n = a.shape
    order, k = list(range(m)), min(m, n)
    for c in range(k):
        best = max(range(c, m), key=lambda i: (abs(a[i, c]), -i))
        a[[c, best]] = a[[best, c]]
        order[c], order[best] = order[best], order[c]
        if a[c, c] == 0:
            continue
        for i in range(c + 1, m):
            a[i, c] = a[i, c] / a[c, c]
            a[i, c + 1 :] = a[i, c + 1 :] - a[i, c] * a[c, c + 1 :]
    p = array(np.zeros((m, m)))
    for i, row in enumerate(order):
        p[row, i] = mp.mpf(1)
    zero, one = mp.mpf(0), mp.mpf(1)
    lower = [[one if i == j else a[i, j] if i > j else zero for j in range(k)] for i in range(m)]
    upper = [[a[i, j] if i <= j else zero for j in range(n)] for i in range(k)]
    return [p, np.array(lower, dtype=object).reshape(m, k), np.array(upper, dtype=object).reshape(k, n)]


def attention(q, k, v, options=None):
    options = options or {}
    scores = q @ np.swapaxes(k, -1, -2) * mp.mpf(options['scale'] if 'scale' in options else 1 / mp.sqrt(max(q.shape[-1], 1)))
    if 'bias' in options:
        scores = scores + array(options['bias'])
    seen = np.ones(scores.shape, dtype=bool)
    if 'mask' in options:
        seen &= np.broadcast_to(np.array(options['mask'], dtype=float) != 0, scores.shape)
    if options.get('causal'):
        seen &= np.tri(*scores.shape[-2:], dtype=bool)
    weights = np.empty(scores.shape, dtype=object)
    for at in np.ndindex(*scores.shape[:-1]):
        row = [s for s, sees in zip(scores[at], seen[at]) if sees]
        total = log_sum_exp(row) if row else mp.mpf(0)
        weights[at] = np.array([mp.exp(s - total) if sees else mp.mpf(0) for s, sees in zip(scores[at], seen[at])] + [None], dtype=object)[:-1]
    return np.array(weights @ v, dtype=object)


def windows(given, dimensions):
    return given if isinstance(given, list) else [given] * dimensions


def padding_of(options, lengths, reach, stride):
    padding = option(options, 'padding', 0)
    if padding == 'valid':
        return [[0, 0]] * len(lengths)
    if padding == 'same':
        total = [max(0, (math.ceil(n / s) - 1) * s + r - n) for n, r, s in zip(lengths, reach, stride)]
        return [[t // 2, t - t // 2] for t in total]
    return [p if isinstance(p, list) else [p, p] for p in windows(padding, len(lengths))]


def convolution(dimensions):
    """Each output as the sum over its window, entry by entry."""

    def run(x, w, options=None):
        stride = windows(option(options, 'stride', 1), dimensions)
        dilation = windows(option(options, 'dilation', 1), dimensions)
        groups = option(options, 'groups', 1)
        kernel = w.shape[2:]
        reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
        pads = padding_of(options, x.shape[2:], reach, stride)
        padded = np.pad(x, [[0, 0], [0, 0]] + pads, constant_values=mp.mpf(0))
        out = [(n - r) // s + 1 for n, r, s in zip(padded.shape[2:], reach, stride)]
        result = np.empty([x.shape[0], w.shape[0]] + out, dtype=object)
        per_group, out_per_group = x.shape[1] // groups, w.shape[0] // groups
        for b, o, *place in np.ndindex(*result.shape):
            total = mp.mpf(0)
            for c, *k in np.ndindex(*w.shape[1:]):
                at = [p * s + i * d for p, s, i, d in zip(place, stride, k, dilation)]
                total += w[(o, c, *k)] * padded[(b, o // out_per_group * per_group + c, *at)]
            result[(b, o, *place)] = total
        return result

    return run


def transposed_convolution(dimensions):
    """Each entry of the operand spread over the result, entry by entry, which is padded as if nothing were cut off."""

    def run(x, w, options=None):
        stride = windows(option(options, 'stride', 1), dimensions)
        dilation = windows(option(options, 'dilation', 1), dimensions)
        longer = windows(option(options, 'outputPadding', 0), dimensions)
        pads = [p if isinstance(p, list) else [p, p] for p in windows(option(options, 'padding', 0), dimensions)]
        groups = option(options, 'groups', 1)
        whole = [(n - 1) * s + (k - 1) * d + 1 + e for n, s, k, d, e in zip(x.shape[2:], stride, w.shape[2:], dilation, longer)]
        per_group, out_per_group = x.shape[1] // groups, w.shape[1]
        result = np.full([x.shape[0], out_per_group * groups] + whole, mp.mpf(0), dtype=object)
        for b, c, *place in np.ndindex(*x.shape):
            for o, *k in np.ndindex(*w.shape[1:]):
                at = [p * s + i * d for p, s, i, d in zip(place, stride, k, dilation)]
                result[(b, c // per_group * out_per_group + o, *at)] += x[(b, c, *place)] * w[(c, o, *k)]
        return result[(slice(None), slice(None), *(slice(before, n - after) for n, (before, after) in zip(whole, pads)))]

    return run


def reduce_window(x, options):
    how = option(options, 'with', 'max')
    combine, filler = {
        'max': (max, mp.mpf('-inf')),
        'min': (min, mp.mpf('inf')),
        'sum': (lambda xs: sum(xs, mp.mpf(0)), mp.mpf(0)),
        'prod': (lambda xs: mp.fprod(xs), mp.mpf(1)),
        'logSumExp': (log_sum_exp, mp.mpf('-inf')),
    }[how]
    size = windows(options['window'], x.ndim)
    n = len(size)
    stride, dilation = windows(option(options, 'stride', 1), n), windows(option(options, 'dilation', 1), n)
    reach = [(k - 1) * d + 1 for k, d in zip(size, dilation)]
    pads = padding_of(options, x.shape[x.ndim - n :], reach, stride)
    padded = np.pad(x, [[0, 0]] * (x.ndim - n) + pads, constant_values=filler)
    out = [(length - r) // s + 1 for length, r, s in zip(padded.shape[x.ndim - n :], reach, stride)]
    result = np.empty(list(x.shape[: x.ndim - n]) + out, dtype=object)
    for at in np.ndindex(*result.shape):
        front, places = at[: x.ndim - n], at[x.ndim - n :]
        result[at] = combine([padded[(*front, *(p * s + i * d for p, s, i, d in zip(places, stride, k, dilation)))] for k in np.ndindex(*size)])
    return result


def pool(combine, filler):
    def run(x, options):
        window = windows(options['window'], 2)
        stride = windows(option(options, 'stride', window), 2)
        pads = padding_of(options, x.shape[-2:], window, stride)
        padded = np.pad(x, [[0, 0]] * (x.ndim - 2) + pads, constant_values=filler)
        out = [(n - r) // s + 1 for n, r, s in zip(padded.shape[-2:], window, stride)]
        result = np.empty(list(x.shape[:-2]) + out, dtype=object)
        for *front, i, j in np.ndindex(*result.shape):
            inside = padded[(*front, slice(i * stride[0], i * stride[0] + window[0]), slice(j * stride[1], j * stride[1] + window[1]))]
            result[(*front, i, j)] = combine(list(inside.reshape(-1)))
        return result

    return run


def diagonal(a, options=None):
    options = {'offset': 0, 'axis1': -2, 'axis2': -1, **(options or {})}
    return np.diagonal(a, options['offset'], options['axis1'], options['axis2']).copy()


def diag(a, k=0):
    if a.ndim != 1:
        return np.diagonal(a, k, -2, -1).copy()
    n = len(a) + abs(k)
    result = array(np.zeros((n, n)))
    for i, each in enumerate(a):
        result[i + max(-k, 0), i + max(k, 0)] = each
    return result


def tensordot(a, b, axes=2):
    return np.array(np.tensordot(a, b, axes), dtype=object)


def spectrum(name, a):
    """Eigenvalues or singular values of a matrix of doubles with its vectors, as columns of each result that has them."""
    if name == 'eigh':
        values, vectors = np.linalg.eigh((a + a.T) / 2)
        return values, [vectors], [0]
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return s, [u, vt.T], s * 0


def choices(name, given):
    """
    Which numbers of the result of a decomposition are one choice of many: vectors of values that are equal, or zero, and those of which two entries
    are largest, so that rounding decides the sign.
    """
    if name not in ('eigh', 'svd'):
        return set()
    a = np.array(given, dtype=float)
    if a.ndim < 2 or a.size == 0 or not np.all(np.isfinite(a)):
        return set()
    m, n = a.shape[-2:]
    k = min(m, n)
    batch = list(np.ndindex(*a.shape[:-2]))
    marks = [np.zeros((len(batch), k, k), dtype=bool)] if name == 'eigh' else [np.zeros((len(batch), m, k), dtype=bool), np.zeros((len(batch), k, n), dtype=bool)]
    for b, index in enumerate(batch):
        scale = np.max(np.abs(a[index]))
        values, vectors, zero = spectrum(name, a[index] / (scale or 1))
        size = max(np.max(np.abs(values)), 1e-300)
        for i in range(k):
            others = [*np.delete(values, i), *([0.0] if name == 'svd' else [])]
            open_ones = any(abs(values[i] - other) <= 1e-8 * size for other in others)
            for each in vectors:
                entries = np.sort(np.abs(each[:, i]))
                open_ones = open_ones or (len(entries) > 1 and entries[-2] >= entries[-1] * (1 - 1e-6))
            if open_ones and name == 'eigh':
                marks[0][b, :, i] = True
            elif open_ones:
                marks[0][b, :, i] = True
                marks[1][b, i, :] = True
    if name == 'eigh':
        flags = [np.zeros(len(batch) * k, dtype=bool), marks[0].reshape(-1)]
    else:
        flags = [marks[0].reshape(-1), np.zeros(len(batch) * k, dtype=bool), marks[1].reshape(-1)]
    return set(np.flatnonzero(np.concatenate(flags)).tolist())


def condition(name, arguments, active):
    """How much a rounding of the entries, relative to the largest, changes what is computed from matrices; 1 where that is not known."""
    if name not in CONDITIONED:
        return 1.0
    given = [np.array(arguments[i], dtype=float) for i in active if not isinstance(arguments[i], dict)]
    given = [each / (np.max(np.abs(each)) or 1) for each in given if each.ndim >= 2 and each.size > 0 and np.all(np.isfinite(each))]
    if not given:
        return 1.0
    worst = 1.0
    if name in ('sylvester', 'sylvesterSystem'):
        batch = np.broadcast_shapes(*(each.shape[:-2] for each in given[:2]))
        first, second = (np.broadcast_to(each, batch + each.shape[-2:]) for each in given[:2])
        for i in np.ndindex(*batch):
            left, right = np.linalg.eigvals(first[i]), np.linalg.eigvals(second[i])
            gaps = np.abs(left[:, None] + right[None, :])
            worst = max(worst, float((np.max(np.abs(left)) + np.max(np.abs(right))) / max(np.min(gaps), 1e-300)))
        return worst
    for each in given[: 1 if name not in ('inv',) else None]:
        for index in np.ndindex(*each.shape[:-2]):
            a = each[index]
            if name in ('eigh', 'svd'):
                values, _, _ = spectrum(name, a)
                gaps = np.abs(np.diff(np.sort(values)))
                least = min([*gaps, *([np.min(values)] if name == 'svd' else []), 1.0])
            else:
                if name.startswith('triangular'):
                    options = next((o for o in arguments if isinstance(o, dict)), {})
                    a = np.tril(a) if options.get('lower', True) else np.triu(a)
                    if options.get('unit') or options.get('unitDiagonal'):
                        np.fill_diagonal(a, 1)
                values = np.linalg.svd(a, compute_uv=False)
                least = np.min(values)
            ratio = min(float(np.max(np.abs(values)) / max(least, 1e-300)), 1e100)
            worst = max(worst, ratio**2 if name in ('lstsq', 'pinv') else ratio)
    return worst


CONDITIONED = {'lu', 'solve', 'linearSystem', 'triangularSolve', 'triangularSystem', 'lstsq', 'inv', 'pinv', 'polar', 'polarFactor', 'qr', 'cholesky', 'logDet'}
CONDITIONED |= {'slogdet', 'sylvester', 'sylvesterSystem', 'eigh', 'svd', 'sqrtm', 'logm', 'matrixPower'}

MATRICES = {
    'matmul': lambda a, b: np.array(a @ b, dtype=object),
    'dot': lambda a, b: np.array(np.matmul(a, b), dtype=object),
    'outer': lambda a, b: np.outer(a, b),
    'cross': lambda a, b: np.cross(a, b),
    'tensordot': tensordot,
    'einsum': lambda subscripts, *operands: np.array(np.einsum(subscripts, *operands), dtype=object),
    'trace': lambda a, options=None: np.sum(diagonal(a, options), axis=-1),
    'diagonal': lambda a, options=None: diagonal(a, options),
    'diag': diag,
    'linear': lambda x, w, b=None: x @ w.T + (0 if b is None else array(b)),
    'det': each_matrix(determinant),
    'logDet': each_matrix(lambda a: mp.log(abs(determinant(a)))),
    'cofactor': each_matrix(cofactors),
    'inv': each_matrix(inverse),
    'solve': solve,
    'linearSystem': solve,
    'triangularSolve': triangular_solve,
    'triangularSystem': lambda a, b, t: solve(triangle(a, t['lower'], t['unit'], t['transpose']), b),
    'lstsq': least_squares,
    'cholesky': each_matrix(cholesky),
    'qr': each_matrix(qr),
    'lu': each_matrix(lu),
    'attention': attention,
    'eigh': each_matrix(eigh),
    'svd': each_matrix(svd),
    'matrixPower': each_matrix(matrix_power),
    'expm': each_matrix(by_mpmath(mp.expm)),
    'sqrtm': each_matrix(by_mpmath(mp.sqrtm)),
    'logm': each_matrix(logm),
    'polar': each_matrix(polar),
    'polarFactor': each_matrix(polar_factor),
    'pinv': each_matrix(pseudoinverse),
    'sylvester': sylvester,
    'sylvesterSystem': lambda a, b, c, _options=None: sylvester(a, b, c),
    'signDet': each_matrix(lambda a: mp.sign(determinant(a))),
    'slogdet': each_matrix(lambda a: [mp.sign(determinant(a)), mp.log(abs(determinant(a)))]),
    'conv1d': convolution(1),
    'conv2d': convolution(2),
    'conv3d': convolution(3),
    'convTranspose1d': transposed_convolution(1),
    'convTranspose2d': transposed_convolution(2),
    'convTranspose3d': transposed_convolution(3),
    'reduceWindow': reduce_window,
    'maxPool': pool(max, mp.mpf('-inf')),
    'avgPool': pool(lambda xs: sum(xs, mp.mpf(0)) / len(xs), mp.mpf(0)),
}
