// Written by scripts/generate.ts from src/ops/kernels. Do not edit: run `npm run generate`.
// biome-ignore-all lint: generated
/** The functions of `ops/kernels` as source, for modules that need nothing else. */
export const kernelText = `"use strict";
var kernels = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key) && key !== except)
          __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    }
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);
  var index_exports = {};
  __export(index_exports, {
    besselKernel: () => besselKernel,
    betaKernel: () => betaKernel,
    erfInverseKernel: () => erfInverseKernel,
    erfKernel: () => erfKernel,
    erfcKernel: () => erfcKernel,
    gammaKernel: () => gammaKernel,
    logAddExpKernel: () => logAddExpKernel,
    logBetaKernel: () => logBetaKernel,
    logGammaKernel: () => logGammaKernel,
    modKernel: () => modKernel,
    polygammaIncreaseKernel: () => polygammaIncreaseKernel,
    polygammaKernel: () => polygammaKernel,
    roundKernel: () => roundKernel,
    sigmoidKernel: () => sigmoidKernel,
    sinPi: () => sinPi,
    sincKernel: () => sincKernel,
    softplusKernel: () => softplusKernel,
    stirlingRemainder: () => stirlingRemainder,
    strongProduct: () => strongProduct
  });
  var LARGE = 25;
  var SMALL_ORDERS = 8;
  function besselKernel(n, x) {
    if (!Number.isInteger(n) || Number.isNaN(x)) return Number.NaN;
    const order = Math.abs(n);
    const sign = order % 2 !== 0 && n < 0 !== x < 0 ? -1 : 1;
    const size = Math.abs(x);
    if (!Number.isFinite(size)) return 0;
    if (size < LARGE) return sign * miller(order, size);
    if (order <= SMALL_ORDERS) return sign * hankel(order, size);
    if (order > size) return sign * miller(order, size);
    let [before, current] = [hankel(0, size), hankel(1, size)];
    for (let k = 1; k < order; k++) [before, current] = [current, 2 * k / size * current - before];
    return sign * current;
  }
  function miller(order, x) {
    if (x === 0) return order === 0 ? 1 : 0;
    if (x < 1e-8) return leadingTerm(order, x);
    const top = 2 * Math.ceil((Math.max(order, x) + 20 + 3 * Math.sqrt(Math.max(order, x)) * 2) / 2);
    let [above, current, wanted, sum] = [0, 1e-300, 0, 0];
    for (let k = top; k > 0; k--) {
      if (k === order) wanted = current;
      if (k % 2 === 0) sum += 2 * current;
      const below = 2 * k / x * current - above;
      above = current;
      current = below;
      if (Math.abs(current) > 1e200) {
        above *= 1e-200;
        current *= 1e-200;
        wanted *= 1e-200;
        sum *= 1e-200;
      }
    }
    return (order === 0 ? current : wanted) / (sum + current);
  }
  function leadingTerm(order, x) {
    let term = 1;
    for (let k = 1; k <= order; k++) term *= x / 2 / k;
    return term;
  }
  function hankel(order, x) {
    const mu = 4 * order * order;
    let [p, q, term] = [0, 0, 1];
    for (let k = 0; k < 60; k++) {
      if (k % 2 === 0) p += k % 4 === 0 ? term : -term;
      else q += k % 4 === 1 ? term : -term;
      const next = term * (mu - (2 * k + 1) ** 2) / ((k + 1) * 8 * x);
      if (Math.abs(next) > Math.abs(term) && 2 * k + 1 > 2 * order) break;
      term = next;
      if (Math.abs(term) < 1e-18) break;
    }
    const [s, c] = [Math.sin(x), Math.cos(x)];
    const [cosine, sine] = [
      [c + s, s - c],
      [s - c, -c - s],
      [-c - s, c - s],
      [c - s, c + s]
    ][order % 4];
    return (p * cosine - q * sine) / Math.sqrt(Math.PI * x);
  }
  function modKernel(x, y) {
    const remainder = x % y;
    return remainder !== 0 && remainder < 0 !== y < 0 ? remainder + y : remainder;
  }
  function logAddExpKernel(x, y) {
    if (x === y) return x + Math.LN2;
    return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));
  }
  function roundKernel(x) {
    const rounded = Math.round(x);
    return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
  }
  var EFX = 0.1283791670955126;
  var ERX = 0.8450629115104675;
  var SMALL_P = [0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -23763016656650163e-21];
  var SMALL_Q = [1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 13249473800432164e-20, -3960228278775368e-21];
  var MIDDLE_P = [
    -0.0023621185607526594,
    0.41485611868374833,
    -0.3722078760357013,
    0.31834661990116175,
    -0.11089469428239668,
    0.035478304325618236,
    -0.002166375594868791
  ];
  var MIDDLE_Q = [
    1,
    0.10642088040084423,
    0.540397917702171,
    0.07182865441419627,
    0.12617121980876164,
    0.01363708391202905,
    0.011984499846799107
  ];
  var TAIL_P = [
    -0.009864944034847148,
    -0.6938585727071818,
    -10.558626225323291,
    -62.375332450326006,
    -162.39666946257347,
    -184.60509290671104,
    -81.2874355063066,
    -9.814329344169145
  ];
  var TAIL_Q = [
    1,
    19.651271667439257,
    137.65775414351904,
    434.56587747522923,
    645.3872717332679,
    429.00814002756783,
    108.63500554177944,
    6.570249770319282,
    -0.0604244152148581
  ];
  var FAR_P = [
    -0.0098649429247001,
    -0.799283237680523,
    -17.757954917754752,
    -160.63638485582192,
    -637.5664433683896,
    -1025.0951316110772,
    -483.5191916086514
  ];
  var FAR_Q = [
    1,
    30.33806074348246,
    325.7925129965739,
    1536.729586084437,
    3199.8582195085955,
    2553.0504064331644,
    474.52854120695537,
    -22.44095244658582
  ];
  function polynomial(coefficients, x) {
    let sum = 0;
    for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
    return sum;
  }
  function tail(x) {
    const s = 1 / (x * x);
    const ratio = x < 1 / 0.35 ? polynomial(TAIL_P, s) / polynomial(TAIL_Q, s) : polynomial(FAR_P, s) / polynomial(FAR_Q, s);
    const z = highPart(x);
    return Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + ratio) / x;
  }
  var doubleView = new Float64Array(1);
  var wordView = new Uint32Array(doubleView.buffer);
  var LOW_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
  function highPart(x) {
    doubleView[0] = x;
    wordView[LOW_WORD] = 0;
    return doubleView[0];
  }
  function erfKernel(x) {
    const a = Math.abs(x);
    if (a < 0.84375) {
      const z = x * x;
      return a < 2 ** -28 ? x + EFX * x : x + x * (polynomial(SMALL_P, z) / polynomial(SMALL_Q, z));
    }
    if (a < 1.25) {
      const s = a - 1;
      return Math.sign(x) * (ERX + polynomial(MIDDLE_P, s) / polynomial(MIDDLE_Q, s));
    }
    if (a >= 6) return Math.sign(x);
    return Number.isNaN(x) ? x : Math.sign(x) * (1 - tail(a));
  }
  function erfcKernel(x) {
    const a = Math.abs(x);
    if (a < 0.84375) {
      const z = x * x;
      const y = polynomial(SMALL_P, z) / polynomial(SMALL_Q, z);
      return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x - 0.5 + x * y);
    }
    if (a < 1.25) {
      const s = a - 1;
      const ratio = polynomial(MIDDLE_P, s) / polynomial(MIDDLE_Q, s);
      return x >= 0 ? 1 - ERX - ratio : 1 + (ERX + ratio);
    }
    if (a > 28) return x > 0 ? 0 : 2;
    if (Number.isNaN(x)) return x;
    return x > 0 ? tail(a) : 2 - tail(a);
  }
  var HALF_ROOT_PI = 0.886226925452758;
  function erfInverseKernel(x) {
    const size = Math.abs(x);
    if (!(size < 1)) return size === 1 ? x * Number.POSITIVE_INFINITY : Number.NaN;
    if (size < 1e-8) return HALF_ROOT_PI * x;
    let y = approximation(size);
    for (let i = 0; i < 3; i++) {
      const error = size < 0.5 ? erfKernel(y) - size : 1 - size - erfcKernel(y);
      const step = error * HALF_ROOT_PI * Math.exp(y * y);
      y -= step / (1 + y * step);
    }
    return Math.sign(x) * y;
  }
  var CENTRAL = [281022636e-16, 343273939e-15, -35233877e-13, -439150654e-14, 21858087e-11, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941];
  var TAIL = [-200214257e-12, 100950558e-12, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682];
  function approximation(x) {
    const w = -Math.log((1 - x) * (1 + x));
    const [coefficients, t] = w < 5 ? [CENTRAL, w - 2.5] : [TAIL, Math.sqrt(w) - 3];
    return x * coefficients.reduce((sum, each) => sum * t + each, 0);
  }
  function sinPi(x) {
    const reduced = x - 2 * Math.round(x / 2);
    if (Math.abs(reduced) === 1) return 0;
    return reduced > 0.5 ? Math.sin(Math.PI * (1 - reduced)) : reduced < -0.5 ? -Math.sin(Math.PI * (1 + reduced)) : Math.sin(Math.PI * reduced);
  }
  function cosPi(x) {
    const reduced = Math.abs(x - 2 * Math.round(x / 2));
    return reduced > 0.25 && reduced < 0.75 ? Math.sin(Math.PI * (0.5 - reduced)) : Math.cos(Math.PI * reduced);
  }
  function sincKernel(n, x) {
    const z = Math.PI * x;
    const scale = Math.PI ** n;
    if (Math.abs(z) < 2 + n / 2) return scale * sincSeries(n, z);
    const derivativesOfSine = [sinPi(x), cosPi(x), -sinPi(x), -cosPi(x)];
    if (!Number.isFinite(z)) return Number.isNaN(x) ? x : 0;
    let f = derivativesOfSine[0] / z;
    for (let k = 1; k <= n; k++) f = (derivativesOfSine[k % 4] - k * f) / z;
    return scale * f;
  }
  function sincSeries(n, z) {
    const start = Math.ceil(n / 2);
    const square = z * z;
    let power = 1;
    for (let i = 1; i <= 2 * start - n; i++) power *= z / i;
    let term = start % 2 === 0 ? power : -power;
    let sum = 0;
    for (let k = start; k < start + 30; k++) {
      sum += term / (2 * k + 1);
      term *= -square / ((2 * k - n + 1) * (2 * k - n + 2));
    }
    return sum;
  }
  var EULER = 0.5772156649015329;
  var LN_ROOT_TWO_PI = 0.9189385332046728;
  var LANCZOS_G = 6.02468004077673;
  var LANCZOS_NUMERATOR = [
    2353137688041076e-5,
    429198036426491e-4,
    3571195923735567e-5,
    1792103442603721e-5,
    6039542586352028e-6,
    14397204073117216e-7,
    24887455786205417e-8,
    31426415585400194e-9,
    2.8763706289353725e6,
    186056.26539522348,
    8071.672002365816,
    210.82427775157936,
    2.5066282746310002
  ];
  var LANCZOS_DENOMINATOR = [0, 39916800, 120543840, 150917976, 105258076, 45995730, 13339535, 2637558, 357423, 32670, 1925, 66, 1];
  function lanczosSum(x) {
    let [numerator, denominator] = [0, 0];
    if (x < 5) {
      for (let i = 12; i >= 0; i--) {
        numerator = numerator * x + LANCZOS_NUMERATOR[i];
        denominator = denominator * x + LANCZOS_DENOMINATOR[i];
      }
    } else {
      for (let i = 0; i <= 12; i++) {
        numerator = numerator / x + LANCZOS_NUMERATOR[i];
        denominator = denominator / x + LANCZOS_DENOMINATOR[i];
      }
    }
    return numerator / denominator;
  }
  var FACTORIALS = Array.from({ length: 23 }, (_, n) => {
    let product = 1;
    for (let k = 2; k <= n; k++) product *= k;
    return product;
  });
  function gammaKernel(x) {
    if (Number.isInteger(x)) {
      if (x > 0 && x <= 23) return FACTORIALS[x - 1];
      if (x === 0) return 1 / x;
      if (x < 0) return Number.NaN;
    }
    const size = Math.abs(x);
    if (size < 1e-20) return 1 / x;
    if (size > 200) return x > 0 ? x * Number.POSITIVE_INFINITY : Number.isNaN(x) || x === Number.NEGATIVE_INFINITY ? Number.NaN : 0 / sinPi(x);
    const y = size + LANCZOS_G - 0.5;
    const correction = size > LANCZOS_G - 0.5 ? y - size - (LANCZOS_G - 0.5) : y - (LANCZOS_G - 0.5) - size;
    const relative = correction * LANCZOS_G / y;
    if (x < 0) {
      const r2 = -Math.PI / sinPi(size) / size * (Math.exp(y) / lanczosSum(size));
      const corrected2 = r2 - relative * r2;
      if (size < 140) return corrected2 / y ** (size - 0.5);
      const root2 = y ** (size / 2 - 0.25);
      return corrected2 / root2 / root2;
    }
    const r = lanczosSum(size) / Math.exp(y);
    const corrected = r + relative * r;
    if (size < 140) return corrected * y ** (size - 0.5);
    const root = y ** (size / 2 - 0.25);
    return corrected * root * root;
  }
  var ZETA_MINUS_ONE = Array.from({ length: 40 }, (_, i) => {
    const k = i + 2;
    const N = 64;
    let sum = 0;
    for (let n = N - 1; n >= 2; n--) sum += n ** -k;
    return sum + N ** (1 - k) / (k - 1) + N ** -k / 2 + k * N ** (-k - 1) / 12 - k * (k + 1) * (k + 2) * N ** (-k - 3) / 720 + k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * N ** (-k - 5) / 30240;
  });
  function logGammaNearTwo(z) {
    let sum = 0;
    for (let k = 40; k >= 2; k--) sum = sum * -z + ZETA_MINUS_ONE[k - 2] / k;
    return z * (1 - EULER) + z * z * sum;
  }
  function stirlingRemainder(x) {
    const s = 1 / (x * x);
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s * (1 / 156 - s * 3617 / 122400))))))) / x;
  }
  function logGammaKernel(x) {
    if (Number.isNaN(x)) return x;
    if (!Number.isFinite(x)) return Number.POSITIVE_INFINITY;
    if (x <= 0) {
      if (Number.isInteger(x)) return Number.POSITIVE_INFINITY;
      if (x > -1e-20) return -Math.log(-x);
      if (x < -20) return Math.log(Math.PI / Math.abs(sinPi(x) * x)) - logGammaKernel(-x);
      let product2 = 1;
      let y2 = x;
      while (y2 < 1.5) {
        product2 *= y2;
        y2++;
      }
      return logGammaNearTwo(y2 - 2) - Math.log(Math.abs(product2));
    }
    if (x < 0.5) return logGammaKernel(x + 1) - Math.log(x);
    if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
    if (x < 2.5) return logGammaNearTwo(x - 2);
    if (x >= 10) return (x - 0.5) * (Math.log(x) - 1) - 0.5 + LN_ROOT_TWO_PI + stirlingRemainder(x);
    let product = 1;
    let y = x;
    while (y >= 2.5) {
      y--;
      product *= y;
    }
    return Math.log(product) + logGammaNearTwo(y - 2);
  }
  function logBetaKernel(x, y) {
    const [a, b] = x <= y ? [x, y] : [y, x];
    if (!(a > 0) || b < 10) return logGammaKernel(a) + logGammaKernel(b) - logGammaKernel(a + b);
    const sum = a + b;
    const difference = -(b - 0.5) * Math.log1p(a / b) - a * (Math.log(sum) - 1) + (stirlingRemainder(b) - stirlingRemainder(sum));
    return logGammaKernel(a) + difference;
  }
  function betaKernel(x, y) {
    const sum = x + y;
    if (Math.abs(x) < 170 && Math.abs(y) < 170 && Math.abs(sum) < 170) {
      const [large, small] = Math.abs(x) >= Math.abs(y) ? [x, y] : [y, x];
      return gammaKernel(large) / gammaKernel(sum) * gammaKernel(small);
    }
    return x > 0 && y > 0 ? Math.exp(logBetaKernel(x, y)) : gammaKernel(x) * gammaKernel(y) / gammaKernel(sum);
  }
  var BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330];
  var LARGE2 = 20;
  function polygammaKernel(n, x) {
    if (!Number.isInteger(n) || n < 0 || Number.isNaN(x) || x === Number.NEGATIVE_INFINITY || x <= 0 && Number.isInteger(x)) return Number.NaN;
    if (x < 0) return reflectedPolygamma(n, x);
    const sign = n % 2 === 0 ? -1 : 1;
    let sum = 0;
    let y = x;
    while (y < LARGE2) {
      sum += y ** (-n - 1);
      y++;
    }
    if (n === 0) {
      let series2 = 0;
      for (let k = BERNOULLI.length; k >= 1; k--) series2 = (series2 + BERNOULLI[k - 1] / (2 * k)) / (y * y);
      return Math.log(y) - 0.5 / y - series2 - sum;
    }
    const factorial = gammaKernel(n + 1);
    let series = 0;
    let coefficient = factorial * (n + 1) / 2;
    for (let k = 1; k <= BERNOULLI.length; k++) {
      series += BERNOULLI[k - 1] * coefficient / y ** (2 * k + n);
      coefficient *= (2 * k + n) * (2 * k + n + 1) / ((2 * k + 1) * (2 * k + 2));
    }
    return sign * (factorial / n / y ** n + factorial / 2 / y ** (n + 1) + series + factorial * sum);
  }
  function reflectedPolygamma(n, x) {
    const reduced = x - Math.round(x);
    const cotangent = 1 / Math.tan(Math.PI * reduced);
    let polynomial2 = [0, 1];
    for (let k = 0; k < n; k++) {
      const next = new Array(polynomial2.length + 1).fill(0);
      polynomial2.forEach((coefficient, power) => {
        if (power === 0) return;
        next[power - 1] = next[power - 1] - power * coefficient;
        next[power + 1] = next[power + 1] - power * coefficient;
      });
      polynomial2 = next;
    }
    let derivative = 0;
    for (let power = polynomial2.length - 1; power >= 0; power--) derivative = derivative * cotangent + polynomial2[power];
    return (n % 2 === 0 ? 1 : -1) * polygammaKernel(n, 1 - x) - Math.PI ** (n + 1) * derivative;
  }
  function polygammaIncreaseKernel(n, x, y) {
    if (!(x > 0) || !(x + y > 0) || !Number.isFinite(y)) return polygammaKernel(n, x + y) - polygammaKernel(n, x);
    const change = (a2, p) => a2 ** -p * Math.expm1(-p * Math.log1p(y / a2));
    const sign = n % 2 === 0 ? -1 : 1;
    const factorial = gammaKernel(n + 1);
    let sum = 0;
    let a = x;
    while (a < LARGE2 || a + y < LARGE2) {
      sum += factorial * change(a, n + 1);
      a++;
    }
    if (n > 0) sum += factorial / n * change(a, n);
    sum += factorial / 2 * change(a, n + 1);
    let coefficient = factorial * (n + 1) / 2;
    for (let k = 1; k <= BERNOULLI.length; k++) {
      sum += BERNOULLI[k - 1] * coefficient * change(a, 2 * k + n);
      coefficient *= (2 * k + n) * (2 * k + n + 1) / ((2 * k + 1) * (2 * k + 2));
    }
    return sign * sum + (n === 0 ? Math.log1p(y / a) : 0);
  }
  function sigmoidKernel(x) {
    if (x >= 0) return 1 / (1 + Math.exp(-x));
    const e = Math.exp(x);
    return e / (1 + e);
  }
  function softplusKernel(x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
  function strongProduct(x, y) {
    const product = x * y;
    return product === product || x !== 0 && y !== 0 ? product : 0;
  }
  return __toCommonJS(index_exports);
})();
`
