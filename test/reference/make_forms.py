"""References of the forms campaign: values, Jacobians and Hessians of operators at given arguments.

Reads cases as lines of JSON and writes a line for each: {"key", "value", "jacobian", "hessian"}, or {"key", "missing"} for an
operator that has no formula in test/reference/operators, or {"key", "unknown"} where its formula tells nothing; see there what is
said of an entry.

Needs python3 with mpmath and NumPy. Run: python3 test/reference/make_forms.py < cases > references
"""

import json
import math
import signal
import sys

import mpmath as mp
import numpy as np

from operators import ELEMENTWISE, HELD, ON_ARRAYS, Refused, Unknown, choices, condition
from operators.arrays import array
from operators.differences import reference

NUMBERS = {'NaN': math.nan, 'Infinity': math.inf, '-Infinity': -math.inf, '-0': -0.0}


def decoded(x):
    if isinstance(x, list):
        return [decoded(each) for each in x]
    if isinstance(x, dict):
        return {key: decoded(each) for key, each in x.items()}
    return NUMBERS.get(x, x) if isinstance(x, str) else x


def weight(k):
    """What value k counts in the sum whose Hessian is taken."""
    return mp.mpf(1) + mp.mpf(7 * k % 5) / 4


scalars = {}


def scalar_reference(name, operands, second, parameters=0):
    """Value, partials and second partials of an operator on entries at numbers, the last of which may be parameters; remembered, as
    many entries are alike."""
    key = (name, tuple(str(each) for each in operands), second)
    if key not in scalars:
        held = HELD.get(name, []) + list(range(len(operands) - parameters, len(operands)))
        free = [i for i in range(len(operands)) if i not in held]

        def f(x):
            all_operands = [mp.mpf(each) for each in operands]
            for i, value in zip(free, x):
                all_operands[i] = value
            return [ELEMENTWISE[name](*all_operands)]

        found = reference(f, [operands[i] for i in free], second, most_digits=1400, weight=lambda _: 1)
        n = len(operands)
        row, block = [0] * n, [[0] * n for _ in range(n)]
        if found is not None:
            for a, i in enumerate(free):
                row[i] = found['jacobian'][0][a]
                for b, j in enumerate(free):
                    block[i][j] = found['hessian'][a][b] if 'hessian' in found else None
            scalars[key] = (found['value'][0], row, block)
        else:
            scalars[key] = (None, [0 if i in held else None for i in range(n)], [[None] * n for _ in range(n)])
    return scalars[key]


def on_entries(case, arguments, active):
    """An operator on the entries of operands that broadcast; arguments behind the differentiated ones are parameters."""
    name = case['operator']
    parameters = 0 if case['elementwise'] else len(arguments) - len(active)
    operands = [np.array(each, dtype=float) for each in arguments]
    places, total = [], 0
    for i, each in enumerate(operands):
        places.append(np.arange(total, total + each.size).reshape(each.shape) if i in active else np.full(each.shape, -1))
        total += each.size if i in active else 0
    spread = np.broadcast_arrays(*operands)
    indices = np.broadcast_arrays(*places)
    values, jacobian, hessian = [], [], [[0] * total for _ in range(total)]
    plus = lambda a, b: None if a is None or b is None else a + b
    for k, at in enumerate(np.ndindex(*spread[0].shape)):
        value, row, block = scalar_reference(name, [float(each[at]) for each in spread], case['second'], parameters)
        values.append(value)
        line = [0] * total
        for i, place in enumerate(indices):
            if place[at] >= 0:
                line[place[at]] = row[i]
                for j, other in enumerate(indices):
                    if other[at] >= 0:
                        term = block[i][j]
                        scaled = None if term is None or isinstance(term, (str, list)) else term * float(weight(k))
                        hessian[place[at]][other[at]] = plus(hessian[place[at]][other[at]], scaled)
        jacobian.append(line)
    return {'value': values, 'jacobian': jacobian, **({'hessian': hessian} if case['second'] else {})}


def is_list(argument):
    """Whether an argument is a list of tensors of several shapes."""
    if not isinstance(argument, list) or not argument or not all(isinstance(each, list) for each in argument):
        return False
    return len({np.shape(np.array(each, dtype=object)) for each in argument}) > 1


