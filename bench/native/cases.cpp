// The other derivatives of the suite written by hand; run.hpp says how they are called.
#include "run.hpp"

// x: gradient of the sum of 100 (x[i+1] − x[i]²)² + (1 − x[i])².
static void rosenbrock() {
  const size_t n = in.size();
  out.assign(n, 0.0);
  for (size_t i = 0; i + 1 < n; i++) {
    const double t = in[i + 1] - in[i] * in[i];
    out[i] += -400 * in[i] * t - 2 * (1 - in[i]);
    out[i + 1] += 200 * t;
  }
}

// x: its Hessian, the values of compressed rows.
static void rosenbrockHessian() {
  const size_t n = in.size();
  static Vector diagonal;
  diagonal.assign(n, 0.0);
  out.resize(3 * n - 2);
  for (size_t i = 0; i + 1 < n; i++) {
    diagonal[i] += 1200 * in[i] * in[i] - 400 * in[i + 1] + 2;
    diagonal[i + 1] += 200;
    out[3 * i + 1] = out[3 * i + 2] = -400 * in[i];
  }
  for (size_t i = 0; i < n; i++) out[3 * i] = diagonal[i];
}

// x: the Jacobian of (3 − 2 x[i]) x[i] + 1 − x[i−1] − 2 x[i+1], the values of compressed rows.
static void broyden() {
  const size_t n = in.size();
  out.resize(3 * n - 2);
  for (size_t i = 0, k = 0; i < n; i++) {
    if (i > 0) out[k++] = -1;
    out[k++] = 3 - 4 * in[i];
    if (i + 1 < n) out[k++] = -2;
  }
}

// n, m, h, w [h, n], v [m, h], x: the Jacobian of v tanh(w x) + sin(x[i mod n]), m rows of n.
static void waist() {
  const int n = in[0], m = in[1], h = in[2];
  const double *w = &in[3], *v = w + h * n, *x = v + m * h;
  out.assign(size_t(n) * m, 0.0);
  Vector slopes(h);
  for (int k = 0; k < h; k++) {
    double sum = 0;
    for (int j = 0; j < n; j++) sum += w[k * n + j] * x[j];
    const double t = std::tanh(sum);
    slopes[k] = 1 - t * t;
  }
  for (int i = 0; i < m; i++) {
    double *row = &out[size_t(i) * n];
    for (int k = 0; k < h; k++) {
      const double factor = v[i * h + k] * slopes[k];
      for (int j = 0; j < n; j++) row[j] += factor * w[k * n + j];
    }
    row[i % n] += std::cos(x[i % n]);
  }
}

// x: gradient of the sum of tanh(x²) exp(−x).
static void chain() {
  const size_t n = in.size();
  out.resize(n);
  for (size_t i = 0; i < n; i++) {
    const double t = std::tanh(in[i] * in[i]);
    out[i] = ((1 - t * t) * 2 * in[i] - t) * std::exp(-in[i]);
  }
}

// n, a, b: gradient of the sum of squares of a b by both, 2 (a b) bᵀ and 2 aᵀ (a b).
static void product() {
  const int n = in[0];
  const double *a = &in[1], *b = a + n * n;
  Vector c(n * n, 0.0);
  out.assign(2 * n * n, 0.0);
  double *da = out.data(), *db = da + n * n;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < n; k++)
      for (int j = 0; j < n; j++) c[i * n + j] += a[i * n + k] * b[k * n + j];
  for (double &each : c) each *= 2;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < n; k++) {
      double sum = 0;
      for (int j = 0; j < n; j++) sum += c[i * n + j] * b[k * n + j];
      da[i * n + k] = sum;
    }
  for (int i = 0; i < n; i++)
    for (int k = 0; k < n; k++)
      for (int j = 0; j < n; j++) db[k * n + j] += a[i * n + k] * c[i * n + j];
}

int main(int count, char **arguments) {
  return timed(count, arguments, {{"rosenbrock", rosenbrock}, {"rosenbrockHessian", rosenbrockHessian}, {"broyden", broyden}, {"waist", waist}, {"chain", chain}, {"product", product}});
}
