// Derivatives of GradBench's evals written by hand; run.hpp says how they are called.
#include "run.hpp"

static std::vector<int> rowPointers, columns;

// d, k, n, m, gamma, alpha, mu, q, l, x: gradient of the log-posterior of a Gaussian mixture.
static void gmm() {
  const int d = in[0], k = in[1], n = in[2], m = in[3], below = d * (d - 1) / 2;
  const double gamma = in[4];
  const double *alpha = &in[5], *mu = alpha + k, *q = mu + k * d, *l = q + k * d, *x = l + k * below;
  out.assign(k + 2 * k * d + k * below, 0.0);
  double *dAlpha = out.data(), *dMu = dAlpha + k, *dQ = dMu + k * d, *dL = dQ + k * d;
  Vector diagonal(k * d), base(k), terms(k), moved(k * d), turned(k * d), back(d);
  for (int i = 0; i < k * d; i++) diagonal[i] = std::exp(q[i]);
  for (int c = 0; c < k; c++) {
    base[c] = alpha[c];
    for (int j = 0; j < d; j++) base[c] += q[c * d + j];
  }
  for (int i = 0; i < n; i++) {
    double top = -INFINITY;
    for (int c = 0; c < k; c++) {
      double *z = &turned[c * d], *r = &moved[c * d];
      for (int j = 0; j < d; j++) r[j] = x[i * d + j] - mu[c * d + j];
      for (int j = 0; j < d; j++) z[j] = diagonal[c * d + j] * r[j];
      const double *lower = l + c * below;
      for (int j = 0; j < d; j++)
        for (int row = j + 1; row < d; row++) z[row] += *lower++ * r[j];
      double square = 0;
      for (int j = 0; j < d; j++) square += z[j] * z[j];
      terms[c] = base[c] - 0.5 * square;
      top = std::max(top, terms[c]);
    }
    double sum = 0;
    for (int c = 0; c < k; c++) sum += terms[c] = std::exp(terms[c] - top);
    for (int c = 0; c < k; c++) {
      const double share = terms[c] / sum;
      const double *z = &turned[c * d], *r = &moved[c * d], *lower = l + c * below;
      double *dLower = dL + c * below;
      dAlpha[c] += share;
      for (int j = 0; j < d; j++) {
        back[j] = diagonal[c * d + j] * z[j];
        dQ[c * d + j] += share * (1 - back[j] * r[j]);
      }
      for (int j = 0; j < d; j++) {
        const double scaled = share * r[j];
        double total = back[j];
        for (int row = j + 1; row < d; row++) {
          total += *lower++ * z[row];
          *dLower++ -= scaled * z[row];
        }
        dMu[c * d + j] += share * total;
      }
    }
  }
  const double top = *std::max_element(alpha, alpha + k);
  double sum = 0;
  for (int c = 0; c < k; c++) sum += std::exp(alpha[c] - top);
  for (int c = 0; c < k; c++) dAlpha[c] -= n * std::exp(alpha[c] - top) / sum;
  for (int i = 0; i < k * d; i++) dQ[i] += m - gamma * gamma * diagonal[i] * diagonal[i];
  for (int i = 0; i < k * below; i++) dL[i] -= gamma * gamma * l[i];
}

