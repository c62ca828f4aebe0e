"""
Writes minimize.json: problems with published minima, as expressions that are JavaScript and Python alike, and how many evaluations
SciPy needs for them. Run: python3 test/reference/make_minimize.py

Sources: Moré, Garbow and Hillstrom, Testing unconstrained optimization software, ACM Trans. Math. Softw. 7 (1981);
Hock and Schittkowski, Test Examples for Nonlinear Programming Codes (1981).
"""
import json, math, os, re, warnings
import numpy as np
import scipy
from scipy.optimize import minimize, BFGS, NonlinearConstraint, Bounds

warnings.filterwarnings('ignore')
R = range

def powers(text):
    """−x ** 2 in parentheses, as JavaScript wants it."""
    return re.sub(r'-(x\[\d+\]|\([^()]*\))\*\*([\d.]+)', r'-(\1**\2)', text)

# ---- Moré, Garbow, Hillstrom: sums of squares of residuals; minima that are published for the sums.
mgh = []
def sumsq(name, residuals, start, *minima):
    mgh.append({'name': name, 'residuals': [powers(r) for r in residuals], 'start': list(start), 'minima': list(minima)})

sumsq('Rosenbrock', ['10*(x[1]-x[0]**2)', '1-x[0]'], [-1.2, 1], 0)
sumsq('Freudenstein and Roth', ['-13+x[0]+((5-x[1])*x[1]-2)*x[1]', '-29+x[0]+((x[1]+1)*x[1]-14)*x[1]'], [0.5, -2], 0, 48.98425)
sumsq('Powell badly scaled', ['1e4*x[0]*x[1]-1', 'exp(-x[0])+exp(-x[1])-1.0001'], [0, 1], 0)
sumsq('Brown badly scaled', ['x[0]-1e6', 'x[1]-2e-6', 'x[0]*x[1]-2'], [1, 1], 0)
sumsq('Beale', [f'{y}-x[0]*(1-x[1]**{i+1})' for i, y in enumerate([1.5, 2.25, 2.625])], [1, 1], 0)
sumsq('Jennrich and Sampson', [f'{2+2*i}-(exp({i}*x[0])+exp({i}*x[1]))' for i in R(1, 11)], [0.3, 0.4], 124.3622)
sumsq('Helical valley', ['10*(x[2]-10*(atan2(x[1],x[0])/(2*pi)))', '10*(sqrt(x[0]**2+x[1]**2)-1)', 'x[2]'], [-1, 0, 0], 0)
sumsq('Bard', [f'{y}-(x[0]+{i}/({16-i}*x[1]+{min(i,16-i)}*x[2]))' for i, y in enumerate([.14,.18,.22,.25,.29,.32,.35,.39,.37,.58,.73,.96,1.34,2.10,4.39], 1)], [1, 1, 1], 8.21487e-3, 17.42869)
gauss = [.0009,.0044,.0175,.0540,.1295,.2420,.3521,.3989,.3521,.2420,.1295,.0540,.0175,.0044,.0009]
sumsq('Gaussian', [f'x[0]*exp(-x[1]*({(8-i)/2}-x[2])**2/2)-{y}' for i, y in enumerate(gauss, 1)], [0.4, 1, 0], 1.12793e-8)
sumsq('Meyer', [f'x[0]*exp(x[1]/({45+5*i}+x[2]))-{y}' for i, y in enumerate([34780,28610,23650,19630,16370,13720,11540,9744,8261,7030,6005,5147,4427,3820,3307,2872], 1)], [.02, 4000, 250], 87.9458)
sumsq('Gulf', [f'exp(-(abs({25+(-50*math.log(i/100))**(2/3)}-x[1])**x[2])/x[0])-{i/100}' for i in R(1, 100)], [5, 2.5, .15], 0)
sumsq('Box', [f'exp(-{t}*x[0])-exp(-{t}*x[1])-x[2]*({math.exp(-t)-math.exp(-10*t)})' for t in [i/10 for i in R(1, 11)]], [0, 10, 20], 0)
sumsq('Powell singular', ['x[0]+10*x[1]', 'sqrt(5)*(x[2]-x[3])', '(x[1]-2*x[2])**2', 'sqrt(10)*(x[0]-x[3])**2'], [3, -1, 0, 1], 0)
sumsq('Wood', ['10*(x[1]-x[0]**2)', '1-x[0]', 'sqrt(90)*(x[3]-x[2]**2)', '1-x[2]', 'sqrt(10)*(x[1]+x[3]-2)', '(x[1]-x[3])/sqrt(10)'], [-3, -1, -3, -1], 0)
kowalik = list(zip([.1957,.1947,.1735,.1600,.0844,.0627,.0456,.0342,.0323,.0235,.0246], [4,2,1,.5,.25,.167,.125,.1,.0833,.0714,.0625]))
sumsq('Kowalik and Osborne', [f'{y}-x[0]*({u}**2+{u}*x[1])/({u}**2+{u}*x[2]+x[3])' for y, u in kowalik], [.25, .39, .415, .39], 3.07506e-4, 1.02734e-3)
sumsq('Brown and Dennis', [f'(x[0]+{t}*x[1]-exp({t}))**2+(x[2]+x[3]*sin({t})-cos({t}))**2' for t in [i/5 for i in R(1, 21)]], [25, 5, -5, -1], 85822.2)
osborne1 = [.844,.908,.932,.936,.925,.908,.881,.850,.818,.784,.751,.718,.685,.658,.628,.603,.580,.558,.538,.522,.506,.490,.478,.467,.457,.448,.438,.431,.424,.420,.414,.411,.406]
sumsq('Osborne 1', [f'{y}-(x[0]+x[1]*exp(-{10*i}*x[3])+x[2]*exp(-{10*i}*x[4]))' for i, y in enumerate(osborne1)], [.5, 1.5, -1, .01, .02], 5.46489e-5)
sumsq('Biggs EXP6', [f'x[2]*exp(-{t}*x[0])-x[3]*exp(-{t}*x[1])+x[5]*exp(-{t}*x[4])-({math.exp(-t)-5*math.exp(-10*t)+3*math.exp(-4*t)})' for t in [i/10 for i in R(1, 14)]], [1, 2, 1, 1, 1, 1], 0, 5.65565e-3)
osborne2 = [1.366,1.191,1.112,1.013,.991,.885,.831,.847,.786,.725,.746,.679,.608,.655,.616,.606,.602,.626,.651,.724,.649,.649,.694,.644,.624,.661,.612,.558,.533,.495,.500,.423,.395,.375,.372,.391,.396,.405,.428,.429,.523,.562,.607,.653,.672,.708,.633,.668,.645,.632,.591,.559,.597,.625,.739,.710,.729,.720,.636,.581,.428,.292,.162,.098,.054]
sumsq('Osborne 2', [f'{y}-(x[0]*exp(-{i/10}*x[4])+x[1]*exp(-({i/10}-x[8])**2*x[5])+x[2]*exp(-({i/10}-x[9])**2*x[6])+x[3]*exp(-({i/10}-x[10])**2*x[7]))' for i, y in enumerate(osborne2)], [1.3,.65,.65,.7,.6,3,5,7,2,4.5,5.5], 4.01377e-2)
def watson(n):
    out = []
    for i in R(1, 30):
        t = i/29
        a = '+'.join(f'{j*t**(j-1)}*x[{j}]' for j in R(1, n))
        b = '+'.join(f'{t**j}*x[{j}]' for j in R(n))
        out.append(f'{a}-({b})**2-1')
    return out + ['x[0]', 'x[1]-x[0]**2-1']
