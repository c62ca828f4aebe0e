"""Writes ivp.json: initial value problems with reference solutions, and what SciPy takes for them.

Problems: the test sets of Hull, Enright, Fellen and Sedgwick (1972; nonstiff, A to E) and of Enright, Hull and Lindberg (1975; stiff
DETEST, A to E), and those of Hairer and Wanner's and the Bari IVP test sets. References are computed by scipy.integrate.solve_ivp:
DOP853 with rtol 1e-13 for nonstiff problems, Radau with rtol 1e-12 and exact tolerances far below for stiff ones. `scipy` has the
evaluations and the largest error at the end (over atol + rtol |y|) at rtol = 1e-6 of RK45 or BDF.

Equations are text that is Python and JavaScript alike. Run: python3 test/reference/make_ivp.py
"""

import json
import math
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp

NAMES = {name: getattr(math, name) for name in ("exp", "sin", "cos", "sqrt", "tanh")}


def orbit(e):
    return ["y[2]", "y[3]", "-y[0]/(y[0]**2+y[1]**2)**1.5", "-y[1]/(y[0]**2+y[1]**2)**1.5"], [1 - e, 0, 0, math.sqrt((1 + e) / (1 - e))]


def stiff_b(a):
    return [f"-10*y[0]+{a}*y[1]", f"-{a}*y[0]-10*y[1]", "-4*y[2]", "-y[3]", "-0.5*y[4]", "-0.1*y[5]"], [1] * 6


def stiff_c(b):
    return ["-y[0]+2", f"-10*y[1]+{b}*y[0]**2", f"-40*y[2]+4*{b}*(y[0]**2+y[1]**2)", f"-100*y[3]+10*{b}*(y[0]**2+y[1]**2+y[2]**2)"], [1] * 4


NONSTIFF = [
    ("A1", ["-y[0]"], [1], 20),
    ("A2", ["-(y[0]**3)/2"], [1], 20),
    ("A3", ["y[0]*cos(t)"], [1], 20),
    ("A4", ["y[0]/4*(1-y[0]/20)"], [1], 20),
    ("A5", ["(y[0]-t)/(y[0]+t)"], [4], 20),
    ("B1", ["2*(y[0]-y[0]*y[1])", "-(y[1]-y[0]*y[1])"], [1, 3], 20),
    ("B2", ["-y[0]+y[1]", "y[0]-2*y[1]+y[2]", "y[1]-y[2]"], [2, 0, 1], 20),
    ("B3", ["-y[0]", "y[0]-y[1]**2", "y[1]**2"], [1, 0, 0], 20),
    ("B4", ["-y[1]-y[0]*y[2]/sqrt(y[0]**2+y[1]**2)", "y[0]-y[1]*y[2]/sqrt(y[0]**2+y[1]**2)", "y[0]/sqrt(y[0]**2+y[1]**2)"], [3, 0, 0], 20),
    ("B5", ["y[1]*y[2]", "-y[0]*y[2]", "-0.51*y[0]*y[1]"], [0, 1, 1], 20),
    ("C1", ["-y[0]"] + [f"y[{i-1}]-y[{i}]" for i in range(1, 9)] + ["y[8]"], [1] + [0] * 9, 20),
    ("D1", *orbit(0.1), 20),
    ("D3", *orbit(0.5), 20),
    ("D5", *orbit(0.9), 20),
    ("E2", ["y[1]", "(1-y[0]**2)*y[1]-y[0]"], [2, 0], 20),
    ("E3", ["y[1]", "y[0]**3/6-y[0]+2*sin(2.78535*t)"], [0, 0], 20),
    ("E4", ["y[1]", "0.032-0.4*y[1]**2"], [30, 0], 20),
    ("E5", ["y[1]", "sqrt(1+y[1]**2)/(25-t)"], [0, 0], 20),
    ("Lorenz", ["10*(y[1]-y[0])", "y[0]*(28-y[2])-y[1]", "y[0]*y[1]-8/3*y[2]"], [1, 1, 1], 10),
]

