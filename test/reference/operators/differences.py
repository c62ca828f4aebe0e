"""First and second derivatives of a function by differences at high precision, and whether they exist.

What is said of an entry:
  a number or ±Infinity        the derivative;
  'NaN'                        there is none that could be known;
  ['or', v]                    v, or NaN: a limit at infinity, what holds whatever an operand that is NaN stands for, or overflow;
  ['between', low, high]       a kink: a number between the derivatives of both sides, or NaN;
  None                         nothing is said.
"""

import itertools
import math

import mpmath as mp

DIGITS = 150
# Steps of first differences, relative to the operand.
NEAR = [mp.mpf(10) ** -45, mp.mpf(10) ** -60]
# Of second differences, which are divided by the square of the step.
WIDE = [mp.mpf(10) ** -24, mp.mpf(10) ** -32]
# What stands for infinity.
FAR = [mp.mpf(10) ** 20, mp.mpf(10) ** 30]
# What stands for an operand that is NaN: some within every domain, the others beyond all operands beside it.
GENERIC = [0.3125, 1.71875, -0.453125, 0.8125, 9.59375, -8.34375]


def as_number(value):
    """A double, or the text that stands for one in JSON; of a number beyond the doubles only its sign is told."""
    number = float(value)
    if math.isinf(number) and not mp.isinf(value):
        return ['or', 'Infinity' if number > 0 else '-Infinity']
    return number if math.isfinite(number) else 'NaN' if number != number else 'Infinity' if number > 0 else '-Infinity'


def safe(f, x):
    """The values at a point, NaN where they are not real; None where the function is not defined."""
    try:
        return [value if not isinstance(value, mp.mpc) else mp.nan for value in f(x)]
    except (ZeroDivisionError, ValueError, OverflowError, mp.libmp.NoConvergence, mp.libmp.ComplexResult):
        return None


def moved(x, steps):
    result = list(x)
    for i, step in steps:
        result[i] += step
    return result


def scale_of(x, i):
    """The size in which a function may change near an operand: no more than 1, as for sin."""
    if x[i] != 0:
        return min(abs(x[i]), mp.mpf(1))
    return min([mp.mpf(1)] + [abs(each) for each in x if each != 0])


def limit(first, second, tolerance):
    """What values at a small and a smaller step tend to: a number, ±inf, or nan where it cannot be told."""
    if mp.isnan(first) or mp.isnan(second):
        return mp.nan
    if first == second or abs(first - second) <= tolerance * max(abs(first), abs(second)):
        return second
    if abs(second) > 100 * abs(first):
        # Beyond the doubles, what differs are two numbers too large to be told apart from infinity.
        return mp.inf * mp.sign(second) if abs(first) < 1e290 else mp.mpf(10) ** 400 * mp.sign(second)
    return mp.mpf(0) if abs(second) < abs(first) / 100 else mp.nan


def digits_at(x):
    """A step of 1e-60 beside 1e200 takes that many digits more, and so does a value in which what is large cancels."""
    return DIGITS + 2 * int(max([mp.mpf(0)] + [mp.log10(abs(each)) for each in x if mp.isfinite(each) and each != 0]))


def largest_of(values):
    """The size of what values are made of together: in one that cancels, the rounding of the others is left."""
    return max([mp.mpf(0)] + [abs(value) for value in values if mp.isfinite(value)])


class Lost(Exception):
    """A difference that is lost in the rounding of the values, so that more digits are needed."""


def quotient(difference, size, step, negligible):
    """A difference of sums of terms up to a size over its step; 0 where rounding leaves nothing of it, provided that what may be left is negligible."""
    rounding = size * mp.mpf(10) ** (12 - mp.mp.dps)
    if abs(difference) > rounding:
        return difference / step
    if rounding / abs(step) > negligible:
        raise Lost
    return mp.mpf(0)


