// The same derivatives by ADOL-C (Debian: libadolc-dev), as its manual recommends: one trace at the first call, then its drivers, which
// go over that tape again. run.hpp says how they are called.
#include <adolc/adolc.h>
#include "run.hpp"

static bool isTraced = false;

template <typename F>
static void traceOnce(const double *x, int n, int m, const F &f) {
  if (isTraced) return;
  isTraced = true;
  trace_on(1);
  std::vector<adouble> independent(n), dependent(m);
  for (int i = 0; i < n; i++) independent[i] <<= x[i];
  f(independent.data(), dependent.data());
  double value;
  for (auto &each : dependent) each >>= value;
  trace_off();
}

template <typename F>
static void gradientOf(double *x, int n, const F &f) {
  traceOnce(x, n, 1, f);
  out.resize(n);
  gradient(1, n, x, out.data());
}

static void sumOfSquares(const adouble *x, adouble *y) {
  adouble total = 0;
  for (size_t i = 0; i + 1 < in.size(); i++) {
    const adouble a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    total += 100 * a * a + b * b;
  }
  *y = total;
}

static void rosenbrock() { gradientOf(in.data(), in.size(), sumOfSquares); }

// The values of a matrix with three diagonals, rows compressed, from products with three groups of columns. (The sparse drivers would find the
// groups themselves, but need ColPack, without which Debian's library is built.)
static double **matrixOf(int rows, int columns) {
  double **matrix = new double *[rows];
  for (int i = 0; i < rows; i++) matrix[i] = new double[columns]();
  return matrix;
}

static double **groups(int n) {
  double **seeds = matrixOf(n, 3);
  for (int i = 0; i < n; i++) seeds[i][i % 3] = 1;
  return seeds;
}

static void written(int n, double **products) {
  out.resize(3 * n - 2);
  for (int i = 0, k = 0; i < n; i++)
    for (int j = std::max(0, i - 1); j <= std::min(n - 1, i + 1); j++) out[k++] = products[i][j % 3];
}

static void rosenbrockHessian() {
  const int n = in.size();
  traceOnce(in.data(), n, 1, sumOfSquares);
  static double **seeds = groups(n), **products = matrixOf(n, 3);
  hess_mat(1, n, 3, in.data(), seeds, products);
  written(n, products);
}

static void broyden() {
  const int n = in.size();
  traceOnce(in.data(), n, n, [n](const adouble *x, adouble *y) {
    for (int i = 0; i < n; i++) {
      y[i] = (3 - 2 * x[i]) * x[i] + 1;
      if (i > 0) y[i] -= x[i - 1];
      if (i + 1 < n) y[i] -= 2 * x[i + 1];
    }
  });
  static double **seeds = groups(n), **products = matrixOf(n, 3);
  static Vector values(n);
  fov_forward(1, n, n, 3, in.data(), seeds, values.data(), products);
  written(n, products);
}

static void waist() {
  const int n = in[0], m = in[1], h = in[2];
  const double *w = &in[3], *v = w + h * n;
  double *x = &in[3 + h * n + m * h];
  traceOnce(x, n, m, [=](const adouble *x, adouble *y) {
    std::vector<adouble> hidden(h);
    for (int k = 0; k < h; k++) {
      adouble sum = 0;
      for (int j = 0; j < n; j++) sum += w[k * n + j] * x[j];
      hidden[k] = tanh(sum);
    }
    for (int i = 0; i < m; i++) {
      y[i] = sin(x[i % n]);
      for (int k = 0; k < h; k++) y[i] += v[i * h + k] * hidden[k];
    }
  });
  out.resize(size_t(n) * m);
  std::vector<double *> rows(m);
  for (int i = 0; i < m; i++) rows[i] = &out[size_t(i) * n];
  jacobian(1, m, n, x, rows.data());
}

static void lse() {
  const int n = in[0];
  gradientOf(&in[1], n, [n](const adouble *x, adouble *y) {
    const double top = *std::max_element(in.begin() + 1, in.begin() + 1 + n);
    adouble sum = 0;
    for (int i = 0; i < n; i++) sum += exp(x[i] - top);
    *y = log(sum) + top;
  });
}