GAMMA = 100
STIFF = [
    ("A1", ["-0.5*y[0]", "-y[1]", "-100*y[2]", "-90*y[3]"], [1] * 4, 20),
    ("A2", ["-1800*y[0]+900*y[1]"] + [f"y[{i-1}]-2*y[{i}]+y[{i+1}]" for i in range(1, 8)] + ["1000*y[7]-2000*y[8]+1000"], [0] * 9, 120),
    ("A3", ["-1e4*y[0]+100*y[1]-10*y[2]+y[3]", "-1e3*y[1]+10*y[2]-10*y[3]", "-y[2]+10*y[3]", "-0.1*y[3]"], [1] * 4, 20),
    ("A4", [f"-{(i+1)**5}*y[{i}]" for i in range(10)], [1] * 10, 1),
    ("B1", ["-y[0]+y[1]", "-100*y[0]-y[1]", "-100*y[2]+y[3]", "-10000*y[2]-100*y[3]"], [1, 0, 1, 0], 20),
    ("B2", *stiff_b(3), 20),
    ("B3", *stiff_b(8), 20),
    ("B4", *stiff_b(25), 20),
    ("B5", *stiff_b(100), 20),
    ("C1", ["-y[0]+y[1]**2+y[2]**2+y[3]**2", "-10*y[1]+10*(y[2]**2+y[3]**2)", "-40*y[2]+40*y[3]**2", "-100*y[3]+2"], [1] * 4, 20),
    ("C2", *stiff_c(0.1), 20),
    ("C3", *stiff_c(1), 20),
    ("C4", *stiff_c(10), 20),
    ("C5", *stiff_c(20), 20),
    ("D1", ["0.2*(y[1]-y[0])", "10*y[0]-(60-0.125*y[2])*y[1]+0.125*y[2]", "1"], [0, 0, 0], 400),
    ("D2", ["-0.04*y[0]+0.01*y[1]*y[2]", "400*y[0]-100*y[1]*y[2]-3000*y[1]**2", "30*y[1]**2"], [1, 0, 0], 40),
    ("D3", ["y[2]-100*y[0]*y[1]", "y[2]+2*y[3]-100*y[0]*y[1]-2e4*y[1]**2", "-y[2]+100*y[0]*y[1]", "-y[3]+1e4*y[1]**2"], [1, 1, 0, 0], 20),
    ("D4", ["-0.013*y[0]-1000*y[0]*y[2]", "-2500*y[1]*y[2]", "-0.013*y[0]-1000*y[0]*y[2]-2500*y[1]*y[2]"], [1, 1, 0], 50),
    ("D5", ["0.01-(1+(y[0]+1000)*(y[0]+1))*(0.01+y[0]+y[1])", "0.01-(1+y[1]**2)*(0.01+y[0]+y[1])"], [0, 0], 100),
    ("D6", ["-y[0]+1e8*y[2]*(1-y[0])", "-10*y[1]+3e7*y[2]*(1-y[1])", "y[0]-1e8*y[2]*(1-y[0])+10*y[1]-3e7*y[2]*(1-y[1])"], [1, 0, 0], 1),
    ("E1", ["y[1]", "y[2]", "y[3]", f"(y[0]**2-sin(y[0])-{GAMMA**4})*y[0]+(y[1]*y[2]/(y[0]**2+1)-{4*GAMMA**3})*y[1]+(1-{6*GAMMA**2})*y[2]+(10*exp(-(y[3]**2))-{4*GAMMA})*y[3]+1"], [0] * 4, 1),
    ("E2", ["y[1]", "5*(1-y[0]**2)*y[1]-y[0]"], [2, 0], 1),
    ("E3", ["-(55+y[2])*y[0]+65*y[1]", "0.0785*(y[0]-y[1])", "0.1*y[0]"], [1, 1, 0], 500),
    ("E5", ["-7.89e-10*y[0]-1.1e7*y[0]*y[2]", "7.89e-10*y[0]-1.13e9*y[1]*y[2]", "7.89e-10*y[0]-1.1e7*y[0]*y[2]+1.13e3*y[3]-1.13e9*y[1]*y[2]", "1.1e7*y[0]*y[2]-1.13e3*y[3]"], [1.76e-3, 0, 0, 0], 1000),
    ("Robertson", ["-0.04*y[0]+1e4*y[1]*y[2]", "0.04*y[0]-1e4*y[1]*y[2]-3e7*y[1]**2", "3e7*y[1]**2"], [1, 0, 0], 1e11),
    ("van der Pol", ["y[1]", "1e6*((1-y[0]**2)*y[1]-y[0])"], [2, 0], 2),
    ("HIRES", ["-1.71*y[0]+0.43*y[1]+8.32*y[2]+0.0007", "1.71*y[0]-8.75*y[1]", "-10.03*y[2]+0.43*y[3]+0.035*y[4]", "8.32*y[1]+1.71*y[2]-1.12*y[3]", "-1.745*y[4]+0.43*y[5]+0.43*y[6]", "-280*y[5]*y[7]+0.69*y[3]+1.71*y[4]-0.43*y[5]+0.69*y[6]", "280*y[5]*y[7]-1.81*y[6]", "-280*y[5]*y[7]+1.81*y[6]"], [1, 0, 0, 0, 0, 0, 0, 0.0057], 321.8122),
    ("Oregonator", ["77.27*(y[1]+y[0]*(1-8.375e-6*y[0]-y[1]))", "(y[2]-(1+y[0])*y[1])/77.27", "0.161*(y[0]-y[2])"], [1, 2, 3], 360),
]