sumsq('Watson 6', watson(6), [0]*6, 2.28767e-3)
sumsq('Watson 9', watson(9), [0]*9, 1.39976e-6)
sumsq('Extended Rosenbrock 20', [e for i in R(10) for e in (f'10*(x[{2*i+1}]-x[{2*i}]**2)', f'1-x[{2*i}]')], [-1.2, 1]*10, 0)
sumsq('Extended Powell 20', [e for i in R(0, 20, 4) for e in (f'x[{i}]+10*x[{i+1}]', f'sqrt(5)*(x[{i+2}]-x[{i+3}])', f'(x[{i+1}]-2*x[{i+2}])**2', f'sqrt(10)*(x[{i}]-x[{i+3}])**2')], [3, -1, 0, 1]*5, 0)
def penalty1(n):
    return [f'sqrt(1e-5)*(x[{i}]-1)' for i in R(n)] + ['+'.join(f'x[{i}]**2' for i in R(n)) + '-0.25']
sumsq('Penalty I 4', penalty1(4), [1, 2, 3, 4], 2.24997e-5)
sumsq('Penalty I 10', penalty1(10), list(R(1, 11)), 7.08765e-5)
def penalty2(n):
    a = 'sqrt(1e-5)'
    out = ['x[0]-0.2']
    for i in R(2, n+1):
        y = math.exp(i/10)+math.exp((i-1)/10)
        out.append(f'{a}*(exp(x[{i-1}]/10)+exp(x[{i-2}]/10)-{y})')
    out += [f'{a}*(exp(x[{i-n}]/10)-exp(-1/10))' for i in R(n+1, 2*n)]
    return out + ['+'.join(f'{n-j}*x[{j}]**2' for j in R(n)) + '-1']
sumsq('Penalty II 4', penalty2(4), [.5]*4, 9.37629e-6)
sumsq('Penalty II 10', penalty2(10), [.5]*10, 2.93660e-4)
def variably(n):
    s = '+'.join(f'{j+1}*(x[{j}]-1)' for j in R(n))
    return [f'x[{j}]-1' for j in R(n)] + [f'({s})', f'({s})**2']
sumsq('Variably dimensioned 10', variably(10), [1-(j+1)/10 for j in R(10)], 0)
def trig(n):
    c = '+'.join(f'cos(x[{j}])' for j in R(n))
    return [f'{n}-({c})+{i+1}*(1-cos(x[{i}]))-sin(x[{i}])' for i in R(n)]
sumsq('Trigonometric 10', trig(10), [1/10]*10, 0, 2.79506e-5)
def almost(n):
    s = '+'.join(f'x[{j}]' for j in R(n))
    return [f'x[{i}]+{s}-{n+1}' for i in R(n-1)] + ['*'.join(f'x[{j}]' for j in R(n)) + '-1']
sumsq('Brown almost linear 10', almost(10), [.5]*10, 0, 1)
def discrete(n):
    h = 1/(n+1)
    at = lambda i: '0' if i in (0, n+1) else f'x[{i-1}]'
    return [f'2*{at(i)}-{at(i-1)}-{at(i+1)}+{h*h/2}*({at(i)}+{i*h}+1)**3' for i in R(1, n+1)]
sumsq('Discrete boundary value 10', discrete(10), [i/11*(i/11-1) for i in R(1, 11)], 0)
def tridiagonal(n):
    at = lambda i: '0' if i in (-1, n) else f'x[{i}]'
    return [f'(3-2*x[{i}])*x[{i}]-{at(i-1)}-2*{at(i+1)}+1' for i in R(n)]
sumsq('Broyden tridiagonal 10', tridiagonal(10), [-1]*10, 0)
def banded(n):
    return [f'x[{i}]*(2+5*x[{i}]**2)+1-(' + ('+'.join(f'x[{j}]*(1+x[{j}])' for j in R(max(0, i-5), min(n, i+2)) if j != i)) + ')' for i in R(n)]
sumsq('Broyden banded 10', banded(10), [-1]*10, 0)
def fullrank(n, m):
    s = '+'.join(f'x[{j}]' for j in R(n))
    return [(f'x[{i}]-' if i < n else '-') + f'{2/m}*({s})-1' for i in R(m)]