// The block of an observation: two rows for eleven numbers of the camera, three of the point, and the weight.
static void block(const double *camera, const double *point, double w, const double *feature, double *rows) {
  const double t[3] = {point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]};
  const double angle = std::sqrt(camera[0] * camera[0] + camera[1] * camera[1] + camera[2] * camera[2]);
  const double a[3] = {camera[0] / angle, camera[1] / angle, camera[2] / angle};
  const double c = std::cos(angle), s = std::sin(angle), rest = 1 - c, along = a[0] * t[0] + a[1] * t[1] + a[2] * t[2];
  const double cross[3] = {a[1] * t[2] - a[2] * t[1], a[2] * t[0] - a[0] * t[2], a[0] * t[1] - a[1] * t[0]};
  double y[3], byAngle[3], byPoint[3][3], byRotation[3][3];
  for (int i = 0; i < 3; i++) {
    y[i] = t[i] * c + cross[i] * s + a[i] * along * rest;
    byAngle[i] = -t[i] * s + cross[i] * c + a[i] * along * s;
    for (int j = 0; j < 3; j++) byPoint[i][j] = a[i] * a[j] * rest + (i == j ? c : 0);
  }
  byPoint[0][1] -= a[2] * s, byPoint[0][2] += a[1] * s, byPoint[1][0] += a[2] * s;
  byPoint[1][2] -= a[0] * s, byPoint[2][0] -= a[1] * s, byPoint[2][1] += a[0] * s;
  for (int j = 0; j < 3; j++) {
    double v[3];
    for (int i = 0; i < 3; i++) v[i] = ((i == j ? 1 : 0) - a[i] * a[j]) / angle;
    const double turned[3] = {v[1] * t[2] - v[2] * t[1], v[2] * t[0] - v[0] * t[2], v[0] * t[1] - v[1] * t[0]};
    const double length = v[0] * t[0] + v[1] * t[1] + v[2] * t[2];
    for (int i = 0; i < 3; i++) byRotation[i][j] = byAngle[i] * a[j] + turned[i] * s + (v[i] * along + a[i] * length) * rest;
  }
  const double p[2] = {y[0] / y[2], y[1] / y[2]}, radius = p[0] * p[0] + p[1] * p[1];
  const double focal = camera[6], distortion = 1 + radius * (camera[9] + camera[10] * radius), slope = 2 * (camera[9] + 2 * camera[10] * radius);
  for (int row = 0; row < 2; row++) {
    double *to = rows + 15 * row, byPlace[2], byY[3];
    for (int j = 0; j < 2; j++) byPlace[j] = w * focal * (p[row] * slope * p[j] + (row == j ? distortion : 0));
    byY[0] = byPlace[0] / y[2], byY[1] = byPlace[1] / y[2], byY[2] = -(byPlace[0] * p[0] + byPlace[1] * p[1]) / y[2];
    for (int j = 0; j < 3; j++) {
      to[j] = byY[0] * byRotation[0][j] + byY[1] * byRotation[1][j] + byY[2] * byRotation[2][j];
      to[11 + j] = byY[0] * byPoint[0][j] + byY[1] * byPoint[1][j] + byY[2] * byPoint[2][j];
      to[3 + j] = -to[11 + j];
    }
    to[6] = w * p[row] * distortion;
    to[7] = row == 0 ? w : 0, to[8] = row == 1 ? w : 0;
    to[9] = w * focal * p[row] * radius, to[10] = to[9] * radius;
    to[14] = focal * p[row] * distortion + camera[7 + row] - feature[row];
  }
}

// n, m, p, cameras, points, weights, features: sparse Jacobian of bundle adjustment in compressed rows.
static void ba() {
  const int n = in[0], m = in[1], p = in[2];
  const double *cameras = &in[3], *points = cameras + 11 * n, *weights = points + 3 * m, *features = weights + p;
  out.resize(31 * p);
  columns.resize(31 * p);
  rowPointers.resize(3 * p + 1);
  int next = 0;
  for (int i = 0; i < p; i++) {
    const int camera = i % n, point = i % m;
    block(cameras + 11 * camera, points + 3 * point, weights[i], features + 2 * i, &out[30 * i]);
    for (int row = 0; row < 2; row++) {
      rowPointers[2 * i + row] = next;
      for (int j = 0; j < 11; j++) columns[next++] = 11 * camera + j;
      for (int j = 0; j < 3; j++) columns[next++] = 11 * n + 3 * point + j;
      columns[next++] = 11 * n + 3 * m + i;
    }
  }
  for (int i = 0; i < p; i++) {
    rowPointers[2 * p + i] = next;
    out[next] = -2 * weights[i];
    columns[next++] = 11 * n + 3 * m + i;
  }
  rowPointers[3 * p] = next;
}