static void llsq() {
  const int n = in[0], m = in[1];
  gradientOf(&in[2], m, [=](const adouble *x, adouble *y) {
    adouble sum = 0;
    for (int i = 0; i < n; i++) {
      const double t = -1 + i * 2.0 / (n - 1);
      adouble value = 0;
      for (int j = m - 1; j >= 0; j--) value = value * t + x[j];
      value -= (t > 0) - (t < 0);
      sum += value * value;
    }
    *y = 0.5 * sum;
  });
}

static void ode() {
  const int n = in[0], s = in[1];
  gradientOf(&in[2], n, [=](const adouble *x, adouble *last) {
    const double h = 2.0 / s;
    using Vector = std::vector<adouble>;
    Vector y(n), at(n), k1(n), k2(n), k3(n), k4(n);
    const auto slope = [&](const Vector &y, Vector &k) {
      k[0] = x[0];
      for (int i = 1; i < n; i++) k[i] = x[i] * y[i - 1];
    };
    const auto moved = [&](double factor, const Vector &k) {
      for (int i = 0; i < n; i++) at[i] = y[i] + factor * k[i];
    };
    for (auto &each : y) each = 0;
    for (int step = 0; step < s; step++) {
      slope(y, k1);
      moved(h / 2, k1);
      slope(at, k2);
      moved(h / 2, k2);
      slope(at, k3);
      moved(h, k3);
      slope(at, k4);
      for (int i = 0; i < n; i++) y[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
    }
    *last = y[n - 1];
  });
}

static void gmm() {
  const int d = in[0], k = in[1], n = in[2], m = in[3], below = d * (d - 1) / 2, size = k + 2 * k * d + k * below;
  const double gamma = in[4], *points = &in[5 + size];
  gradientOf(&in[5], size, [=](const adouble *alpha, adouble *y) {
    const adouble *mu = alpha + k, *q = mu + k * d, *l = q + k * d;
    const auto logSumExp = [k](const std::vector<adouble> &terms) {
      adouble top = terms[0], sum = 0;
      for (int c = 1; c < k; c++) top = fmax(top, terms[c]);
      for (int c = 0; c < k; c++) sum += exp(terms[c] - top);
      return top + log(sum);
    };
    std::vector<adouble> diagonal(k * d), base(k), terms(k), z(d), moved(d);
    for (int i = 0; i < k * d; i++) diagonal[i] = exp(q[i]);
    for (int c = 0; c < k; c++) {
      base[c] = alpha[c];
      for (int j = 0; j < d; j++) base[c] += q[c * d + j];
    }
    adouble total = 0;
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < k; c++) {
        for (int j = 0; j < d; j++) {
          moved[j] = points[i * d + j] - mu[c * d + j];
          z[j] = diagonal[c * d + j] * moved[j];
        }
        const adouble *lower = l + c * below;
        for (int j = 0; j < d; j++)
          for (int row = j + 1; row < d; row++) z[row] += *lower++ * moved[j];
        adouble square = 0;
        for (int j = 0; j < d; j++) square += z[j] * z[j];
        terms[c] = base[c] - 0.5 * square;
      }
      total += logSumExp(terms);
    }
    for (int c = 0; c < k; c++) terms[c] = alpha[c];
    total -= n * logSumExp(terms);
    for (int i = 0; i < k * d; i++) total += m * q[i] - 0.5 * gamma * gamma * diagonal[i] * diagonal[i];
    for (int i = 0; i < k * below; i++) total -= 0.5 * gamma * gamma * l[i] * l[i];
    *y = total;
  });
}

int main(int count, char **arguments) {
  return timed(count, arguments, {{"rosenbrock", rosenbrock}, {"rosenbrockHessian", rosenbrockHessian}, {"broyden", broyden}, {"waist", waist}, {"gmm", gmm}, {"lse", lse}, {"llsq", llsq}, {"ode", ode}});
}