sumsq('Linear, full rank 10 20', fullrank(10, 20), [1]*10, 10)
s = '+'.join(f'{j+1}*x[{j}]' for j in R(10))
sumsq('Linear, rank 1 10 20', [f'{i}*({s})-1' for i in R(1, 21)], [1]*10, 20*19/(2*41))
def cheb(n, m):
    coefs = [np.polynomial.chebyshev.cheb2poly([0]*i+[1]) for i in R(m+1)]
    res = []
    for i in R(1, m+1):
        # of 2x − 1, by Horner's rule
        def horner(v):
            c = coefs[i][::-1]
            text = str(int(c[0]))
            for k in c[1:]:
                text = f'({text})*(2*{v}-1)+{int(k)}'
            return text
        mean = '(' + '+'.join(f'({horner(f"x[{j}]")})' for j in R(n)) + f')/{n}'
        res.append(mean + (f'+{1/(i*i-1)}' if i % 2 == 0 else ''))
    return res
sumsq('Chebyquad 8', cheb(8, 8), [j/9 for j in R(1, 9)], 3.51687e-3)

# ---- Hock and Schittkowski.
hs = []
def prob(number, f, start, minimum, eq=(), ge=(), low=None, up=None, others=()):
    """eq: = 0; ge: ≥ 0."""
    hs.append({'name': f'HS{number}', 'f': powers(f), 'start': list(start), 'minimum': minimum, 'equal': [powers(g) for g in eq], 'atLeast': [powers(g) for g in ge],
               **({'lower': list(low)} if low else {}), **({'upper': list(up)} if up else {}), **({'others': list(others)} if others else {})})