static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// layers, count, bits, main, extra, state, sequence: gradient of the loss of an LSTM with diagonal weights.
static void lstm() {
  const int layers = in[0], count = in[1], b = in[2], width = layers * b;
  const double *main = &in[3], *extra = main + 8 * width, *state = extra + 3 * b, *sequence = state + 2 * width;
  static Vector gates, cells, hiddens, shares, dHidden, dCell, dInput;
  const int steps = count - 1;
  gates.resize(5 * width * steps);
  cells.resize(width * count);
  hiddens.resize(width * count);
  shares.resize(b * steps);
  for (int i = 0; i < layers; i++)
    for (int j = 0; j < b; j++) hiddens[i * b + j] = state[2 * i * b + j], cells[i * b + j] = state[(2 * i + 1) * b + j];
  for (int t = 0; t < steps; t++) {
    const double *before = &hiddens[width * t], *cellBefore = &cells[width * t];
    double *hidden = &hiddens[width * (t + 1)], *cell = &cells[width * (t + 1)];
    for (int i = 0; i < layers; i++) {
      const double *w = main + 8 * b * i, *bias = w + 4 * b;
      double *gate = &gates[5 * (width * t + i * b)];
      for (int j = 0; j < b; j++, gate += 5) {
        const int at = i * b + j;
        const double input = i == 0 ? sequence[t * b + j] * extra[j] : hidden[at - b];
        gate[0] = sigmoid(input * w[j] + bias[j]);
        gate[1] = sigmoid(before[at] * w[b + j] + bias[b + j]);
        gate[2] = sigmoid(input * w[2 * b + j] + bias[2 * b + j]);
        gate[3] = std::tanh(before[at] * w[3 * b + j] + bias[3 * b + j]);
        cell[at] = cellBefore[at] * gate[0] + gate[1] * gate[3];
        gate[4] = std::tanh(cell[at]);
        hidden[at] = gate[2] * gate[4];
      }
    }
    double sum = 2;
    for (int j = 0; j < b; j++) sum += shares[t * b + j] = std::exp(hidden[width - b + j] * extra[b + j] + extra[2 * b + j]);
    for (int j = 0; j < b; j++) shares[t * b + j] /= sum;
  }
  out.assign(8 * width + 3 * b, 0.0);
  double *dMain = out.data(), *dExtra = dMain + 8 * width;
  dHidden.assign(width, 0.0);
  dCell.assign(width, 0.0);
  dInput.resize(b);
  const double scale = -1.0 / (double(steps) * b);
  for (int t = steps - 1; t >= 0; t--) {
    const double *before = &hiddens[width * t], *cellBefore = &cells[width * t], *hidden = &hiddens[width * (t + 1)];
    const double *target = sequence + (t + 1) * b;
    double total = 0;
    for (int j = 0; j < b; j++) total += target[j];
    for (int j = 0; j < b; j++) {
      const double dy = scale * (target[j] - total * shares[t * b + j]);
      dExtra[b + j] += dy * hidden[width - b + j];
      dExtra[2 * b + j] += dy;
      dInput[j] = dy * extra[b + j];
    }
    for (int i = layers - 1; i >= 0; i--) {
      const double *w = main + 8 * b * i, *gate = &gates[5 * (width * t + i * b)];
      double *dw = dMain + 8 * b * i, *dBias = dw + 4 * b;
      for (int j = 0; j < b; j++, gate += 5) {
        const int at = i * b + j;
        const double input = i == 0 ? sequence[t * b + j] * extra[j] : hidden[at - b];
        const double dh = dHidden[at] + dInput[j], dc = dCell[at] + dh * gate[2] * (1 - gate[4] * gate[4]);
        const double df = dc * cellBefore[at] * gate[0] * (1 - gate[0]), di = dc * gate[3] * gate[1] * (1 - gate[1]);
        const double dOut = dh * gate[4] * gate[2] * (1 - gate[2]), dg = dc * gate[1] * (1 - gate[3] * gate[3]);
        dw[j] += df * input, dBias[j] += df;
        dw[b + j] += di * before[at], dBias[b + j] += di;
        dw[2 * b + j] += dOut * input, dBias[2 * b + j] += dOut;
        dw[3 * b + j] += dg * before[at], dBias[3 * b + j] += dg;
        dCell[at] = dc * gate[0];
        dHidden[at] = di * w[b + j] + dg * w[3 * b + j];
        dInput[j] = df * w[j] + dOut * w[2 * b + j];
      }
    }
    for (int j = 0; j < b; j++) dExtra[j] += dInput[j] * sequence[t * b + j];
  }
}

