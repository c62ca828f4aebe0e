/**
 * f(C) = Σᵢ minⱼ |Cⱼ − Pᵢ|², and the step J / H of Newton's method, where J is the gradient and H the diagonal of the Hessian. Nothing
 * stands beside that diagonal, so H is the Hessian times a vector of ones: the tangent of the gradient along it.
 */
import { argMin, compile, div, grad, jvp, ones, reshape, square, sub, sum, take, tensor } from 'dualtape'

function objective(points, centroids) {
  const [n, d] = points.shape
  const distances = sum(square(sub(reshape(points, [n, 1, d]), centroids)), { axis: 2 })
  const closest = take(centroids, argMin(distances, { axis: 1 }), { axis: 0 })
  return sum(square(sub(points, closest)))
}

function newtonStep(points, centroids) {
  const [gradient, diagonal] = jvp(
    grad(c => objective(points, c)),
    [centroids],
    [ones(centroids.shape)],
  )
  return div(gradient, diagonal)
}
const compiled = { cost: compile(objective), dir: compile(newtonStep) }

export function cost(input) {
  const [points, centroids] = [tensor(input.points), tensor(input.centroids)]
  return { run: () => compiled.cost(points, centroids) }
}

export function dir(input) {
  const [points, centroids] = [tensor(input.points), tensor(input.centroids)]
  return { run: () => compiled.dir(points, centroids), output: result => result.toArray() }
}