N, P = -1e300, 1e300
rosen = '100*(x[1]-x[0]**2)**2+(1-x[0])**2'
q3, q2 = math.sqrt(3), math.sqrt(2)
prob(1, rosen, [-2, 1], 0, low=[N, -1.5])
prob(2, rosen, [-2, 1], 0.0504261879, low=[N, 1.5], others=[4.941229])
prob(3, 'x[1]+1e-5*(x[1]-x[0])**2', [10, 1], 0, low=[N, 0])
prob(4, '(x[0]+1)**3/3+x[1]', [1.125, .125], 8/3, low=[1, 0])
prob(5, 'sin(x[0]+x[1])+(x[0]-x[1])**2-1.5*x[0]+2.5*x[1]+1', [0, 0], -q3/2-math.pi/3, low=[-1.5, -3], up=[4, 3])
prob(6, '(1-x[0])**2', [-1.2, 1], 0, eq=['10*(x[1]-x[0]**2)'])
prob(7, 'log(1+x[0]**2)-x[1]', [2, 2], -q3, eq=['(1+x[0]**2)**2+x[1]**2-4'])
prob(8, '-1+0*x[0]', [2, 1], -1, eq=['x[0]**2+x[1]**2-25', 'x[0]*x[1]-9'])
prob(9, 'sin(pi*x[0]/12)*cos(pi*x[1]/16)', [0, 0], -.5, eq=['4*x[0]-3*x[1]'])
prob(10, 'x[0]-x[1]', [-10, 10], -1, ge=['-3*x[0]**2+2*x[0]*x[1]-x[1]**2+1'])
prob(11, '(x[0]-5)**2+x[1]**2-25', [4.9, .1], -8.498464223, ge=['-x[0]**2+x[1]'])
prob(12, '0.5*x[0]**2+x[1]**2-x[0]*x[1]-7*x[0]-7*x[1]', [0, 0], -30, ge=['25-4*x[0]**2-x[1]**2'])
prob(14, '(x[0]-2)**2+(x[1]-1)**2', [2, 2], 9-2.875*math.sqrt(7), eq=['x[0]-2*x[1]+1'], ge=['-0.25*x[0]**2-x[1]**2+1'])
prob(15, rosen, [-2, 1], 306.5, ge=['x[0]*x[1]-1', 'x[0]+x[1]**2'], up=[.5, P], others=[360.379767])
prob(16, rosen, [-2, 1], .25, ge=['x[0]+x[1]**2', 'x[0]**2+x[1]'], low=[-.5, N], up=[.5, 1], others=[23.144661])
prob(17, rosen, [-2, 1], 1, ge=['x[1]**2-x[0]', 'x[0]**2-x[1]'], low=[-.5, N], up=[.5, 1])
prob(18, '0.01*x[0]**2+x[1]**2', [2, 2], 5, ge=['x[0]*x[1]-25', 'x[0]**2+x[1]**2-25'], low=[2, 0], up=[50, 50])
prob(19, '(x[0]-10)**3+(x[1]-20)**3', [20.1, 5.84], -6961.81381, ge=['(x[0]-5)**2+(x[1]-5)**2-100', '-(x[1]-5)**2-(x[0]-6)**2+82.81'], low=[13, 0], up=[100, 100])
prob(20, rosen, [-2, 1], 81.5-25*q3, ge=['x[0]+x[1]**2', 'x[0]**2+x[1]', 'x[0]**2+x[1]**2-1'], low=[-.5, N], up=[.5, P], others=[40.198730])
prob(21, '0.01*x[0]**2+x[1]**2-100', [-1, -1], -99.96, ge=['10*x[0]-x[1]-10'], low=[2, -50], up=[50, 50])
prob(22, '(x[0]-2)**2+(x[1]-1)**2', [2, 2], 1, ge=['-x[0]-x[1]+2', '-x[0]**2+x[1]'])
prob(23, 'x[0]**2+x[1]**2', [3, 1], 2, ge=['x[0]+x[1]-1', 'x[0]**2+x[1]**2-1', '9*x[0]**2+x[1]**2-9', 'x[0]**2-x[1]', 'x[1]**2-x[0]'], low=[-50, -50], up=[50, 50])
prob(24, '((x[0]-3)**2-9)*x[1]**3/(27*sqrt(3))', [1, .5], -1, ge=['x[0]/sqrt(3)-x[1]', 'x[0]+sqrt(3)*x[1]', '-x[0]-sqrt(3)*x[1]+6'], low=[0, 0])
prob(26, '(x[0]-x[1])**2+(x[1]-x[2])**4', [-2.6, 2, 2], 0, eq=['(1+x[1]**2)*x[0]+x[2]**4-3'])
prob(27, '0.01*(x[0]-1)**2+(x[1]-x[0]**2)**2', [2, 2, 2], .04, eq=['x[0]+x[2]**2+1'])
prob(28, '(x[0]+x[1])**2+(x[1]+x[2])**2', [-4, 1, 1], 0, eq=['x[0]+2*x[1]+3*x[2]-1'])
prob(29, '-x[0]*x[1]*x[2]', [1, 1, 1], -16*q2, ge=['-x[0]**2-2*x[1]**2-4*x[2]**2+48'])
prob(30, 'x[0]**2+x[1]**2+x[2]**2', [1, 1, 1], 1, ge=['x[0]**2+x[1]**2-1'], low=[1, -10, -10], up=[10, 10, 10])
prob(31, '9*x[0]**2+x[1]**2+9*x[2]**2', [1, 1, 1], 6, ge=['x[0]*x[1]-1'], low=[-10, 1, -10], up=[10, 10, 1])
prob(32, '(x[0]+3*x[1]+x[2])**2+4*(x[0]-x[1])**2', [.1, .7, .2], 1, eq=['1-x[0]-x[1]-x[2]'], ge=['6*x[1]+4*x[2]-x[0]**3-3'], low=[0, 0, 0])
prob(33, '(x[0]-1)*(x[0]-2)*(x[0]-3)+x[2]', [0, 0, 3], q2-6, ge=['x[2]**2-x[1]**2-x[0]**2', 'x[0]**2+x[1]**2+x[2]**2-4'], low=[0, 0, 0], up=[P, P, 5], others=[-4])
prob(34, '-x[0]', [0, 1.05, 2.9], -math.log(math.log(10)), ge=['x[1]-exp(x[0])', 'x[2]-exp(x[1])'], low=[0, 0, 0], up=[100, 100, 10])
prob(35, '9-8*x[0]-6*x[1]-4*x[2]+2*x[0]**2+2*x[1]**2+x[2]**2+2*x[0]*x[1]+2*x[0]*x[2]', [.5, .5, .5], 1/9, ge=['3-x[0]-x[1]-2*x[2]'], low=[0, 0, 0])
prob(36, '-x[0]*x[1]*x[2]', [10, 10, 10], -3300, ge=['72-x[0]-2*x[1]-2*x[2]'], low=[0, 0, 0], up=[20, 11, 42])
prob(37, '-x[0]*x[1]*x[2]', [10, 10, 10], -3456, ge=['72-x[0]-2*x[1]-2*x[2]', 'x[0]+2*x[1]+2*x[2]'], low=[0]*3, up=[42]*3)
prob(38, '100*(x[1]-x[0]**2)**2+(1-x[0])**2+90*(x[3]-x[2]**2)**2+(1-x[2])**2+10.1*((x[1]-1)**2+(x[3]-1)**2)+19.8*(x[1]-1)*(x[3]-1)', [-3, -1, -3, -1], 0, low=[-10]*4, up=[10]*4)
prob(39, '-x[0]', [2]*4, -1, eq=['x[1]-x[0]**3-x[2]**2', 'x[0]**2-x[1]-x[3]**2'])
prob(40, '-x[0]*x[1]*x[2]*x[3]', [.8]*4, -.25, eq=['x[0]**3+x[1]**2-1', 'x[0]**2*x[3]-x[2]', 'x[3]**2-x[1]'])
prob(41, '2-x[0]*x[1]*x[2]', [2]*4, 52/27, eq=['x[0]+2*x[1]+2*x[2]-x[3]'], low=[0]*4, up=[1, 1, 1, 2])
prob(42, '(x[0]-1)**2+(x[1]-2)**2+(x[2]-3)**2+(x[3]-4)**2', [1]*4, 28-10*q2, eq=['x[0]-2', 'x[2]**2+x[3]**2-2'])
prob(43, 'x[0]**2+x[1]**2+2*x[2]**2+x[3]**2-5*x[0]-5*x[1]-21*x[2]+7*x[3]', [0]*4, -44, ge=['8-x[0]**2-x[1]**2-x[2]**2-x[3]**2-x[0]+x[1]-x[2]+x[3]', '10-x[0]**2-2*x[1]**2-x[2]**2-2*x[3]**2+x[0]+x[3]', '5-2*x[0]**2-x[1]**2-x[2]**2-2*x[0]+x[1]+x[3]'])
prob(44, 'x[0]-x[1]-x[2]-x[0]*x[2]+x[0]*x[3]+x[1]*x[2]-x[1]*x[3]', [0]*4, -15, ge=['8-x[0]-2*x[1]', '12-4*x[0]-x[1]', '12-3*x[0]-4*x[1]', '8-2*x[2]-x[3]', '8-x[2]-2*x[3]', '5-x[2]-x[3]'], low=[0]*4, others=[-13])
prob(45, '2-x[0]*x[1]*x[2]*x[3]*x[4]/120', [2]*5, 1, low=[0]*5, up=[1, 2, 3, 4, 5])
prob(46, '(x[0]-x[1])**2+(x[2]-1)**2+(x[3]-1)**4+(x[4]-1)**6', [q2/2, 1.75, .5, 2, 2], 0, eq=['x[0]**2*x[3]+sin(x[3]-x[4])-1', 'x[1]+x[2]**4*x[3]**2-2'])
prob(47, '(x[0]-x[1])**2+(x[1]-x[2])**3+(x[2]-x[3])**4+(x[3]-x[4])**4', [2, q2, -1, 2-q2, .5], 0, eq=['x[0]+x[1]**2+x[2]**3-3', 'x[1]-x[2]**2+x[3]-1', 'x[0]*x[4]-1'])
prob(48, '(x[0]-1)**2+(x[1]-x[2])**2+(x[3]-x[4])**2', [3, 5, -3, 2, -2], 0, eq=['x[0]+x[1]+x[2]+x[3]+x[4]-5', 'x[2]-2*(x[3]+x[4])+3'])
prob(49, '(x[0]-x[1])**2+(x[2]-1)**2+(x[3]-1)**4+(x[4]-1)**6', [10, 7, 2, -3, .8], 0, eq=['x[0]+x[1]+x[2]+4*x[3]-7', 'x[2]+5*x[4]-6'])
prob(50, '(x[0]-x[1])**2+(x[1]-x[2])**2+(x[2]-x[3])**4+(x[3]-x[4])**2', [35, -31, 11, 5, -5], 0, eq=['x[0]+2*x[1]+3*x[2]-6', 'x[1]+2*x[2]+3*x[3]-6', 'x[2]+2*x[3]+3*x[4]-6'])
lin5 = '(x[0]-x[1])**2+(x[1]+x[2]-2)**2+(x[3]-1)**2+(x[4]-1)**2'
prob(51, lin5, [2.5, .5, 2, -1, .5], 0, eq=['x[0]+3*x[1]-4', 'x[2]+x[3]-2*x[4]', 'x[1]-x[4]'])
prob(52, '(4*x[0]-x[1])**2+(x[1]+x[2]-2)**2+(x[3]-1)**2+(x[4]-1)**2', [2]*5, 1859/349, eq=['x[0]+3*x[1]', 'x[2]+x[3]-2*x[4]', 'x[1]-x[4]'])
prob(53, lin5, [2]*5, 176/43, eq=['x[0]+3*x[1]', 'x[2]+x[3]-2*x[4]', 'x[1]-x[4]'], low=[-10]*5, up=[10]*5)
prob(55, 'x[0]+2*x[1]+4*x[4]+exp(x[0]*x[3])', [1, 2, 0, 0, 0, 2], 19/3, eq=['x[0]+2*x[1]+5*x[4]-6', 'x[0]+x[1]+x[2]-3', 'x[3]+x[4]+x[5]-2', 'x[0]+x[3]-1', 'x[1]+x[4]-2', 'x[2]+x[5]-2'], low=[0]*6, up=[1, P, P, 1, P, P], others=[20/3])
a, b = math.asin(math.sqrt(1/4.2)), math.asin(math.sqrt(5/7.2))
prob(56, '-x[0]*x[1]*x[2]', [1, 1, 1, a, a, a, b], -3.456, eq=['x[0]-4.2*sin(x[3])**2', 'x[1]-4.2*sin(x[4])**2', 'x[2]-4.2*sin(x[5])**2', 'x[0]+2*x[1]+2*x[2]-7.2*sin(x[6])**2'])
prob(60, '(x[0]-1)**2+(x[0]-x[1])**2+(x[1]-x[2])**4', [2]*3, .03256820025, eq=['x[0]*(1+x[1]**2)+x[2]**4-4-3*sqrt(2)'], low=[-10]*3, up=[10]*3)
prob(61, '4*x[0]**2+2*x[1]**2+2*x[2]**2-33*x[0]+16*x[1]-24*x[2]', [0]*3, -143.6461422, eq=['3*x[0]-2*x[1]**2-7', '4*x[0]-x[2]**2-11'], others=[-81.9192])
prob(62, '-32.174*(255*log((x[0]+x[1]+x[2]+0.03)/(0.09*x[0]+x[1]+x[2]+0.03))+280*log((x[1]+x[2]+0.03)/(0.07*x[1]+x[2]+0.03))+290*log((x[2]+0.03)/(0.13*x[2]+0.03)))', [.7, .2, .1], -26272.51448, eq=['x[0]+x[1]+x[2]-1'], low=[0]*3, up=[1]*3)
prob(63, '1000-x[0]**2-2*x[1]**2-x[2]**2-x[0]*x[1]-x[0]*x[2]', [2]*3, 961.7151721, eq=['8*x[0]+14*x[1]+7*x[2]-56', 'x[0]**2+x[1]**2+x[2]**2-25'], low=[0]*3)
prob(64, '5*x[0]+50000/x[0]+20*x[1]+72000/x[1]+10*x[2]+144000/x[2]', [1]*3, 6299.842428, ge=['1-4/x[0]-32/x[1]-120/x[2]'], low=[1e-5]*3)
prob(65, '(x[0]-x[1])**2+(x[0]+x[1]-10)**2/9+(x[2]-5)**2', [-5, 5, 0], .9535288567, ge=['48-x[0]**2-x[1]**2-x[2]**2'], low=[-4.5, -4.5, -5], up=[4.5, 4.5, 5])
prob(66, '0.2*x[2]-0.8*x[0]', [0, 1.05, 2.9], .5181632741, ge=['x[1]-exp(x[0])', 'x[2]-exp(x[1])'], low=[0]*3, up=[100, 100, 10])
prob(71, 'x[0]*x[3]*(x[0]+x[1]+x[2])+x[2]', [1, 5, 5, 1], 17.0140173, eq=['x[0]**2+x[1]**2+x[2]**2+x[3]**2-40'], ge=['x[0]*x[1]*x[2]*x[3]-25'], low=[1]*4, up=[5]*4)
prob(72, '1+x[0]+x[1]+x[2]+x[3]', [1]*4, 727.67937, ge=['0.0401-4/x[0]-2.25/x[1]-1/x[2]-0.25/x[3]', '0.010085-0.16/x[0]-0.36/x[1]-0.64/x[2]-0.64/x[3]'], low=[.001]*4, up=[4e5, 3e5, 2e5, 1e5])
prob(73, '24.55*x[0]+26.75*x[1]+39*x[2]+40.5*x[3]', [1]*4, 29.89437816, eq=['x[0]+x[1]+x[2]+x[3]-1'], ge=['2.3*x[0]+5.6*x[1]+11.1*x[2]+1.3*x[3]-5', '12*x[0]+11.9*x[1]+41.8*x[2]+52.1*x[3]-21-1.645*sqrt(0.28*x[0]**2+0.19*x[1]**2+20.5*x[2]**2+0.62*x[3]**2)'], low=[0]*4)
for number, c, best in ((74, .55, 5126.4981), (75, .48, 5174.4129)):
    prob(number, '3*x[0]+1e-6*x[0]**3+2*x[1]+2e-6/3*x[1]**3', [0]*4, best, eq=['1000*sin(-x[2]-0.25)+1000*sin(-x[3]-0.25)+894.8-x[0]', '1000*sin(x[2]-0.25)+1000*sin(x[2]-x[3]-0.25)+894.8-x[1]', '1000*sin(x[3]-0.25)+1000*sin(x[3]-x[2]-0.25)+1294.8'], ge=[f'x[3]-x[2]+{c}', f'x[2]-x[3]+{c}'], low=[0, 0, -c, -c], up=[1200, 1200, c, c])