// n, k, d, points, centroids: gradient over the diagonal of the Hessian.
static void kmeans() {
  const int n = in[0], k = in[1], d = in[2];
  const double *points = &in[3], *centroids = points + n * d;
  out.assign(k * d, 0.0);
  Vector sizes(k);
  for (int i = 0; i < n; i++) {
    const double *point = points + i * d;
    double closest = INFINITY;
    int best = 0;
    for (int j = 0; j < k; j++) {
      double distance = 0;
      for (int a = 0; a < d; a++) distance += (point[a] - centroids[j * d + a]) * (point[a] - centroids[j * d + a]);
      if (distance < closest) closest = distance, best = j;
    }
    sizes[best] += 2;
    for (int a = 0; a < d; a++) out[best * d + a] += 2 * (centroids[best * d + a] - point[a]);
  }
  for (int j = 0; j < k; j++)
    for (int a = 0; a < d; a++) out[j * d + a] /= sizes[j];
}

// n, x: the softmax of x.
static void lse() {
  const int n = in[0];
  const double *x = &in[1], top = *std::max_element(x, x + n);
  out.resize(n);
  double sum = 0;
  for (int i = 0; i < n; i++) sum += out[i] = std::exp(x[i] - top);
  for (int i = 0; i < n; i++) out[i] /= sum;
}

// n, m, x: gradient of the squares of what polynomials leave of signs.
static void llsq() {
  const int n = in[0], m = in[1];
  const double *x = &in[2];
  out.assign(m, 0.0);
  for (int i = 0; i < n; i++) {
    const double t = -1 + i * 2.0 / (n - 1);
    double value = 0;
    for (int j = m - 1; j >= 0; j--) value = value * t + x[j];
    double power = value - ((t > 0) - (t < 0));
    for (int j = 0; j < m; j++, power *= t) out[j] += power;
  }
}

// z = f(y), and what z's adjoint gives to those of x and y.
static void slope(int n, const double *__restrict__ x, const double *__restrict__ y, double *__restrict__ z) {
  z[0] = x[0];
  for (int i = 1; i < n; i++) z[i] = x[i] * y[i - 1];
}
static void back(int n, const double *__restrict__ x, const double *__restrict__ y, const double *__restrict__ dz, double *__restrict__ dx, double *__restrict__ dy) {
  dx[0] += dz[0];
  for (int i = 1; i < n; i++) {
    dx[i] += dz[i] * y[i - 1];
    dy[i - 1] = dz[i] * x[i];
  }
  dy[n - 1] = 0;
}