class Differences:
    """Derivatives of a function from a list of numbers to a list of numbers, at a point.

    Digits are added up to `most_digits` until what rounding hides of a derivative is at most `negligible`.
    """

    def __init__(self, f, x, count, most_digits, negligible):
        self.f, self.x, self.count, self.most_digits, self.negligible = f, x, count, most_digits, negligible

        self.digits = digits_at(x)

    def with_digits(self, compute, otherwise):
        digits = self.digits
        while True:
            try:
                with mp.workdps(digits):
                    return compute()
            except Lost:
                if digits >= self.most_digits:
                    return otherwise
                digits *= 3

    def jacobian(self):
        columns = [self.with_digits(lambda i=i: self.column(i), [None] * self.count) for i in range(len(self.x))]
        rows = [[column[k] for column in columns] for k in range(self.count)]
        with mp.workdps(self.digits):
            for k, row in enumerate(rows):
                if all(isinstance(each, float) for each in row) and not self.is_linear(k, row):
                    rows[k] = [None] * len(row)
        return rows

    def column(self, i):
        """Of each value: what its one-sided derivatives with respect to operand i say, as limits of differences beside the point."""
        sides = []
        for side in (1, -1):
            slopes = []
            for near in NEAR:
                step = side * near * scale_of(self.x, i)
                outer, inner = (safe(self.f, moved(self.x, [(i, n * step)])) for n in (2, 1))
                if outer is None or inner is None:
                    slopes.append([mp.nan] * self.count)
                    continue
                size = largest_of(outer + inner)
                slopes.append([mp.nan if mp.isnan(a) or mp.isnan(b) else quotient(a - b, max(abs(a), abs(b), size), step, self.negligible) for a, b in zip(outer, inner)])
            sides.append([limit(first, second, mp.mpf(10) ** -20) for first, second in zip(*slopes)])
        return [verdict(right, left) for right, left in zip(*sides)]

    def is_linear(self, k, row):
        """Whether value k changes in a direction as its derivatives along the axes say: else it has none."""
        if len(row) < 2:
            return True
        way = [(mp.mpf(7 * j % 11) + 3) / 8 for j in range(len(row))]
        terms = [w * mp.mpf(each) for w, each in zip(way, row)]
        size = min(scale_of(self.x, j) for j in range(len(row)))
        for side in (1, -1):
            step = side * NEAR[0] * size
            ends = [safe(self.f, moved(self.x, [(j, n * step * w) for j, w in enumerate(way)])) for n in (2, 1)]
            if None in ends or mp.isnan(ends[0][k]) or mp.isnan(ends[1][k]):
                continue
            found = (ends[0][k] - ends[1][k]) / step
            rounding = max(abs(ends[0][k]), abs(ends[1][k]), largest_of(ends[0] + ends[1])) * mp.mpf(10) ** (12 - mp.mp.dps) / abs(step)
            if abs(found - mp.fsum(terms)) > mp.mpf(10) ** -12 * max(abs(found), mp.fsum(abs(each) for each in terms)) + rounding:
                return False
        return True

    def hessian(self, weight, thorough):
        """Second derivatives of the weighted sum of the values."""

        def total(at):
            values = self.f(at)
            return [mp.fsum(weight(k) * value for k, value in enumerate(values)), 2 * largest_of(values)]

        n = len(self.x)
        rows = [[None] * n for _ in range(n)]
        for i in range(n):
            for j in range(i, n):
                rows[i][j] = rows[j][i] = self.with_digits(lambda i=i, j=j: self.second(total, i, j, thorough), None)
        return rows

    def second(self, total, i, j, thorough):
        """A second derivative, or None where it does not exist or cannot be told."""
        sides = list(itertools.product((1, -1), repeat=2) if thorough and i != j else ((1, 1), (-1, -1)))
        differences = [[self.second_difference(total, i, j, signs, near) for near in WIDE] for signs in sides]
        # Sides on which the function is not defined do not count.
        found = [limit(*each, mp.mpf(10) ** -10) for each in differences if None not in each]
        if not found or any(mp.isnan(each) or mp.isinf(each) for each in found):
            return None
        first = found[0]
        return None if any(abs(each - first) > mp.mpf(10) ** -14 * max(abs(each), abs(first)) for each in found) else as_number(first)

    def second_difference(self, total, i, j, signs, near):
        """A second difference beside the point, towards the signs; None where the function is not defined."""
        a, b = signs[0] * near * scale_of(self.x, i), signs[1] * near * scale_of(self.x, j)
        steps = [[(i, k * a)] for k in (3, 2, 1)] if i == j else [[(i, p * a), (j, q * b)] for p, q in ((3, 2), (3, 1), (1, 2), (1, 1))]
        values = [safe(total, moved(self.x, each)) for each in steps]
        if None in values or any(mp.isnan(value[0]) for value in values):
            return None
        numbers = [value[0] for value in values]
        size = max(max(abs(number), mp.re(each[1])) for number, each in zip(numbers, values))
        if i == j:
            return quotient(numbers[0] - 2 * numbers[1] + numbers[2], size, a * a, self.negligible)
        return quotient(numbers[0] - numbers[1] - numbers[2] + numbers[3], size, 2 * a * b, self.negligible)


def verdict(right, left):
    """What the one-sided derivatives say of one entry."""
    if mp.isnan(right) and mp.isnan(left):
        return None
    if mp.isnan(right) or mp.isnan(left):
        return as_number(left if mp.isnan(right) else right)
    if right == left or abs(right - left) <= mp.mpf(10) ** -18 * max(abs(right), abs(left)):
        return as_number(right)
    if mp.isinf(right) and mp.isinf(left):
        return None
    low, high = (as_number(mp.mpf(float(each))) for each in sorted([left, right]))
    return ['between', low, high]


def same_values(a, b):
    return b is None or all(mp.isnan(y) or abs(x - y) <= mp.mpf(10) ** -9 * (abs(x) + 1) for x, y in zip(a, b))


def jumps(f, point, values):
    """Whether the sign of an operand that is 0 decides a value: mpmath, which has no signed zeros, then cannot tell it."""
    return any(
        each == 0 and not same_values(values, safe(f, moved(point, [(i, side * mp.mpf(10) ** -60 * scale_of(point, i))])))
        for i, each in enumerate(point)
        for side in (1, -1)
    )