prob(76, 'x[0]**2+0.5*x[1]**2+x[2]**2+0.5*x[3]**2-x[0]*x[2]+x[2]*x[3]-x[0]-3*x[1]+x[2]-x[3]', [.5]*4, -4.681818181, ge=['5-x[0]-2*x[1]-x[2]-x[3]', '4-3*x[0]-x[1]-2*x[2]+x[3]', 'x[1]+4*x[2]-1.5'], low=[0]*4)
prob(77, '(x[0]-1)**2+(x[0]-x[1])**2+(x[2]-1)**2+(x[3]-1)**4+(x[4]-1)**6', [2]*5, .24150513, eq=['x[0]**2*x[3]+sin(x[3]-x[4])-2*sqrt(2)', 'x[1]+x[2]**4*x[3]**2-8-sqrt(2)'])
c78 = ['x[0]**2+x[1]**2+x[2]**2+x[3]**2+x[4]**2-10', 'x[1]*x[2]-5*x[3]*x[4]', 'x[0]**3+x[1]**3+1']
prob(78, 'x[0]*x[1]*x[2]*x[3]*x[4]', [-2, 1.5, 2, -1, -1], -2.91970041, eq=c78)
prob(79, '(x[0]-1)**2+(x[0]-x[1])**2+(x[1]-x[2])**2+(x[2]-x[3])**4+(x[3]-x[4])**4', [2]*5, .0787768209, eq=['x[0]+x[1]**2+x[2]**3-2-3*sqrt(2)', 'x[1]-x[2]**2+x[3]+2-2*sqrt(2)', 'x[0]*x[4]-2'])
box80 = dict(low=[-2.3, -2.3, -3.2, -3.2, -3.2], up=[2.3, 2.3, 3.2, 3.2, 3.2])
prob(80, 'exp(x[0]*x[1]*x[2]*x[3]*x[4])', [-2, 2, 2, -1, -1], .0539498478, eq=c78, **box80)
prob(81, 'exp(x[0]*x[1]*x[2]*x[3]*x[4])-0.5*(x[0]**3+x[1]**3+1)**2', [-2, 2, 2, -1, -1], .0539498478, eq=c78, **box80)
def between(g, low, up):
    return [f'{g}-{low}' if low else g, f'{up}-({g})']