// n, s, x: gradient of the last entry after s Runge–Kutta steps.
static void ode() {
  const int n = in[0], s = in[1];
  const double *x = &in[2], h = 2.0 / s;
  static Vector states;
  static Vector k[4], y[4], dk, dy, adjoint;
  states.assign(size_t(n) * (s + 1), 0.0);
  for (auto *each : {&k[0], &k[1], &k[2], &k[3], &y[1], &y[2], &y[3], &dk, &dy}) each->resize(n);
  const auto stages = [&](const double *from) {
    slope(n, x, from, k[0].data());
    for (int i = 0; i < n; i++) y[1][i] = from[i] + h / 2 * k[0][i];
    slope(n, x, y[1].data(), k[1].data());
    for (int i = 0; i < n; i++) y[2][i] = from[i] + h / 2 * k[1][i];
    slope(n, x, y[2].data(), k[2].data());
    for (int i = 0; i < n; i++) y[3][i] = from[i] + h * k[2][i];
  };
  for (int step = 0; step < s; step++) {
    const double *from = &states[size_t(n) * step];
    double *to = &states[size_t(n) * (step + 1)];
    stages(from);
    slope(n, x, y[3].data(), k[3].data());
    for (int i = 0; i < n; i++) to[i] = from[i] + h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
  }
  out.assign(n, 0.0);
  adjoint.assign(n, 0.0);
  adjoint[n - 1] = 1;
  for (int step = s - 1; step >= 0; step--) {
    const double *from = &states[size_t(n) * step];
    stages(from);
    Vector &total = k[3];
    const auto stage = [&](const double *at, double weight, double carried) {
      for (int i = 0; i < n; i++) dk[i] = h * weight * adjoint[i] + h * carried * dy[i];
      back(n, x, at, dk.data(), out.data(), dy.data());
    };
    std::fill(dy.begin(), dy.end(), 0.0);
    stage(y[3].data(), 1.0 / 6, 0);
    for (int i = 0; i < n; i++) total[i] = dy[i];
    stage(y[2].data(), 1.0 / 3, 1);
    for (int i = 0; i < n; i++) total[i] += dy[i];
    stage(y[1].data(), 1.0 / 3, 0.5);
    for (int i = 0; i < n; i++) total[i] += dy[i];
    stage(from, 1.0 / 6, 0.5);
    for (int i = 0; i < n; i++) adjoint[i] += total[i] + dy[i];
  }
}

// Gradient descent of particle and saddle: f(x, gradient or null, the step that led to x) gives the value.
template <int N, typename F>
static void descend(const F &f, double *x) {
  double gradient[N], next[N], value = f(x, gradient, 0), step = 1e-5;
  for (int successes = 0;;) {
    double steepness = 0;
    for (int i = 0; i < N; i++) steepness += gradient[i] * gradient[i];
    steepness = std::sqrt(steepness);
    if (steepness <= 1e-5) return;
    if (successes == 10) {
      step *= 2, successes = 0;
      continue;
    }
    if (step * steepness <= 1e-5) return;
    for (int i = 0; i < N; i++) next[i] = x[i] - step * gradient[i];
    const double there = f(next, nullptr, step);
    if (there < value) {
      value = there, successes++;
      for (int i = 0; i < N; i++) x[i] = next[i];
      f(x, gradient, step);
    } else {
      step /= 2, successes = 0;
    }
  }
}

// w: the square of where the particle meets the axis, with its derivative by w.
static double meeting(const double *w, double *derivative, double) {
  const double charges[2][2] = {{10, 10 - *w}, {10, 0}};
  const bool isAsked = derivative != nullptr;
  double x = 0, y = 8, u = 0.75, v = 0, dx = 0, dy = 0, du = 0, dv = 0;
  for (;;) {
    const double yNext = y + 0.1 * v;
    if (!(yNext > 0)) break;
    double ax = 0, ay = 0, dax = 0, day = 0;
    for (int i = 0; i < 2; i++) {
      const double p = x - charges[i][0], q = y - charges[i][1], square = p * p + q * q, cube = 1 / (square * std::sqrt(square));
      ax += p * cube, ay += q * cube;
      if (isAsked) {
        const double dq = dy + (i == 0 ? 1 : 0), factor = -3 * (p * dx + q * dq) / square;
        dax += cube * (dx + factor * p), day += cube * (dq + factor * q);
      }
    }
    x += 0.1 * u, y = yNext, u += 0.1 * ax, v += 0.1 * ay;
    if (isAsked) {
      dx += 0.1 * du, dy += 0.1 * dv;
      du += 0.1 * dax, dv += 0.1 * day;
    }
  }
  const double below = y + 0.1 * v, time = -below / v, place = x + 0.1 * u + time * u;
  if (isAsked) {
    const double dTime = -(dy + 0.1 * dv) / v + below * dv / (v * v);
    *derivative = 2 * place * (dx + 0.1 * du + dTime * u + time * du);
  }
  return place * place;
}

