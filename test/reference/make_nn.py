"""Writes nn.json: layers by NumPy, from the formulas in PyTorch's documentation (Linear, Conv1d, Conv2d, LayerNorm, LSTM, GRU, MultiheadAttention with
batch_first), written as loops over items, heads and steps.

python3 test/reference/make_nn.py > test/reference/nn.json
"""
import json

import numpy as np

rng = np.random.default_rng(20)


def normal(*shape):
    return np.round(rng.normal(size=shape), 3)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def conv(x, w, b, stride, padding):
    """Cross-correlation over any number of spatial axes."""
    x = np.pad(x, [(0, 0), (0, 0)] + [(padding, padding)] * (x.ndim - 2))
    window = w.shape[2:]
    out = [(n - k) // stride + 1 for n, k in zip(x.shape[2:], window)]
    y = np.zeros((x.shape[0], w.shape[0], *out))
    for n in range(x.shape[0]):
        for o in range(w.shape[0]):
            for at in np.ndindex(*out):
                part = x[(n, slice(None)) + tuple(slice(a * stride, a * stride + k) for a, k in zip(at, window))]
                y[(n, o) + at] = (part * w[o]).sum() + b[o]
    return y


def lstm(p, x, h, c):
    out = []
    n = h.shape[-1]
    for t in range(x.shape[0]):
        g = x[t] @ p["weight_ih_l0"].T + p["bias_ih_l0"] + h @ p["weight_hh_l0"].T + p["bias_hh_l0"]
        i, f, o = sigmoid(g[..., :n]), sigmoid(g[..., n : 2 * n]), sigmoid(g[..., 3 * n :])
        c = f * c + i * np.tanh(g[..., 2 * n : 3 * n])
        h = o * np.tanh(c)
        out.append(h)
    return np.array(out), h, c


def gru(p, x, h):
    out = []
    n = h.shape[-1]
    for t in range(x.shape[0]):
        a = x[t] @ p["weight_ih_l0"].T + p["bias_ih_l0"]
        b = h @ p["weight_hh_l0"].T + p["bias_hh_l0"]
        r, z = sigmoid(a[..., :n] + b[..., :n]), sigmoid(a[..., n : 2 * n] + b[..., n : 2 * n])
        h = (1 - z) * np.tanh(a[..., 2 * n :] + r * b[..., 2 * n :]) + z * h
        out.append(h)
    return np.array(out), h


def attention(p, x, context, heads, allowed):
    size = x.shape[-1]
    d = size // heads
    w, b = p["in_proj_weight"], p["in_proj_bias"]
    y = np.zeros_like(x)
    for n in range(x.shape[0]):
        q = x[n] @ w[:size].T + b[:size]
        k = context[n] @ w[size : 2 * size].T + b[size : 2 * size]
        v = context[n] @ w[2 * size :].T + b[2 * size :]
        for t in range(x.shape[1]):
            for h in range(heads):
                s = slice(h * d, (h + 1) * d)
                ok = [j for j in range(context.shape[1]) if allowed(t, j)]
                weights = softmax(np.array([q[t, s] @ k[j, s] for j in ok]) / np.sqrt(d))
                y[n, t, s] = sum(a * v[j, s] for a, j in zip(weights, ok))
    return y @ p["out_proj"]["weight"].T + p["out_proj"]["bias"]


def recurrent(g, inputs, units):
    return {
        "weight_ih_l0": normal(g * units, inputs),
        "weight_hh_l0": normal(g * units, units),
        "bias_ih_l0": normal(g * units),
        "bias_hh_l0": normal(g * units),
    }


def plain(x):
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    return x.tolist() if isinstance(x, np.ndarray) else x


cases = {}
p, x = {"weight": normal(4, 3), "bias": normal(4)}, normal(2, 3)
cases["dense"] = {"parameters": p, "x": x, "y": x @ p["weight"].T + p["bias"]}
p, x = {"weight": normal(3, 2, 3), "bias": normal(3)}, normal(2, 2, 7)
cases["conv1d"] = {"parameters": p, "x": x, "y": conv(x, p["weight"], p["bias"], 2, 1)}
p, x = {"weight": normal(3, 2, 3, 2), "bias": normal(3)}, normal(2, 2, 5, 4)
cases["conv2d"] = {"parameters": p, "x": x, "y": conv(x, p["weight"], p["bias"], 1, 0)}
p, x = {"weight": normal(4), "bias": normal(4)}, normal(2, 3, 4)
mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
cases["layerNorm"] = {"parameters": p, "x": x, "y": (x - mean) / np.sqrt(var + 1e-5) * p["weight"] + p["bias"]}
p, x, h, c = recurrent(4, 3, 5), normal(6, 2, 3), normal(2, 5), normal(2, 5)
zero = lstm(p, x, np.zeros((2, 5)), np.zeros((2, 5)))
y, hn, cn = lstm(p, x, h, c)
cases["lstm"] = {"parameters": p, "x": x, "y": zero[0], "state": {"h": h, "c": c}, "from": y, "last": {"h": hn, "c": cn}}
p, x, h = recurrent(3, 3, 5), normal(6, 2, 3), normal(2, 5)
y, hn = gru(p, x, h)
cases["gru"] = {"parameters": p, "x": x, "y": gru(p, x, np.zeros((2, 5)))[0], "state": {"h": h}, "from": y, "last": {"h": hn}}
p = {"in_proj_weight": normal(18, 6), "in_proj_bias": normal(18), "out_proj": {"weight": normal(6, 6), "bias": normal(6)}}
x, other = normal(2, 4, 6), normal(2, 5, 6)
mask = np.array([[j != (i + 1) % 5 for j in range(5)] for i in range(4)])
cases["attention"] = {
    "parameters": p,
    "x": x,
    "y": attention(p, x, x, 3, lambda t, j: True),
    "causal": attention(p, x, x, 3, lambda t, j: j <= t),
    "context": other,
    "mask": mask.astype(float),
    "crossed": attention(p, x, other, 3, lambda t, j: mask[t, j]),
}
print(json.dumps(plain(cases)).replace("}, ", "},\n"))