prob(83, '5.3578547*x[2]**2+0.8356891*x[0]*x[4]+37.293239*x[0]-40792.141', [78, 33, 27, 27, 27], -30665.53867,
     ge=between('85.334407+0.0056858*x[1]*x[4]+0.0006262*x[0]*x[3]-0.0022053*x[2]*x[4]', 0, 92) + between('80.51249+0.0071317*x[1]*x[4]+0.0029955*x[0]*x[1]+0.0021813*x[2]**2-90', 0, 20) + between('9.300961+0.0047026*x[2]*x[4]+0.0012547*x[0]*x[2]+0.0019085*x[2]*x[3]-20', 0, 5), low=[78, 33, 27, 27, 27], up=[102, 45, 45, 45, 45])
e = [-15, -27, -36, -18, -12]
C = [[30,-20,-10,32,-10],[-20,39,-6,-31,32],[-10,-6,10,-6,-10],[32,-31,-6,39,-20],[-10,32,-10,-20,30]]
D = [4, 8, 10, 6, 2]
A = [[-16,2,0,1,0],[0,-2,0,.4,2],[-3.5,0,2,0,0],[0,-2,0,-4,-1],[0,-9,-2,1,-2.8],[2,0,-4,0,0],[-1,-1,-1,-1,-1],[-1,-2,-3,-2,-1],[1,2,3,4,5],[1,1,1,1,1]]
B = [-40,-2,-.25,-4,-4,-1,-40,-60,5,1]
prob(86, '+'.join(f'({e[j]})*x[{j}]+{D[j]}*x[{j}]**3' for j in R(5)) + '+' + '+'.join(f'({C[i][j]})*x[{i}]*x[{j}]' for i in R(5) for j in R(5)), [0, 0, 0, 0, 1], -32.34867897, ge=['+'.join(f'({A[i][j]})*x[{j}]' for j in R(5)) + f'-({B[i]})' for i in R(10)], low=[0]*5)
prob(93, '0.0204*x[0]*x[3]*(x[0]+x[1]+x[2])+0.0187*x[1]*x[2]*(x[0]+1.57*x[1]+x[3])+0.0607*x[0]*x[3]*x[4]**2*(x[0]+x[1]+x[2])+0.0437*x[1]*x[2]*x[5]**2*(x[0]+1.57*x[1]+x[3])', [5.54, 4.4, 12.02, 11.8, .702, .852], 135.075961, ge=['0.001*x[0]*x[1]*x[2]*x[3]*x[4]*x[5]-2.07', '1-0.00062*x[0]*x[3]*x[4]**2*(x[0]+x[1]+x[2])-0.00058*x[1]*x[2]*x[5]**2*(x[0]+1.57*x[1]+x[3])'], low=[0]*6)
for number, bs in ((95, (4.97, -1.88, -29.08, -78.02)), (96, (4.97, -1.88, -69.08, -118.02))):
    prob(number, '4.3*x[0]+31.8*x[1]+63.3*x[2]+15.8*x[3]+68.5*x[4]+4.7*x[5]', [0]*6, .01561952524, ge=[
        f'17.1*x[0]+38.2*x[1]+204.2*x[2]+212.3*x[3]+623.4*x[4]+1495.5*x[5]-169*x[0]*x[2]-3580*x[2]*x[4]-3810*x[3]*x[4]-18500*x[3]*x[5]-24300*x[4]*x[5]-({bs[0]})',
        f'17.9*x[0]+36.8*x[1]+113.9*x[2]+169.7*x[3]+337.8*x[4]+1385.2*x[5]-139*x[0]*x[2]-2450*x[3]*x[4]-16600*x[3]*x[5]-17200*x[4]*x[5]-({bs[1]})',
        f'-273*x[1]-70*x[3]-819*x[4]+26000*x[3]*x[4]-({bs[2]})', f'159.9*x[0]-311*x[1]+587*x[3]+391*x[4]+2198*x[5]-14000*x[0]*x[5]-({bs[3]})'], low=[0]*6, up=[.31, .046, .068, .042, .028, .0134])
