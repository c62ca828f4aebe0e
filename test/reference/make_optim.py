"""Trajectories of optimisers, written down from the papers' algorithms in decimal arithmetic: python3 make_optim.py"""
import json
from decimal import Decimal as D, getcontext
from pathlib import Path

getcontext().prec = 40
START = [D(1), D(-2), D("0.5")]


def gradient(p):
    """Of sum c_i p_i^2 / 2 + p_0 p_1 / 4."""
    c = [D(1), D(3), D(10)]
    g = [a * b for a, b in zip(c, p)]
    g[0] += p[1] / 4
    g[1] += p[0] / 4
    return g


def sgd(rate, momentum=D(0), nesterov=False, decay=D(0)):
    p, v, path = list(START), None, []
    for _ in range(12):
        g = [a + decay * b for a, b in zip(gradient(p), p)]
        v = list(g) if v is None else [momentum * a + b for a, b in zip(v, g)]
        step = [a + momentum * b for a, b in zip(g, v)] if nesterov else v
        p = [a - rate * b for a, b in zip(p, step)]
        path.append([float(a) for a in p])
    return path


def adam(rate, b1=D("0.9"), b2=D("0.999"), eps=D("1e-8"), decay=D(0), decoupled=False):
    """Kingma and Ba, algorithm 1; with decoupled decay Loshchilov and Hutter, algorithm 2 (schedule multiplier 1, decay times rate)."""
    p, m, v, path = list(START), [D(0)] * 3, [D(0)] * 3, []
    for t in range(1, 13):
        g = gradient(p)
        if not decoupled:
            g = [a + decay * b for a, b in zip(g, p)]
        m = [b1 * a + (1 - b1) * b for a, b in zip(m, g)]
        v = [b2 * a + (1 - b2) * b * b for a, b in zip(v, g)]
        mh = [a / (1 - b1**t) for a in m]
        vh = [a / (1 - b2**t) for a in v]
        if decoupled:
            p = [a - rate * decay * a for a in p]
        p = [a - rate * b / (c.sqrt() + eps) for a, b, c in zip(p, mh, vh)]
        path.append([float(a) for a in p])
    return path


table = {
    "sgd": sgd(D("0.05")),
    "momentum": sgd(D("0.02"), D("0.9")),
    "nesterov": sgd(D("0.02"), D("0.9"), True, D("0.1")),
    "adam": adam(D("0.1")),
    "adamDecay": adam(D("0.1"), decay=D("0.2")),
    "adamW": adam(D("0.1"), decay=D("0.2"), decoupled=True),
}
Path(__file__).with_name("optim.json").write_text(json.dumps(table) + "\n")