# The Pollution problem of Verwer (1994): 25 reactions among 20 species.
K = [0.35, 26.6, 1.23e4, 8.6e-4, 8.2e-4, 1.5e4, 1.3e-4, 2.4e4, 1.65e4, 9e3, 0.022, 1.2e4, 1.88, 1.63e4, 4.8e6, 3.5e-4, 0.0175, 1e8, 4.44e11, 1240, 2.1, 5.78, 0.0474, 1780, 3.12]
REACTIONS = [[1], [2, 4], [5, 2], [7], [7], [7, 6], [9], [9, 6], [11, 2], [11, 1], [13], [10, 2], [14], [1, 6], [3], [4], [4], [16], [16], [17, 6], [19], [19], [1, 4], [19, 1], [20]]
R = {i + 1: "*".join([repr(k)] + [f"y[{j-1}]" for j in species]) for i, (k, species) in enumerate(zip(K, REACTIONS))}
SIGNS = {
    1: [-1, -10, -14, -23, -24, 2, 3, 9, 11, 12, 22, 25], 2: [-2, -3, -9, -12, 1, 21], 3: [-15, 1, 17, 19, 22], 4: [-2, -16, -17, -23, 15],
    5: [-3, 4, 4, 6, 7, 13, 20], 6: [-6, -8, -14, -20, 3, 18, 18], 7: [-4, -5, -6, 13], 8: [4, 5, 6, 7], 9: [-7, -8], 10: [-12, 7, 9],
    11: [-9, -10, 8, 11], 12: [9], 13: [-11, 10], 14: [-13, 12], 15: [14], 16: [-18, -19, 16], 17: [-20], 18: [20], 19: [-21, -22, -24, 23, 25], 20: [-25, 24],
}
START = [0] * 20
for species, amount in {2: 0.2, 4: 0.04, 7: 0.1, 8: 0.3, 9: 0.01, 17: 0.007}.items():
    START[species - 1] = amount
STIFF.append(("Pollution", ["".join(("+" if r > 0 else "-") + R[abs(r)] for r in SIGNS[i]) for i in range(1, 21)], START, 60))


def solved(equations, start, end, method, **options):
    code = compile("[" + ",".join(equations) + "]", "f", "eval")
    f = lambda t, y: eval(code, NAMES, {"t": t, "y": y})
    return solve_ivp(f, [0, end], start, method=method, **options)


def entry(name, equations, start, end, stiff):
    scale = max(1e-30, max(map(abs, start)))
    exact = solved(equations, start, end, "Radau" if stiff else "DOP853", rtol=1e-12 if stiff else 1e-13, atol=1e-25 if name in ("E5", "Robertson") else 1e-18)
    reference = exact.y[:, -1]
    atol = 1e-14 if name in ("E5", "Robertson") else 1e-9
    method = "BDF" if stiff else "RK45"
    coarse = solved(equations, start, end, method, rtol=1e-6, atol=atol)
    error = np.max(np.abs(coarse.y[:, -1] - reference) / (atol + 1e-6 * np.abs(reference)))
    print(("stiff " if stiff else "") + name, exact.status, coarse.nfev, coarse.njev, float(error), reference)
    return dict(name=("stiff " if stiff else "") + name, equations=equations, start=start, end=end, atol=atol, reference=list(reference),
                scipy=dict(method=method, evaluations=coarse.nfev, error=float(f"{error:.3g}")))


problems = [entry(*problem, False) for problem in NONSTIFF] + [entry(*problem, True) for problem in STIFF]
(Path(__file__).parent / "ivp.json").write_text("[\n" + ",\n".join(json.dumps(problem) for problem in problems) + "\n]\n")