prob(100, '(x[0]-10)**2+5*(x[1]-12)**2+x[2]**4+3*(x[3]-11)**2+10*x[4]**6+7*x[5]**2+x[6]**4-4*x[5]*x[6]-10*x[5]-8*x[6]', [1, 2, 0, 4, 0, 1, 1], 680.6300573, ge=['127-2*x[0]**2-3*x[1]**4-x[2]-4*x[3]**2-5*x[4]', '282-7*x[0]-3*x[1]-10*x[2]**2-x[3]+x[4]', '196-23*x[0]-x[1]**2-6*x[5]**2+8*x[6]', '-4*x[0]**2-x[1]**2+3*x[0]*x[1]-2*x[2]**2-5*x[5]+11*x[6]'])
f104 = '0.4*(x[0]/x[6])**0.67+0.4*(x[1]/x[7])**0.67+10-x[0]-x[1]'
prob(104, f104, [6, 3, .4, .2, 6, 6, 1, .5], 3.9511634396, ge=['1-0.0588*x[4]*x[6]-0.1*x[0]', '1-0.0588*x[5]*x[7]-0.1*x[0]-0.1*x[1]', '1-4*x[2]/x[4]-2/(x[2]**0.71*x[4])-0.0588*x[6]/x[2]**1.3', '1-4*x[3]/x[5]-2/(x[3]**0.71*x[5])-0.0588*x[7]/x[3]**1.3', f104 + '-1', f'4.2-({f104})'], low=[.1]*8, up=[10]*8)
prob(106, 'x[0]+x[1]+x[2]', [5000, 5000, 5000, 200, 350, 150, 225, 425], 7049.2480, ge=['1-0.0025*(x[3]+x[5])', '1-0.0025*(x[4]+x[6]-x[3])', '1-0.01*(x[7]-x[4])', 'x[0]*x[5]-833.33252*x[3]-100*x[0]+83333.333', 'x[1]*x[6]-1250*x[4]-x[1]*x[3]+1250*x[3]', 'x[2]*x[7]-1250000-x[2]*x[4]+2500*x[4]'], low=[100, 1000, 1000, 10, 10, 10, 10, 10], up=[1e4]*3 + [1000]*5)
prob(108, '-0.5*(x[0]*x[3]-x[1]*x[2]+x[2]*x[8]-x[4]*x[8]+x[4]*x[7]-x[5]*x[6])', [1]*9, -.8660254038, ge=['1-x[2]**2-x[3]**2', '1-x[8]**2', '1-x[4]**2-x[5]**2', '1-x[0]**2-(x[1]-x[8])**2', '1-(x[0]-x[4])**2-(x[1]-x[5])**2', '1-(x[0]-x[6])**2-(x[1]-x[7])**2', '1-(x[2]-x[4])**2-(x[3]-x[5])**2', '1-(x[2]-x[6])**2-(x[3]-x[7])**2', '1-x[6]**2-(x[7]-x[8])**2', 'x[0]*x[3]-x[1]*x[2]', 'x[2]*x[8]', '-x[4]*x[8]', 'x[4]*x[7]-x[5]*x[6]', 'x[8]'], others=[-.6749814, -.5])
prob(110, '+'.join(f'log(x[{i}]-2)**2+log(10-x[{i}])**2' for i in R(10)) + '-(' + '*'.join(f'x[{i}]' for i in R(10)) + ')**0.2', [9]*10, -45.77846971, low=[2.001]*10, up=[9.999]*10)
cs = [-6.089,-17.164,-34.054,-5.914,-24.721,-14.986,-24.100,-10.708,-26.662,-22.179]
total = '(' + '+'.join(f'exp(x[{k}])' for k in R(10)) + ')'
prob(111, '+'.join(f'exp(x[{j}])*({cs[j]}+x[{j}]-log({total}))' for j in R(10)), [-2.3]*10, -47.76109026, eq=['exp(x[0])+2*exp(x[1])+2*exp(x[2])+exp(x[5])+exp(x[9])-2', 'exp(x[3])+2*exp(x[4])+exp(x[5])+exp(x[6])-1', 'exp(x[2])+exp(x[6])+exp(x[7])+2*exp(x[8])+exp(x[9])-1'], low=[-100]*10, up=[100]*10)
total = '(' + '+'.join(f'x[{k}]' for k in R(10)) + ')'
prob(112, '+'.join(f'x[{j}]*({cs[j]}+log(x[{j}]/{total}))' for j in R(10)), [.1]*10, -47.76109026, eq=['x[0]+2*x[1]+2*x[2]+x[5]+x[9]-2', 'x[3]+2*x[4]+x[5]+x[6]-1', 'x[2]+x[6]+x[7]+2*x[8]+x[9]-1'], low=[1e-6]*10)
prob(113, 'x[0]**2+x[1]**2+x[0]*x[1]-14*x[0]-16*x[1]+(x[2]-10)**2+4*(x[3]-5)**2+(x[4]-3)**2+2*(x[5]-1)**2+5*x[6]**2+7*(x[7]-11)**2+2*(x[8]-10)**2+(x[9]-7)**2+45', [2, 3, 5, 5, 1, 2, 7, 3, 6, 10], 24.3062091, ge=['105-4*x[0]-5*x[1]+3*x[6]-9*x[7]', '-10*x[0]+8*x[1]+17*x[6]-2*x[7]', '8*x[0]-2*x[1]-5*x[8]+2*x[9]+12', '-3*(x[0]-2)**2-4*(x[1]-3)**2-2*x[2]**2+7*x[3]+120', '-5*x[0]**2-8*x[1]-(x[2]-6)**2+2*x[3]+40', '-0.5*(x[0]-8)**2-2*(x[1]-4)**2-3*x[4]**2+x[5]+30', '-x[0]**2-2*(x[1]-2)**2+2*x[0]*x[1]-14*x[4]+6*x[5]', '3*x[0]-6*x[1]-12*(x[8]-8)**2+7*x[9]'])

