"""Values of the operators on arrays: NumPy's meaning of axes and shapes, on arrays of mpmath numbers."""

import math

import mpmath as mp
import numpy as np


def array(x):
    """Nested lists as an array of mpmath numbers."""
    result = np.array(x, dtype=object)
    return np.vectorize(mp.mpf, otypes=[object])(result) if result.size else result


def option(options, name, default):
    value = (options or {}).get(name)
    return default if value is None else value


def axes_of(options, rank):
    axis = (options or {}).get('axis')
    if axis is None:
        return tuple(range(rank))
    return tuple(a % rank for a in (axis if isinstance(axis, list) else [axis]))


def each(f, x):
    x = np.asarray(x, dtype=object)
    return np.vectorize(f, otypes=[object])(x) if x.size else x


def reduction(f):
    """A reduction from a function of lists of entries."""

    def reduce(x, options=None):
        axes = axes_of(options, x.ndim)
        kept = [i for i in range(x.ndim) if i not in axes]
        shape = [x.shape[i] for i in kept]
        rows = np.transpose(x, kept + list(axes)).reshape(shape + [math.prod(x.shape[i] for i in axes)])
        result = np.empty(shape, dtype=object)
        for index in np.ndindex(*shape):
            result[index] = f(list(rows[index]), options or {})
        if option(options, 'keepDims', False):
            result = result.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
        return result

    return reduce


def mean(xs, _options=None):
    return sum(xs, mp.mpf(0)) / len(xs)


def variance(xs, options):
    center = mean(xs)
    return sum(((x - center) ** 2 for x in xs), mp.mpf(0)) / (len(xs) - option(options, 'correction', 0))


def norm(xs, options):
    order = option(options, 'ord', 2)
    sizes = [abs(x) for x in xs]
    if order == math.inf:
        return max(sizes)
    if order == -math.inf:
        return min(sizes)
    if order == 2:
        return mp.sqrt(sum((x * x for x in xs), mp.mpf(0)))
    return sum((s ** mp.mpf(order) for s in sizes), mp.mpf(0)) ** (1 / mp.mpf(order))


def norm_of(x, options=None):
    """NumPy's: with an order, of vectors along one axis and of matrices along two."""
    options = {k: v for k, v in (options or {}).items() if v is not None}
    axis = options.get('axis', list(range(x.ndim)))
    axes = [a % x.ndim for a in (axis if isinstance(axis, list) else [axis])]
    order = options.get('ord')
    if order is None or order == 'fro' or len(axes) < 2:
        return reduction(norm)(x, {**options, 'ord': 2 if order in (None, 'fro') else order})
    moved = np.moveaxis(x, axes, [-2, -1])
    result = np.empty(moved.shape[:-2], dtype=object)
    for at in np.ndindex(*result.shape):
        a = moved[at]
        if a.size == 0:
            result[at] = mp.mpf(0)
        elif order == 'nuc' or abs(order) == 2:
            small = a @ a.T if len(a) <= len(a.T) else a.T @ a
            values = [mp.sqrt(max(each, mp.mpf(0))) for each in mp.eigsy(mp.matrix(small.tolist()), eigvals_only=True)]
            result[at] = mp.fsum(values) if order == 'nuc' else max(values) if order > 0 else min(values)
        else:
            sums = [mp.fsum(abs(each) for each in line) for line in (a.T if abs(order) == 1 else a)]
            result[at] = max(sums) if order > 0 else min(sums)
    if options.get('keepDims'):
        result = result.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
    return result


def quantile(xs, q):
    """Hyndman and Fan 1996, definition 7: a line between the sorted entries next to the place."""
    ordered = sorted(xs)
    place = mp.mpf(q) * (len(xs) - 1)
    below = int(mp.floor(place))
    t = place - below
    return ordered[below] if t == 0 else (1 - t) * ordered[below] + t * ordered[below + 1]