static void particle() {
  out.assign(1, in[0]);
  descend<1>(meeting, out.data());
}

// The y that descent finds, with its derivatives by x where they are asked for, which go through the descent from 0.
static void highest(const double *start, double *y, double *dy) {
  y[0] = start[0], y[1] = start[1];
  if (dy != nullptr) std::fill(dy, dy + 4, 0.0);
  descend<2>(
      [dy](const double *y, double *gradient, double step) {
        if (gradient != nullptr) {
          gradient[0] = 2 * y[0], gradient[1] = 2 * y[1];
          for (int i = 0; i < 4 && dy != nullptr; i++) dy[i] -= step * 2 * dy[i];
        }
        return y[0] * y[0] + y[1] * y[1];
      },
      y);
}

static void saddle() {
  out.assign(in.begin(), in.begin() + 2);
  out.resize(4);
  descend<2>(
      [](const double *x, double *gradient, double) {
        double y[2], dy[4];
        highest(&in[0], y, gradient == nullptr ? nullptr : dy);
        if (gradient != nullptr)
          for (int i = 0; i < 2; i++) gradient[i] = 2 * x[i] - 2 * (y[0] * dy[i] + y[1] * dy[2 + i]);
        return x[0] * x[0] + x[1] * x[1] - y[0] * y[0] - y[1] * y[1];
      },
      out.data());
  highest(&in[0], &out[2], nullptr);
}

// ell, A: gradient of the determinant by expansion along rows; minors are kept by the bits of their columns.
static void det() {
  const int ell = in[0], last = (1 << ell) - 1;
  const double *a = &in[1];
  static Vector minors, adjoints;
  minors.assign(last + 1, 0.0);
  adjoints.assign(last + 1, 0.0);
  out.assign(ell * ell, 0.0);
  minors[0] = adjoints[last] = 1;
  for (int columns = 1; columns <= last; columns++) {
    const double *row = a + (ell - __builtin_popcount(columns)) * ell;
    double total = 0, sign = 1;
    for (int rest = columns; rest != 0; rest &= rest - 1, sign = -sign) {
      const int j = __builtin_ctz(rest);
      total += sign * row[j] * minors[columns ^ (1 << j)];
    }
    minors[columns] = total;
  }
  for (int columns = last; columns > 0; columns--) {
    const int row = (ell - __builtin_popcount(columns)) * ell;
    double sign = adjoints[columns];
    for (int rest = columns; rest != 0; rest &= rest - 1, sign = -sign) {
      const int j = __builtin_ctz(rest);
      out[row + j] += sign * minors[columns ^ (1 << j)];
      adjoints[columns ^ (1 << j)] += sign * a[row + j];
    }
  }
}

// A · B of affine maps, both three rows of four.
static void composed(const double *a, const double *b, double *out) {
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 4; j++) out[4 * i + j] = a[4 * i] * b[j] + a[4 * i + 1] * b[4 + j] + a[4 * i + 2] * b[8 + j] + (j == 3 ? a[4 * i + 3] : 0);
}