def flat(result):
    parts = result if isinstance(result, (list, tuple)) else [result]
    return [entry for part in parts for entry in np.array(part, dtype=object).reshape(-1)]


def on_arrays(case, arguments, active):
    f = ON_ARRAYS[case['operator']]
    parts_of = lambda i: arguments[i] if is_list(arguments[i]) else [arguments[i]]
    shapes = [[np.shape(np.array(part, dtype=float)) for part in parts_of(i)] for i in active]
    x = [float(entry) for i in active for part in parts_of(i) for entry in np.array(part, dtype=float).reshape(-1)]

    def values(at):
        given, position = list(arguments), 0
        for n, i in enumerate(active):
            parts = []
            for shape in shapes[n]:
                size = math.prod(shape)
                part = np.array(at[position : position + size], dtype=object).reshape(shape)
                parts.append(part if shape else np.array(at[position], dtype=object))
                position += size
            given[i] = parts if is_list(arguments[i]) else parts[0]
        return flat(f(*given))

    if case['operator'] in ('sort', 'topK'):
        # NaN comes last, and moves with its derivative.
        options = next((each for each in arguments[1:] if isinstance(each, dict)), {})
        last = -1e40 if case['operator'] == 'topK' or options.get('descending') else 1e40
        found = reference(values, [last if math.isnan(each) else each for each in x], case['second'], negligible=1e-30, weight=weight)
        return found and {**found, 'value': [None if each == last else each for each in found['value']]}

    # Second differences of iterations take minutes beyond a few inputs.
    most = 6 if case['operator'] in ('eigh', 'svd', 'expm', 'sqrtm', 'logm', 'polar', 'polarFactor') else 12
    # Products of more and more entries are of very different sizes, and none is negligible beside the others.
    by_size = {'most_digits': 1400, 'negligible': 1e-320} if case['operator'] == 'cumProd' else {'most_digits': 150 if most == 6 else 450, 'negligible': 1e-30}
    found = reference(values, x, case['second'] and len(x) <= most, thorough=len(x) <= 4, weight=weight, **by_size)
    if found is None:
        return None
    for k in choices(case['operator'], arguments[active[0]]):
        found['value'][k], found['jacobian'][k] = None, [None] * len(x)
        found.pop('hessian', None)
    return {**found, 'condition': condition(case['operator'], arguments, active)}


def composed(case, arguments):
    """One operator after another: 'outer after inner'; or one with the same operand in both places: 'operator twice'."""
    first, how, *rest = case['operator'].split(' ')
    outer, x = ELEMENTWISE[first], float(arguments[0])
    if how == 'twice':
        found = reference(lambda at: [outer(at[0], at[0])], [x], case['second'], most_digits=1400, weight=lambda _: 1)
        return found and sum_of_both(found, scalar_reference(first, [x, x], case['second']))
    value, row, inner = scalar_reference(rest[0], [x], case['second'])

    def both(at):
        # What is between the two has the digits that the operand takes beside 1.
        with mp.workdps(mp.mp.dps + (2 * int(abs(mp.log10(abs(at[0])))) if mp.isfinite(at[0]) and at[0] != 0 else 0)):
            return [outer(ELEMENTWISE[rest[0]](at[0]))]

    found = reference(both, [x], case['second'], most_digits=1400, weight=lambda _: 1)
    if found is None or not math.isfinite(x):
        return found
    if not isinstance(value, float) or (value != 0 and not 1e-100 < abs(value) < 1e100):
        # Where the inner value under- or overflows there is nothing that the outer one could know.
        return None if isinstance(value, float) else loose(found)
    _, after, second = scalar_reference(first, [value], case['second'])
    if not isinstance(row[0], float) or not isinstance(after[0], float):
        return loose(found, 'overflow' if is_infinite(row[0]) or is_infinite(after[0]) else 'or')
    # The inner value is rounded, as is π/2 in cos(atan(−1e200)): what that changes the outer one by.
    found['terms'] = {'value': min(abs(value * after[0]), 1e300)}
    # Beside a pole of the outer derivative: what it is at the doubles next to the inner value.
    beside = []
    if not isinstance(second[0][0], float) or abs(value * second[0][0]) > 1e3 * abs(after[0]):
        beside = [scalar_reference(first, [math.nextafter(value, end)], case['second'])[1:] for end in (-math.inf, math.inf)]
        if not all(isinstance(line[0], float) for line, _ in beside):
            return loose(found, 'overflow')
    if not isinstance(inner[0][0], float) or not isinstance(second[0][0], float):
        return found
    if abs(value) > 1e6:
        # The outer function is asked at a rounded place, where its second derivative is another.
        found.pop('hessian', None)
    # In units of what the judge allows of first and of second derivatives: some roundings of the inner value, times what they change.
    rounded = 1e-3 * abs(value * second[0][0] * row[0])
    first_order, second_order = max(abs(after[0] * row[0]), rounded), abs(second[0][0]) * row[0] ** 2 + abs(after[0] * inner[0][0])
    for line, block in beside:
        if not isinstance(block[0][0], float):
            return {name: each for name, each in found.items() if name != 'hessian'}
        slope, curvature = abs(line[0] - after[0]), abs(block[0][0] - second[0][0])
        first_order = max(first_order, 4.5e12 * slope * abs(row[0]))
        second_order = max(second_order, 4.5e11 * (curvature * row[0] ** 2 + slope * abs(inner[0][0])))
    return {**found, 'terms': {**found['terms'], 'jacobian': min(first_order, 1e300), 'hessian': min(second_order, 1e300)}}