def quantiles(x, q, options=None):
    along = lambda each: reduction(lambda xs, _: quantile(xs, each))(x, options)
    return np.stack([along(each) for each in q]) if isinstance(q, list) else along(q)


def log_sum_exp(xs, _options=None):
    top = max(xs)
    return top + mp.log(sum((mp.exp(x - top) for x in xs), mp.mpf(0)))


def log_softmax(x, options=None):
    axis = option(options, 'axis', -1)
    return x - reduction(log_sum_exp)(x, {'axis': axis, 'keepDims': True})


def softmax(x, options=None):
    return each(mp.exp, log_softmax(x, options))


def cumulative(step):
    def run(x, options=None):
        axis = (options or {}).get('axis')
        flat = x.reshape(-1) if axis is None else np.moveaxis(x, axis, 0)
        if option(options, 'reverse', False):
            flat = flat[::-1]
        rows = []
        for row in flat:
            rows.append(row if not rows else step(rows[-1], row))
        result = np.array(rows, dtype=object).reshape(flat.shape)
        if option(options, 'reverse', False):
            result = result[::-1]
        return result if axis is None else np.moveaxis(result, 0, axis)

    return run


def running_sum(x, runs, options):
    runs = np.array(runs, dtype=float)
    axis = options['axis']
    moved, marks, result = np.moveaxis(x, axis, -1), np.moveaxis(runs, axis, -1), np.empty(x.shape, dtype=object)
    out = np.moveaxis(result, axis, -1)
    for at in np.ndindex(*moved.shape[:-1]):
        n = moved.shape[-1]
        for i in range(n):
            k, step, total = i, (1 if options['reverse'] else -1), mp.mpf(0)
            while 0 <= k < n and marks[at][k] == marks[at][i]:
                total += moved[at][k]
                k += step
            out[at][i] = total
    return result


def fourier(re, im, options):
    axis, sign = options['axis'], 1 if options['inverse'] else -1
    re, im = np.moveaxis(re, axis, -1), np.moveaxis(array(im), axis, -1)
    n = re.shape[-1]
    c = [[mp.cospi(mp.mpf(2 * j * k % (2 * n)) / n) for k in range(n)] for j in range(n)]
    s = [[sign * mp.sinpi(mp.mpf(2 * j * k % (2 * n)) / n) for k in range(n)] for j in range(n)]
    c, s = (np.array(each, dtype=object).reshape(n, n) for each in (c, s))
    return np.array([np.moveaxis(re @ c - im @ s, -1, axis), np.moveaxis(re @ s + im @ c, -1, axis)], dtype=object)


def resized(x, axis, n):
    x = np.take(x, range(min(n, x.shape[axis])), axis)
    return np.concatenate([x, array(np.zeros([n - x.shape[axis] if i == axis else m for i, m in enumerate(x.shape)]))], axis) if x.shape[axis] < n else x


