"""Values of the losses, from their textbook formulas."""

import mpmath as mp
import numpy as np

from .arrays import array, each, log_softmax, option
from .elementwise import softplus


def reduced(losses, options):
    losses = np.asarray(losses, dtype=object)
    kind = option(options, 'reduction', 'mean')
    if kind == 'none':
        return losses
    total = sum(losses.reshape(-1), mp.mpf(0))
    return total if kind == 'sum' else total / losses.size


def loss(f):
    """A loss from one of prediction and target as arrays."""

    def run(x, t, options=None):
        return reduced(f(x, array(t), options or {}), options)

    return run


def times_log(t, logarithm):
    """t ln x, and 0 where t is 0."""
    return np.vectorize(lambda weight, value: mp.mpf(0) if weight == 0 else weight * value(), otypes=[object])(t, logarithm)


def lazy(f, x):
    x = np.asarray(x, dtype=object)
    result = np.empty(x.shape, dtype=object)
    for at in np.ndindex(*x.shape):
        result[at] = lambda value=x[at]: f(value)
    return result


def log(x):
    return mp.log(x) if x >= 0 else mp.nan


def cross_entropy(minus_logs):
    """As cross_entropy of PyTorch, from −ln of the probabilities: weights, classes that are ignored, and smoothing of labels."""

    def run(x, t, options=None):
        options, target = options or {}, array(t)
        classes = x.shape[-1]
        logs = minus_logs(x)
        weights = array(option(options, 'weight', [1] * classes))
        smoothing = mp.mpf(option(options, 'labelSmoothing', 0))
        by_class = target.shape != x.shape
        losses, counted = np.empty(x.shape[:-1], dtype=object), mp.mpf(0)
        for at in np.ndindex(*x.shape[:-1]):
            if by_class and target[at] == option(options, 'ignoreIndex', -100):
                losses[at] = mp.mpf(0)
                continue
            row = [mp.mpf(c == int(target[at])) for c in range(classes)] if by_class else list(target[at])
            counted += weights[int(target[at])] if by_class else 1
            terms = [(1 - smoothing) * p + smoothing / classes for p in row]
            losses[at] = mp.fsum(w * p * logs(at, c) for c, (w, p) in enumerate(zip(weights, terms)) if p != 0)
        if option(options, 'reduction', 'mean') != 'mean':
            return reduced(losses, options)
        return reduced(losses, {'reduction': 'sum'}) / counted if counted != 0 else mp.nan

    return run


def of_probabilities(x):
    return lambda at, c: -log(x[at + (c,)])


def of_logits(x):
    table = log_softmax(x)
    return lambda at, c: -table[at + (c,)]


def huber(x, t, options):
    delta = mp.mpf(option(options, 'delta', 1))
    return each(lambda r: r * r / 2 if abs(r) <= delta else delta * (abs(r) - delta / 2), x - t)


def rows(terms):
    terms = np.asarray(terms, dtype=object)
    return np.sum(terms, axis=-1) if terms.ndim > 0 else terms


LOSSES = {
    'mse': loss(lambda x, t, _: (x - t) ** 2),
    'mae': loss(lambda x, t, _: each(abs, x - t)),
    'huber': loss(huber),
    'hinge': loss(lambda x, t, _: each(lambda z: max(mp.mpf(0), 1 - z), x * t)),
    'crossEntropy': cross_entropy(of_probabilities),
    'softmaxCrossEntropy': cross_entropy(of_logits),
    'binaryCrossEntropy': loss(lambda x, t, _: -(times_log(t, lazy(log, x)) + times_log(1 - t, lazy(log, 1 - x)))),
    'binaryCrossEntropyWithLogits': loss(lambda x, t, _: t * each(softplus, -x) + (1 - t) * each(softplus, x)),
    'klDivergence': loss(lambda x, t, _: rows(times_log(t, lazy(log, t)) - times_log(t, lazy(log, x)))),
}
