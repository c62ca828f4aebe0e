"""Writes least_squares.json: least squares by SciPy 1.17 with robust losses, bounds, weights, and its counts of evaluations on the
nonlinear problems of NIST's StRD from both starts.

Derivatives by complex steps, so that SciPy's methods have exact ones. Run: python3 test/reference/make_least_squares.py
"""

import json
import re
import warnings
from pathlib import Path

import numpy as np
from scipy.optimize import curve_fit, least_squares, lsq_linear

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
NIST = HERE.parent.parent / "examples" / "data" / "nist-strd"
TIGHT = dict(ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=10000)


def derivative(f):
    def at(x):
        columns = []
        for i in range(len(x)):
            moved = x.astype(complex)
            moved[i] += 1e-30j
            columns.append(np.imag(f(moved)) / 1e-30)
        return np.array(columns).T

    return at


def solved(f, start, **options):
    found = least_squares(f, start, jac=derivative(f), **{**TIGHT, **options})
    usual = least_squares(f, start, jac=derivative(f), **{k: v for k, v in options.items()})
    return {"x": found.x.tolist(), "cost": float(found.cost), "evaluations": int(usual.nfev)}


# A decay with noise of about 0.05 and three outliers.
t = np.linspace(0, 5, 20)
noise = 0.05 * np.sin(37.0 * np.arange(20) ** 1.5)
y = np.round(0.5 + 2 * np.exp(-1.2 * t) + noise, 4)
y[[4, 11, 17]] += [1.5, -0.8, 2.0]
weights = np.where(np.arange(20) % 3 == 0, 4.0, 0.25)


def decay(b):
    return b[0] + b[1] * np.exp(-b[2] * t) - y


def weighted(b):
    return np.sqrt(weights) * decay(b)


start = np.array([1.0, 1.0, 1.0])
names = {"linear": "linear", "huber": "huber", "softL1": "soft_l1", "cauchy": "cauchy"}
losses = [
    {"loss": ours, "scale": scale, **solved(decay, start, loss=theirs, f_scale=scale, method="trf")} for ours, theirs in names.items() for scale in (1.0, 0.1)
]


def rosenbrock(x):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


inf = np.inf
boxes = [
    ([2.0, 2.0], [-inf, 1.5], [inf, inf]),
    ([-2.0, 0.0], [-inf, -inf], [0.5, inf]),
    ([-1.2, 0.9], [-inf, -inf], [inf, 0.95]),
    ([-1.2, 1.0], [-3.0, 0.25], [0.8, 3.0]),
    ([0.5, 0.5], [-3.0, -3.0], [0.9, 0.7]),
]
bounds = [
    {"start": x0, "lower": [None if v == -inf else v for v in low], "upper": [None if v == inf else v for v in high], **solved(rosenbrock, np.array(x0), bounds=(low, high), method="trf")}
    for x0, low, high in boxes
]
# A linear problem with bounds, by SciPy's active-set method for those.
rng = np.random.default_rng(7)
matrix, right = np.round(rng.normal(size=(12, 6)), 3), np.round(rng.normal(size=12), 3)
linear = lsq_linear(matrix, right, bounds=(-0.1, 0.2), method="bvls", tol=1e-15)


def model(x, a, b, c):
    return a + b * np.exp(-c * x)


covariances = []
for absolute in (False, True):
    found, covariance = curve_fit(
        model, t, y, p0=start, sigma=1 / np.sqrt(weights), absolute_sigma=absolute, jac=lambda x, a, b, c: np.array([np.ones_like(x), np.exp(-c * x), -b * x * np.exp(-c * x)]).T, ftol=1e-15, xtol=1e-15, gtol=1e-15
    )
    covariances.append({"absolute": absolute, "x": found.tolist(), "covariance": covariance.tolist()})

robust = []
for ours, theirs in names.items():
    if ours == "linear":
        continue
    found, covariance = curve_fit(model, t, y, p0=start, method="trf", loss=theirs, f_scale=0.3, ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=10000, jac=lambda x, a, b, c: np.array([np.ones_like(x), np.exp(-c * x), -b * x * np.exp(-c * x)]).T)
    robust.append({"loss": ours, "x": found.tolist(), "covariance": covariance.tolist()})


def nist(path):
    lines = path.read_text("latin1").splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("Model:"))
    end = next(i for i, line in enumerate(lines) if re.search(r"Starting [Vv]alues\s+Certified", line))
    formula = re.sub(r"pi = [\d.E]+", "", re.sub(r"\s+", " ", " ".join(lines[begin:end])))
    left, right_side = re.search(r"\b(y|log\[y\]) = (.*?)\+ e\b", formula).groups()
    rows = [m for m in (re.match(r"^\s*(b\d+) =\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)", line) for line in lines) if m]
    at = max(i for i, line in enumerate(lines) if line.startswith("Data:"))
    data = np.array([[float(each) for each in line.split()] for line in lines[at + 1 :] if line.strip()])
    columns = {name: data[:, i] for i, name in enumerate(lines[at][5:].split())}
    scope = dict(exp=np.exp, log=np.log, cos=np.cos, sin=np.sin, arctan=np.arctan, pi=np.pi, **columns)
    python = lambda text: compile(text.replace("[", "(").replace("]", ")").strip(), path.stem, "eval")
    observed, code, parameters = eval(python(left), scope), python(right_side), [row.group(1) for row in rows]

    def residuals(b):
        return np.broadcast_to(eval(code, scope, dict(zip(parameters, b))), observed.shape) - observed

    counts = {}
    for method in ("lm", "dogbox"):
        counts[method] = []
        for k in (2, 3):
            x0 = np.array([float(row.group(k)) for row in rows])
            found = least_squares(residuals, x0, jac=derivative(residuals), method=method, x_scale="jac", max_nfev=10000)
            certified = np.array([float(row.group(4)) for row in rows])
            solved_it = bool(np.all(abs(found.x - certified) <= 1e-2 * abs(certified)))
            counts[method].append({"evaluations": int(found.nfev), "solved": solved_it})
    return counts


table = {
    "data": {"t": t.tolist(), "y": y.tolist(), "weights": weights.tolist()},
    "losses": losses,
    "bounds": bounds,
    "linear": {"matrix": matrix.tolist(), "right": right.tolist(), "x": linear.x.tolist(), "cost": float(linear.cost)},
    "weighted": solved(weighted, start, loss="softL1".replace("softL1", "soft_l1"), f_scale=0.3, method="trf"),
    "covariances": covariances,
    "robust": robust,
    "nist": {path.stem: nist(path) for path in sorted(NIST.glob("*.dat"))},
}
(HERE / "least_squares.json").write_text(json.dumps(table) + "\n")
