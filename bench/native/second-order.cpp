// The derivatives of bench/second-order.mjs written by hand: second-order NAME N prints the time of one call in milliseconds,
// the best of several rounds.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

using Vector = std::vector<double>;

static Vector x, out;

// Sum of 100 (x[i+1] − x[i]²)² + (1 − x[i])².
static void gradient() {
  const size_t n = x.size();
  std::fill(out.begin(), out.begin() + n, 0.0);
  for (size_t i = 0; i + 1 < n; i++) {
    const double t = x[i + 1] - x[i] * x[i];
    out[i] += -400 * x[i] * t - 2 * (1 - x[i]);
    out[i + 1] += 200 * t;
  }
}

// Its Hessian as compressed rows: at most three entries in each.
static void hessian() {
  const size_t n = x.size();
  std::fill(out.begin(), out.begin() + 3 * n, 0.0);
  for (size_t i = 0; i + 1 < n; i++) {
    out[3 * i + 1] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2;
    out[3 * i + 2] += -400 * x[i];
    out[3 * i + 3] += -400 * x[i];
    out[3 * i + 4] += 200;
  }
}

// The Jacobian of (3 − 2 x[i]) x[i] + 1 − x[i−1] − 2 x[i+1].
static void jacobian() {
  const size_t n = x.size();
  for (size_t i = 0; i < n; i++) {
    out[3 * i] = -1;
    out[3 * i + 1] = 3 - 4 * x[i];
    out[3 * i + 2] = -2;
  }
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  const size_t n = std::strtoul(arguments[2], nullptr, 10);
  x.resize(n);
  out.resize(3 * n + 3);
  for (size_t i = 0; i < n; i++) x[i] = std::sin(double(i));
  const auto run = !std::strcmp(arguments[1], "gradient") ? gradient : !std::strcmp(arguments[1], "hessian") ? hessian : jacobian;
  double best = 1e300;
  const size_t calls = std::max<size_t>(1, 2000000 / n);
  for (int round = 0; round < 20; round++) {
    const auto start = std::chrono::steady_clock::now();
    for (size_t k = 0; k < calls; k++) {
      run();
      asm volatile("" : : "r"(out.data()) : "memory");
    }
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / calls);
  }
  std::printf("%.6g\n", best);
}
