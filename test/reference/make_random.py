"""Writes random.json: Threefry-2x32 and what jax.random makes of it (threefry_partitionable), written down anew from the paper (Salmon et al., SC 2011)
and from JAX' documentation, with Python's integers; quantiles of the normal distribution and logarithms by mpmath.

python3 test/reference/make_random.py > test/reference/random.json
"""
import json
import math

import mpmath

mpmath.mp.dps = 50
M = 2**32 - 1
ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]]


def threefry(key, counter):
    k = [key[0], key[1], key[0] ^ key[1] ^ 0x1BD11BDA]
    x = [(counter[0] + k[0]) & M, (counter[1] + k[1]) & M]
    for r in range(20):
        x[0] = (x[0] + x[1]) & M
        d = ROTATIONS[(r // 4) % 2][r % 4]
        x[1] = ((x[1] << d) | (x[1] >> (32 - d))) & M
        x[1] ^= x[0]
        if r % 4 == 3:
            s = r // 4 + 1
            x = [(x[0] + k[s % 3]) & M, (x[1] + k[(s + 1) % 3] + s) & M]
    return x


def at(key, n):
    return threefry(key, [n >> 32, n & M])


def key_of(seed):
    return [(seed >> 32) & M, seed & M]


def split(key, n=2):
    return [at(key, i) for i in range(n)]


def bits32(key, n):
    return [a ^ b for a, b in (at(key, i) for i in range(n))]


def uniform(key, n):
    """float64: the upper 52 bits of 64."""
    return [((a << 32 | b) >> 12) * 2.0**-52 for a, b in (at(key, i) for i in range(n))]


def normal(key, n):
    low = math.nextafter(-1.0, 0.0)
    return [float(mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf(max(low, u * 2 + low)))) for u in uniform(key, n)]


def gumbel(key, n):
    tiny = 2.0**-1022
    return [float(-mpmath.log(-mpmath.log(mpmath.mpf(max(tiny, u))))) for u in uniform(key, n)]


def randint(key, n, low, high):
    """int32: two words per number, with the wrap-around of 32-bit products."""
    first, second = split(key)
    span = high - low
    factor = 2**16 % span
    factor = (factor * factor & M) % span
    pairs = zip(bits32(first, n), bits32(second, n))
    return [low + (((a % span) * factor + b % span) & M) % span for a, b in pairs]


def permutation(key, n):
    x = list(range(n))
    for _ in range(math.ceil(3 * math.log(max(1, n)) / math.log(M))):
        key, sub = split(key)
        words = bits32(sub, n)
        x = [x[i] for i in sorted(range(n), key=lambda i: words[i])]
    return x


SEEDS = [0, 1, 42, 1701, 2**31, 2**32 + 5, 2**53 - 1, -1, -(2**40)]
points = [2.0**-52, 1e-9, 0.01, 0.1, 0.3, 0.425 * 2, 0.8500000001, 0.9, 0.99, 0.9999, 1 - 1e-9, 1 - 2.0**-40, 1 - 2.0**-52, 1 - 2.0**-53]
points = [0.0] + [s * p for p in points for s in (1, -1)]
positive = [2.0**-1022, 1e-300, 1e-10, 0.1, 0.5, 0.7, 0.70710678, 0.7071068, 0.99, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 1.3, 1.4142135, 1.41422, 2.0, 10.0, 1e300]
print(
    json.dumps(
        {
            "keys": [{"seed": s, "key": key_of(s), "split": split(key_of(s), 5), "fold": at(key_of(s), 2**40 + 3)} for s in SEEDS],
            "bits": [[key_of(s), bits32(key_of(s), 7)] for s in SEEDS],
            "uniform": [[key_of(s), uniform(key_of(s), 7)] for s in SEEDS],
            "normal": [[key_of(s), normal(key_of(s), 7)] for s in SEEDS],
            "gumbel": [[key_of(s), gumbel(key_of(s), 7)] for s in SEEDS],
            "randint": [[key_of(s), a, b, randint(key_of(s), 7, a, b)] for s in SEEDS[:4] for a, b in [(0, 6), (-10, 1000), (0, 65536), (5, 70000), (-(2**31), 2**31 - 1)]],
            "permutation": [[key_of(s), permutation(key_of(s), n)] for s in SEEDS[:4] for n in (1, 2, 5, 20, 1700)],
            "quantile": [[u, float(mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf(u)))] for u in points],
            "log": [[x, float(mpmath.log(mpmath.mpf(x)))] for x in positive],
        }
    ).replace("]], ", "]],\n").replace('}, {', '},\n{').replace(', "', ',\n"')
)