def transform(inverse, half=False):
    def run(x, options=None):
        re, im = x, x * 0
        given, norm = option(options, 'axis', -1), option(options, 'norm', 'backward')
        for each in given if isinstance(given, list) else [given]:
            axis = each % x.ndim
            n = option(options, 'n', re.shape[axis])
            re, im = fourier(resized(re, axis, n), resized(im, axis, n), {'axis': axis, 'inverse': inverse})
            scale = 1 / mp.sqrt(n) if norm == 'ortho' else mp.mpf(1) / n if (norm == 'forward') != inverse else mp.mpf(1)
            re, im = re * scale, im * scale
            if half:
                re, im = (np.take(part, range(n // 2 + 1), axis) for part in (re, im))
        return [re, im]

    return run


def irfft(x, options=None):
    axis = option(options, 'axis', -1) % x.ndim
    n = option(options, 'n', 2 * (x.shape[axis] - 1))
    x = resized(x, axis, n // 2 + 1)
    rest = np.flip(np.take(x, range(1, (n + 1) // 2), axis), axis)
    return transform(True)(np.concatenate([x, rest], axis), {'axis': axis, 'norm': option(options, 'norm', 'backward')})[0]


def log_add_exp(a, b):
    return np.frompyfunc(lambda x, y: log_sum_exp([x, y]), 2, 1)(a, b)


def diff(x, options=None):
    edges = {name: value if np.ndim(value) == 0 else array(value) for name, value in (options or {}).items() if name in ('prepend', 'append')}
    return np.diff(x, option(options, 'n', 1), option(options, 'axis', -1), **{k: mp.mpf(v) if np.ndim(v) == 0 else v for k, v in edges.items()})


def trapezoid(y, options=None):
    places = option(options, 'x', None)
    return np.array(np.trapezoid(y, None if places is None else array(places), mp.mpf(option(options, 'dx', 1)), option(options, 'axis', -1)), dtype=object)


def meshgrid(vectors, options=None):
    return np.meshgrid(*[array(each) for each in vectors], indexing=option(options, 'indexing', 'xy'), sparse=option(options, 'sparse', False))


def select(conditions, choices, options=None):
    otherwise = options if not isinstance(options, dict) else option(options, 'default', 0)
    rest = array(0 if otherwise is None else otherwise)
    for condition, choice in reversed(list(zip(conditions, choices))):
        rest = np.where(np.array(condition, dtype=float) != 0, array(choice), rest)
    return rest


def search_sorted(x, values, options=None):
    side = options if isinstance(options, str) else option(options, 'side', 'left')
    values = array(values)
    if x.ndim == 1:
        return array(np.searchsorted(x.astype(float), values.astype(float), side).astype(float))
    return array([search_sorted(a, b, side) for a, b in zip(x, values)])


def order_of(x, options):
    """Positions that sort along an axis, of ties in their order."""
    axis = option(options, 'axis', -1)
    rows = np.moveaxis(x, axis, -1)
    places = np.empty(rows.shape, dtype=object)
    for index in np.ndindex(*rows.shape[:-1]):
        sign = -1 if option(options, 'descending', False) else 1
        places[index] = sorted(range(rows.shape[-1]), key=lambda i: sign * rows[index][i])
    return np.moveaxis(places, -1, axis).astype(int), axis


def sort(x, options=None):
    places, axis = order_of(x, options)
    return np.take_along_axis(x, places, axis)


def arg_sort(x, options=None):
    return array(order_of(x, options)[0])


def top_k(x, k, options=None):
    places, axis = order_of(x, {**(options or {}), 'descending': True})
    first = np.take(places, range(k), axis)
    return [np.take_along_axis(x, first, axis), array(first)]


def gather(x, indices, options=None):
    """As in PyTorch: the indices may have fewer entries than x along the other axes."""
    axis = option(options, 'axis', -1) % x.ndim
    indices = np.array(indices, dtype=int)
    result = np.empty(indices.shape, dtype=object)
    for at in np.ndindex(*indices.shape):
        source = list(at)
        source[axis] = indices[at] % x.shape[axis]
        result[at] = x[tuple(source)]
    return result


def scatter_add(x, indices, updates, options=None):
    axis = option(options, 'axis', -1) % x.ndim
    result, indices = x.copy(), np.array(indices, dtype=int)
    for at in np.ndindex(*indices.shape):
        to = list(at)
        to[axis] = indices[at] % x.shape[axis]
        result[tuple(to)] += updates[at]
    return result


def slice_of(x, start, stop=None, step=None):
    lists = [each if isinstance(each, list) else [each] for each in (start, stop, step)]
    at = lambda values, i: values[i] if i < len(values) else None
    return x[tuple(slice(*(at(values, i) for values in lists)) for i in range(max(map(len, lists))))]


def pad(x, padding, options=None):
    if isinstance(padding, (int, float)):
        padding = [[int(padding)] * 2] * x.ndim
    elif padding and not isinstance(padding[0], list):
        padding = [padding] * x.ndim
    if x.ndim == 0:
        return x
    mode = option(options, 'mode', 'constant')
    if mode == 'constant':
        return np.pad(x, padding, constant_values=mp.mpf(option(options, 'value', 0)))
    return np.pad(x, padding, mode=mode)


def roll(x, shift, options=None):
    return np.roll(x, shift, option(options, 'axis', None))


def split(x, sections, options=None):
    return [part for part in np.split(x, sections, option(options, 'axis', 0))]


def entries(x, movement):
    """What the library moves entries by: positions in row-major order, −1 for a zero."""
    positions = list(movement['indices'].values()) if isinstance(movement['indices'], dict) else movement['indices']
    flat = x.reshape(-1)
    return np.array([flat[p] if p >= 0 else mp.mpf(0) for p in positions], dtype=object).reshape(movement['shape'])


def scatter_entries(x, movement):
    positions = list(movement['indices'].values()) if isinstance(movement['indices'], dict) else movement['indices']
    result = np.array([mp.mpf(0)] * math.prod(movement['shape']), dtype=object)
    for value, p in zip(x.reshape(-1), positions):
        if p >= 0:
            result[p] += value
    return result.reshape(movement['shape'])


def sum_to(x, shape):
    extra = x.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(extra + i for i, n in enumerate(shape) if n == 1 and x.shape[extra + i] != 1)
    return np.sum(x, axis=axes, keepdims=True).reshape(shape) if x.size else np.zeros(shape, dtype=object)


def placed(x, start, shape):
    result = np.array([mp.mpf(0)] * math.prod(shape), dtype=object)
    result[start : start + x.size] = x.reshape(-1)
    return result.reshape(shape)


def batch_norm(x, options=None):
    axis = option(options, 'axis', 1) % x.ndim
    others = [i for i in range(x.ndim) if i != axis]
    along = lambda given: array(given).reshape([n if i == axis else 1 for i, n in enumerate(x.shape)])
    stats = {'axis': others, 'keepDims': True}
    center = along(options['mean']) if 'mean' in (options or {}) else reduction(mean)(x, stats)
    spread = along(options['variance']) if 'variance' in (options or {}) else reduction(variance)(x, stats)
    result = (x - center) / each(mp.sqrt, spread + mp.mpf(option(options, 'epsilon', 1e-5)))
    result = result * along(options['scale']) if 'scale' in (options or {}) else result
    return result + along(options['bias']) if 'bias' in (options or {}) else result


def layer_norm(x, options=None):
    stats = {'axis': option(options, 'axis', -1), 'keepDims': True}
    result = (x - reduction(mean)(x, stats)) / each(mp.sqrt, reduction(variance)(x, stats) + mp.mpf(option(options, 'epsilon', 1e-5)))
    result = result * array(options['scale']) if 'scale' in (options or {}) else result
    return result + array(options['bias']) if 'bias' in (options or {}) else result


ARRAYS = {
    'sum': reduction(lambda xs, _: sum(xs, mp.mpf(0))),
    'mean': reduction(mean),
    'prod': reduction(lambda xs, _: mp.fprod(xs)),
    'max': reduction(lambda xs, _: max(xs)),
    'min': reduction(lambda xs, _: min(xs)),
    'variance': reduction(variance),
    'std': reduction(lambda xs, options: mp.sqrt(variance(xs, options))),
    'norm': norm_of,
    'powerNorm': lambda x, options: reduction(norm)(x, {'ord': options['ord'], 'axis': options['axes'], 'keepDims': len(options['shape']) == x.ndim}),
    'median': reduction(lambda xs, _: quantile(xs, 0.5)),
    'quantile': quantiles,
    'logSumExp': reduction(log_sum_exp),
    'all': reduction(lambda xs, _: mp.mpf(1 if all(x != 0 for x in xs) else 0)),
    'any': reduction(lambda xs, _: mp.mpf(1 if any(x != 0 for x in xs) else 0)),
    'argMax': reduction(lambda xs, _: mp.mpf(xs.index(max(xs)))),
    'argMin': reduction(lambda xs, _: mp.mpf(xs.index(min(xs)))),
    'cumSum': cumulative(lambda running, row: running + row),
    'cumProd': cumulative(lambda running, row: running * row),
    'cumMax': cumulative(lambda running, row: np.frompyfunc(max, 2, 1)(running, row)),
    'cumMin': cumulative(lambda running, row: np.frompyfunc(min, 2, 1)(running, row)),
    'cumLogSumExp': cumulative(log_add_exp),
    'runningSum': running_sum,
    'fourier': fourier,
    'fft': transform(False),
    'ifft': transform(True),
    'rfft': transform(False, half=True),
    'irfft': irfft,
    'diff': diff,
    'trapezoid': trapezoid,
    'meshgrid': meshgrid,
    'select': select,
    'searchSorted': search_sorted,
    'takeAlongAxis': lambda x, indices, options=None: np.take_along_axis(x, np.array(indices, dtype=int), option(options, 'axis', -1)),
    'softmax': softmax,
    'logSoftmax': log_softmax,
    'sort': sort,
    'argSort': arg_sort,
    'topK': top_k,
    'gather': gather,
    'scatterAdd': scatter_add,
    'gatherAt': lambda x, places: x.reshape(-1)[np.array(places, dtype=int)],
    'scatterAt': lambda x, places, shape, _order: scatter_entries(x, {'indices': places, 'shape': shape}),
    'gatherEntries': entries,
    'scatterEntries': scatter_entries,
    'reshape': lambda x, shape: x.reshape(shape),
    'withShape': lambda x, shape: x.reshape(shape),
    'ravel': lambda x: x.reshape(-1),
    'squeeze': lambda x, options=None: np.squeeze(x, option(options, 'axis', None)),
    'expandDims': lambda x, axis: np.expand_dims(x, axis),
    'broadcastTo': lambda x, shape: np.broadcast_to(x, shape).copy(),
    'sumTo': sum_to,
    'concat': lambda parts, options=None: np.concatenate([array(p) for p in parts], option(options, 'axis', 0)),
    'stack': lambda parts, options=None: np.stack([array(p) for p in parts], option(options, 'axis', 0)),
    'stackScalars': lambda parts, shape: array(parts).reshape(shape),
    'split': split,
    'pack': lambda parts: np.concatenate([array(p).reshape(-1) for p in parts]),
    'slice': slice_of,
    'take': lambda x, indices, options=None: np.take(x, indices, option(options, 'axis', 0)),
    'pad': pad,
    'padEntries': lambda x, padding, mode: pad(x, padding, {'mode': mode}),
    'flip': lambda x, options=None: np.flip(x, option(options, 'axis', None)),
    'roll': roll,
    'tile': lambda x, repeats: np.tile(x, repeats),
    'repeat': lambda x, repeats, options=None: np.repeat(x, repeats, option(options, 'axis', None)),
    'permute': lambda x, axes: np.transpose(x, axes),
    'transpose': lambda x, axes=None: np.transpose(x, axes),
    'triu': lambda x, k=0: np.where(np.triu(np.ones(x.shape, dtype=int), k) == 1, x, mp.mpf(0)),
    'tril': lambda x, k=0: np.where(np.tril(np.ones(x.shape, dtype=int), k) == 1, x, mp.mpf(0)),
    'pick': lambda x, position: x.reshape(-1)[position],
    'place': lambda x, position, shape: placed(x, position, shape),
    'section': lambda x, start, shape: x.reshape(-1)[start : start + math.prod(shape)].reshape(shape),
    'placeSection': lambda x, start, size: placed(x, start, [size]),
    'layerNorm': layer_norm,
    'batchNorm': batch_norm,
}