# ---- SciPy's counts, with exact derivatives by sympy.
import sympy
names = {k: getattr(sympy, k) for k in ('exp', 'log', 'sin', 'cos', 'sqrt', 'atan2', 'pi')}
names['abs'] = sympy.Abs

def functions(residuals, n):
    """Value, gradient and Hessian of a sum of squares."""
    xs = sympy.symbols(f'x0:{n}', real=True)
    rs = [sympy.sympify(eval(r, {'x': xs, **names})) for r in residuals]
    lam = lambda ex: sympy.lambdify([xs], ex, 'math', cse=True)
    first = [[sympy.diff(r, v) for v in xs] for r in rs]
    second = [[[sympy.diff(d, v) for v in xs[:k + 1]] for k, d in enumerate(row)] for row in first]
    F, G, H = lam(rs), lam(first), [lam(h) for h in second]
    def hessian(x):
        r, J = np.array(F(x), float), np.array(G(x), float)
        total = J.T @ J
        for value, h in zip(r, H):
            for k, row in enumerate(h(x)):
                for l, entry in enumerate(row):
                    total[k, l] += value*entry
                    if k != l: total[l, k] += value*entry
        return 2*total
    return (lambda x: float(np.sum(np.array(F(x), float)**2))), (lambda x: 2*np.array(G(x), float).T @ np.array(F(x), float)), hessian

def run(p, method, tol):
    f, g, h = p['functions']
    n = [0]
    def counted(x):
        n[0] += 1
        return f(x)
    kw = {'jac': g}
    if method in ('trust-exact', 'trust-ncg'): kw |= {'hess': h, 'options': {'gtol': tol, 'maxiter': 2000}}
    else: kw |= {'options': {'gtol': tol, 'ftol': 0, 'maxiter': 5000, 'maxfun': 20000}}
    try:
        r = minimize(counted, p['start'], method=method, **kw)
        return {'values': n[0], 'f': float(r.fun)}
    except Exception as error:
        return {'values': n[0], 'f': None}

def constrained(p):
    n = len(p['start'])
    xs = sympy.symbols(f'x0:{n}', real=True)
    texts = [p['f'], *p['equal'], *p['atLeast']]
    es = [sympy.sympify(eval(t, {'x': xs, **names})) for t in texts]
    lam = lambda ex: sympy.lambdify([xs], ex, 'math', cse=True)
    F, G = lam(es), lam([[sympy.diff(e, v) for v in xs] for e in es])
    H = [lam([[sympy.diff(e, a, b) for a in xs] for b in xs]) for e in es]
    n_values = [0]
    def f(x):
        n_values[0] += 1
        return float(F(x)[0])
    m = len(texts) - 1
    arr = lambda v: np.array(v, float)
    low = np.array([-np.inf if v <= -1e299 else v for v in p.get('lower', [-1e300]*n)])
    up = np.array([np.inf if v >= 1e299 else v for v in p.get('upper', [1e300]*n)])
    cons = [] if m == 0 else [NonlinearConstraint(lambda x: arr(F(x)[1:]), np.zeros(m), np.array([0.0]*len(p['equal']) + [np.inf]*len(p['atLeast'])),
        jac=lambda x: arr(G(x)[1:]).reshape(m, n), hess=lambda x, v: sum(v[k]*arr(H[k+1](x)) for k in range(m)))]
    try:
        r = minimize(f, np.clip(np.array(p['start'], float), low, up), method='trust-constr', jac=lambda x: arr(G(x)[0]), hess=lambda x: arr(H[0](x)),
                     constraints=cons, bounds=Bounds(low, up), options={'gtol': 1e-6, 'xtol': 1e-10, 'maxiter': 1000})
        return {'values': n_values[0], 'f': float(r.fun), 'violation': float(r.constr_violation)}
    except Exception as error:
        return {'values': n_values[0], 'f': None}

if __name__ == '__main__':
    for p in mgh:
        p['functions'] = functions(p['residuals'], len(p['start']))
        p['scipy'] = {m: run(p, m, 1e-6) for m in ('L-BFGS-B', 'trust-exact', 'trust-ncg')}
        del p['functions']
        print(p['name'], p['minima'], p['scipy'], flush=True)
    for p in hs:
        p['scipy'] = constrained(p)
        print(p['name'], p['minimum'], p['scipy'], flush=True)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, 'minimize.json'), 'w') as out:
        out.write('{"scipy": "%s",\n"moreGarbowHillstrom": [\n' % scipy.__version__)
        out.write(',\n'.join(json.dumps(p) for p in mgh) + '\n],\n"hockSchittkowski": [\n' + ',\n'.join(json.dumps(p) for p in hs) + '\n]}\n')
    print(len(mgh), len(hs))
