import { valueAndGrad } from 'dualtape'
import { range } from './model.js'

// The angle that throws farthest, by ascent along the derivative.
let angle = 0.3
for (let step = 0; step < 40; step++) {
  const [, slope] = valueAndGrad(range, { argnum: 1 })(30, angle)
  angle += 0.004 * slope
}
const [distance, [bySpeed, byAngle]] = valueAndGrad(range, { argnum: [0, 1] })(30, angle)
console.log(`farthest at ${((angle * 180) / Math.PI).toFixed(1)}°: ${distance.toFixed(1)} m`)
console.log(`there 1 m/s more is worth ${bySpeed.toFixed(2)} m, and the slope by the angle is ${byAngle.toExponential(0)}`)