// The relative map times R_z R_x, and its derivatives by x and z.
static void turned(const double *relative, double x, double z, double *out, double *dx, double *dz) {
  const double cx = std::cos(x), sx = std::sin(x), cz = std::cos(z), sz = std::sin(z);
  for (int i = 0; i < 12; i += 4) {
    const double a = relative[i], b = relative[i + 1], c = relative[i + 2], across = b * cz - a * sz, up = a * cz + b * sz;
    out[i] = up, out[i + 1] = across * cx + c * sx, out[i + 2] = c * cx - across * sx, out[i + 3] = relative[i + 3];
    dx[i] = 0, dx[i + 1] = c * cx - across * sx, dx[i + 2] = -c * sx - across * cx, dx[i + 3] = 0;
    dz[i] = across, dz[i + 1] = -up * cx, dz[i + 2] = up * sx, dz[i + 3] = 0;
  }
}

static void crossOf(const double *a, double *out) {
  const double all[9] = {0, -a[2], a[1], a[2], 0, -a[0], -a[1], a[0], 0};
  std::copy(all, all + 9, out);
}

// Rotation by |r| about r, and its derivatives by r.
static void rotation(const double *r, double *out, double (*slopes)[9]) {
  const double angle = std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
  std::fill(out, out + 9, 0.0);
  std::fill(slopes[0], slopes[0] + 27, 0.0);
  if (angle < 1e-4) {
    out[0] = out[4] = out[8] = 1;
    return;
  }
  const double c = std::cos(angle), s = std::sin(angle), axis[3] = {r[0] / angle, r[1] / angle, r[2] / angle};
  double turn[9], dTurn[9];
  crossOf(axis, turn);
  for (int e = 0; e < 9; e++) out[e] = (e % 4 == 0 ? c : 0) + s * turn[e] + (1 - c) * axis[e / 3] * axis[e % 3];
  for (int k = 0; k < 3; k++) {
    double da[3];
    for (int i = 0; i < 3; i++) da[i] = ((i == k) - axis[i] * axis[k]) / angle;
    crossOf(da, dTurn);
    const double dc = -s * axis[k], ds = c * axis[k];
    for (int e = 0; e < 9; e++) {
      const int i = e / 3, j = e % 3;
      slopes[k][e] = (i == j ? dc : 0) + ds * turn[e] + s * dTurn[e] - dc * axis[i] * axis[j] + (1 - c) * (da[i] * axis[j] + axis[i] * da[j]);
    }
  }
}