def sum_of_both(found, parts):
    """Derivatives by one operand in two places are sums over both, as exact as their terms, and NaN where these are no numbers."""
    _, row, block = parts
    terms = {'jacobian': row, 'hessian': [each for line in block for each in line]}
    known = {name: all(isinstance(each, (int, float)) for each in terms[name]) for name in terms}
    sizes = {name: sum(abs(each) for each in terms[name]) if known[name] else 0 for name in terms}
    open_ones = loose(found)
    return {**found, **{name: open_ones[name] for name in terms if name in found and not known[name]}, 'terms': sizes}


def is_infinite(claim):
    return (claim[-1] if isinstance(claim, list) else claim) in ('Infinity', '-Infinity')


def loose(found, how='or'):
    """The same, or NaN: one of the two derivatives that are multiplied is not a number. With 'overflow' it is infinite, and so may be the product."""
    either = lambda each: [how, each] if isinstance(each, (float, str)) and each != 'NaN' else each
    return {name: [[either(each) for each in row] for row in found[name]] if name != 'value' else [None] for name in ('value', 'jacobian', 'hessian') if name in found}


def written(found):
    """What JSON has no number for: an entry whose sum over several places is beyond the doubles may come out as NaN, too."""
    if isinstance(found, dict):
        return {name: written(each) for name, each in found.items()}
    if isinstance(found, list):
        return [written(each) for each in found]
    if isinstance(found, float) and not math.isfinite(found):
        return None if math.isnan(found) else ['or', 'Infinity' if found > 0 else '-Infinity']
    return found


def answer(case):
    arguments = decoded(case['arguments'])
    name = case['operator']
    try:
        if ' ' in name:
            known = all(each in ELEMENTWISE for each in name.split(' ') if each not in ('after', 'twice'))
            result = composed(case, arguments) if known else {'missing': True}
        elif name in ELEMENTWISE:
            result = on_entries(case, arguments, case['active'])
        elif name in ON_ARRAYS:
            result = on_arrays(case, arguments, case['active'])
        else:
            result = {'missing': True}
    except Refused as error:
        result = {'refused': str(error)}
    except Unknown:
        result = None
    return {'key': case['key'], **(result or {'unknown': True})}


def stop(*_):
    raise TimeoutError('more than 30 seconds')


if __name__ == '__main__':
    signal.signal(signal.SIGPROF, stop)
    for line in sys.stdin:
        question = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, 30)
        try:
            result = answer(question)
        except Exception as error:  # What a formula cannot do is told, and left to differences of plain values, which are no reference at special points.
            on_entries_only = question['operator'].split(' ')[0] in ELEMENTWISE
            result = {'key': question['key'], 'unknown' if on_entries_only else 'missing': True, 'error': f'{type(error).__name__}: {error}'}
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(written(result), separators=(',', ':')), flush=True)