def reference(f, x, second, most_digits=DIGITS, negligible=mp.mpf(10) ** -330, thorough=True, weight=None):
    """Values, Jacobian and the Hessian of the weighted sum of a function from a list of numbers to a list of numbers."""
    with mp.workdps(DIGITS):
        point = [mp.mpf(each) for each in x]
        if any(mp.isnan(each) or mp.isinf(each) for each in point):
            return beyond_numbers(f, point, most_digits, negligible)
        with mp.workdps(digits_at(point)):
            values = safe(f, point)
        if values is None:
            # A pole: what is beside it tells how many values there are.
            values = safe(f, [each + mp.mpf(10) ** -9 * (i + 1) for i, each in enumerate(point)])
            if values is None:
                return None
            shown, at_pole = [None] * len(values), True
        else:
            at_pole = any(not math.isfinite(float(value)) for value in values)
            shown = [None if mp.isnan(value) or mp.isinf(value) else as_number(value) for value in values]
            if jumps(f, point, values):
                shown = [None] * len(values)
            # Of a matrix of which an entry is 0 by its meaning rounding leaves some.
            largest = max([abs(value) for value in values if mp.isfinite(value)] + [mp.mpf(0)])
            least = min([largest] + [abs(each) for each in point if each != 0]) * mp.mpf(10) ** -100
            shown = [0.0 if isinstance(each, float) and abs(each) < least and len(values) > 1 else each for each in shown]
        differences = Differences(f, point, len(values), most_digits, negligible)
        jacobian = differences.jacobian()
        if at_pole:
            # Where there is no value, there need be no derivative.
            jacobian = [[['or', each] if isinstance(each, (float, str)) and each != 'NaN' else each for each in row] for row in jacobian]
        result = {'value': shown, 'jacobian': jacobian}
        return {**result, 'hessian': differences.hessian(weight, thorough)} if second else result


def merged(verdicts):
    """What holds whatever an operand that is not known stands for."""
    plain = [each[1] if isinstance(each, list) and each[0] == 'or' else each for each in verdicts if each is not None and each != 'NaN']
    if len(plain) < 2 or any(isinstance(each, list) for each in plain):
        return None
    numbers = [float(each) for each in plain]
    same = all(each == numbers[0] or abs(each - numbers[0]) <= 1e-12 * max(abs(each), abs(numbers[0])) for each in numbers)
    return ['or', as_number(mp.mpf(numbers[0]))] if same else 'NaN'


def far(near, beyond):
    """What an entry tends to as operands go to infinity."""
    if near is None or beyond is None or 'between' in (near if isinstance(near, list) else []) + (beyond if isinstance(beyond, list) else []):
        return None
    numbers = [mp.mpf(float(each[1] if isinstance(each, list) else each)) for each in (near, beyond)]
    ratio = numbers[1] / numbers[0] if numbers[0] != 0 and mp.isfinite(numbers[0]) else mp.mpf(0)
    # As a power near 0 changes.
    if mp.mpf(10) ** -18 < abs(ratio - 1) < mp.mpf(10) ** -8:
        return None
    # As a logarithm grows: from 20 digits to 30, or fewer beside more digits of the largest operand.
    if 1.03 < ratio < 1.6:
        return ['or', 'Infinity' if numbers[0] > 0 else '-Infinity']
    tends = limit(*numbers, mp.mpf(10) ** -12)
    return 'NaN' if mp.isnan(tends) else ['or', as_number(tends)]


def beyond_numbers(f, point, most_digits, negligible):
    """Where operands are NaN, or infinite."""
    unknown = [i for i, each in enumerate(point) if mp.isnan(each)]
    infinite = [i for i, each in enumerate(point) if mp.isinf(each)]
    largest = max([abs(each) for each in point if mp.isfinite(each)] + [mp.mpf(1)])

    def filled(k, size):
        result = list(point)
        for n, i in enumerate(unknown):
            factor = GENERIC[(k + n) % len(GENERIC)]
            result[i] = mp.mpf(factor) * (largest if abs(factor) > 2 else 1)
        for i in infinite:
            # Far beyond everything else.
            result[i] = mp.sign(point[i]) * size * largest
        return result

    def matrix(at):
        values = safe(f, at)
        return None if values is None else Differences(f, at, len(values), most_digits, negligible).jacobian()

    tries = [[matrix(filled(k, size)) for size in (FAR if infinite else FAR[:1])] for k in range(len(GENERIC) if unknown else 1)]
    known = [each for each in tries if None not in each]
    if not known:
        return None

    def entry(i, j):
        verdicts = [far(each[0][i][j], each[1][i][j]) if infinite else each[0][i][j] for each in known]
        return merged(verdicts) if unknown else verdicts[0]

    rows = len(known[0][0])
    return {'value': [None] * rows, 'jacobian': [[entry(i, j) for j in range(len(point))] for i in range(rows)]}