// vertices, bones, points, whether points lie in triangles, parents, relative maps, inverses of absolute ones, vertices at rest, weights, vertices or
// corners of points, parameters, places in triangles: Jacobian of hand tracking.
static void ht() {
  const int count = in[0], bones = in[1], points = in[2], inTriangles = in[3];
  const double *parents = &in[4], *relatives = parents + bones, *inverses = relatives + 16 * bones, *base = inverses + 16 * bones;
  const double *weights = base + 4 * count, *corners = weights + bones * count, *theta = corners + (inTriangles ? 3 : 1) * points, *us = theta + 26;
  static Vector maps, slopes, absolutes, dAbsolutes, places, derivatives;
  for (auto *each : {&maps, &absolutes}) each->assign(12 * bones, 0.0);
  for (auto *each : {&slopes, &dAbsolutes}) each->assign(48 * bones, 0.0);
  for (int bone = 0; bone < bones; bone++) {
    const int finger = bone == 0 || bone > 20 ? -1 : (bone - 1) / 4, joint = finger < 0 ? -1 : (bone - 1) % 4, parent = parents[bone];
    const double *angles = theta + 6 + 4 * finger;
    double local[12], dx[12], dz[12];
    if (joint > 0) turned(relatives + 16 * bone, joint == 1 ? angles[0] : angles[joint], joint == 1 ? angles[1] : 0, local, dx, dz);
    else std::copy(relatives + 16 * bone, relatives + 16 * bone + 12, local);
    if (parent < 0) std::copy(local, local + 12, &absolutes[12 * bone]);
    else composed(&absolutes[12 * parent], local, &absolutes[12 * bone]);
    composed(&absolutes[12 * bone], inverses + 16 * bone, &maps[12 * bone]);
    for (int k = 0; k <= joint && joint > 0; k++) {
      double *slope = &dAbsolutes[12 * (4 * bone + k)];
      if (joint > 1) composed(&dAbsolutes[12 * (4 * parent + k)], local, slope);
      const double *own = joint == 1 ? (k == 0 ? dx : dz) : k == joint ? dx : nullptr, *above = &absolutes[12 * parent];
      for (int i = 0; i < 12 && own != nullptr; i += 4)
        for (int j = 0; j < 4; j++) slope[i + j] += above[i] * own[j] + above[i + 1] * own[4 + j] + above[i + 2] * own[8 + j];
      composed(slope, inverses + 16 * bone, &slopes[12 * (4 * bone + k)]);
    }
  }
  double turn[9], dTurn[3][9];
  rotation(theta, turn, dTurn);
  places.resize(3 * count);
  derivatives.resize(78 * count);
  for (int v = 0; v < count; v++) {
    double rest[3] = {0, 0, 0}, own[60] = {0};
    const double *at = base + 4 * v;
    for (int bone = 0; bone < bones; bone++) {
      const double weight = weights[bones * v + bone];
      const int finger = bone == 0 || bone > 20 ? -1 : (bone - 1) / 4;
      const auto dot = [&](const double *row) { return weight * (row[0] * at[0] + row[1] * at[1] + row[2] * at[2] + row[3] * at[3]); };
      for (int i = 0; i < 3; i++) rest[i] += dot(&maps[12 * bone + 4 * i]);
      for (int k = 0; k < 4 && finger >= 0; k++)
        for (int i = 0; i < 3; i++) own[3 * (4 * finger + k) + i] += dot(&slopes[12 * (4 * bone + k) + 4 * i]);
    }
    for (int i = 0; i < 3; i++) {
      double *row = &derivatives[26 * (3 * v + i)];
      const auto about = [i](const double *list, const double *x) { return list[3 * i] * x[0] + list[3 * i + 1] * x[1] + list[3 * i + 2] * x[2]; };
      places[3 * v + i] = about(turn, rest) + theta[3 + i];
      for (int k = 0; k < 3; k++) row[k] = about(dTurn[k], rest), row[3 + k] = i == k;
      for (int k = 0; k < 20; k++) row[6 + k] = about(turn, own + 3 * k);
    }
  }
  const int columns = inTriangles ? 28 : 26;
  out.resize(size_t(3) * points * columns);
  for (int p = 0; p < points; p++)
    for (int i = 0; i < 3; i++) {
      double *row = &out[size_t(columns) * (3 * p + i)];
      if (!inTriangles) {
        const double *from = &derivatives[26 * (3 * int(corners[p]) + i)];
        for (int k = 0; k < 26; k++) row[k] = -from[k];
        continue;
      }
      const int a = 3 * int(corners[3 * p]) + i, b = 3 * int(corners[3 * p + 1]) + i, c = 3 * int(corners[3 * p + 2]) + i;
      const double u = us[2 * p], v = us[2 * p + 1], w = 1 - u - v;
      row[0] = places[c] - places[a], row[1] = places[c] - places[b];
      for (int k = 0; k < 26; k++) row[2 + k] = -(u * derivatives[26 * a + k] + v * derivatives[26 * b + k] + w * derivatives[26 * c + k]);
    }
}

int main(int count, char **arguments) {
  return timed(count, arguments, {{"gmm", gmm}, {"ba", ba}, {"lstm", lstm}, {"kmeans", kmeans}, {"lse", lse}, {"llsq", llsq}, {"ode", ode}, {"det", det}, {"particle", particle}, {"saddle", saddle}, {"ht", ht}});
}
