"""Writes reciprocals.json: mathjs' functions of one number that are 1 over another, of 1 over their argument, or given by a
series, with two derivatives, where a formula by way of 1 / x or of a square would lose them.

Needs python3-mpmath. Each entry is [x, value, first, second]; null stands for what has no finite value, or overflows.

Run: python3 test/reference/make_reciprocals.py
"""

import json
import os

import mpmath as mp

mp.mp.dps = 750

root = mp.sqrt
FUNCTIONS = {
    "sech": (mp.sech, lambda x: -mp.sech(x) * mp.tanh(x), lambda x: mp.sech(x) * (mp.tanh(x) ** 2 - mp.sech(x) ** 2)),
    "csch": (mp.csch, lambda x: -mp.csch(x) * mp.coth(x), lambda x: mp.csch(x) * (mp.coth(x) ** 2 + mp.csch(x) ** 2)),
    "coth": (mp.coth, lambda x: -mp.csch(x) ** 2, lambda x: 2 * mp.csch(x) ** 2 * mp.coth(x)),
    "acot": (lambda x: mp.atan(1 / x) if x else mp.pi / 2, lambda x: -1 / (1 + x * x), lambda x: 2 * x / (1 + x * x) ** 2),
    "asec": (
        lambda x: mp.acos(1 / x),
        lambda x: 1 / (abs(x) * root(x * x - 1)),
        lambda x: -mp.sign(x) * (2 * x * x - 1) / (x * x * (x * x - 1) * root(x * x - 1)),
    ),
    "acsc": (
        lambda x: mp.asin(1 / x),
        lambda x: -1 / (abs(x) * root(x * x - 1)),
        lambda x: mp.sign(x) * (2 * x * x - 1) / (x * x * (x * x - 1) * root(x * x - 1)),
    ),
    "asech": (
        lambda x: mp.acosh(1 / x),
        lambda x: -1 / (x * root(1 - x * x)),
        lambda x: (1 - 2 * x * x) / (x * x * (1 - x * x) * root(1 - x * x)),
    ),
    "acsch": (
        lambda x: mp.asinh(1 / x),
        lambda x: -1 / (abs(x) * root(1 + x * x)),
        lambda x: mp.sign(x) * (2 * x * x + 1) / (x * x * (1 + x * x) * root(1 + x * x)),
    ),
    "acoth": (lambda x: mp.atanh(1 / x), lambda x: 1 / (1 - x * x), lambda x: 2 * x / (1 - x * x) ** 2),
    "zeta": (mp.zeta, lambda x: mp.zeta(x, derivative=1), lambda x: mp.zeta(x, derivative=2)),
}
INSIDE = [1e-300, 1e-20, 1e-8, 0.3, 0.999999]
OUTSIDE = [1.0000001, 1.5, 3, 1e5, 1e150]
POINTS = {
    "sech": [0, 1e-8, 0.3, 19.9, 20.1, 300, 700],
    "csch": [1e-100, 1e-8, 0.3, 19.9, 20.1, 300, 700],
    "coth": [1e-8, 0.3, 20.1, 300],
    "acot": [0, *INSIDE, *OUTSIDE],
    "asec": OUTSIDE,
    "acsc": OUTSIDE,
    "asech": INSIDE,
    "acsch": [*INSIDE, 1, *OUTSIDE],
    "acoth": OUTSIDE,
    "zeta": [-50, -20, -2, -0.7, -0.5, -0.3, -1e-8, -1e-20, 0, 0.5, 0.999999, 1.0000001, 3, 60],
}


def double(x):
    return float(x) if abs(x) < 1.7e308 else None


def entry(name, x):
    with mp.workdps(60 if name == "zeta" else 750):
        return [x, *(double(f(mp.mpf(x))) for f in FUNCTIONS[name])]


tables = {name: [entry(name, x) for x in points] for name, points in POINTS.items()}
for name, rows in tables.items():
    if name in ("asech", "zeta"):
        continue
    rows += [entry(name, -x) for x in POINTS[name] if x]
with open(os.path.join(os.path.dirname(__file__), "reciprocals.json"), "w") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(rows)}" for name, rows in tables.items()) + "\n}\n")
