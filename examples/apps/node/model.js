/** Where a ball is that is thrown from the ground with a speed and at an angle, against the drag of air, when it lands. */
export function range(speed, angle) {
  'use ad'
  const [drag, g, h] = [0.01, 9.81, 0.01]
  let [x, y, vx, vy] = [0, 0, speed * Math.cos(angle), speed * Math.sin(angle)]
  for (;;) {
    const v = Math.hypot(vx, vy)
    vx -= h * drag * v * vx
    vy -= h * (g + drag * v * vy)
    // The last step ends on the ground.
    if (y + h * vy < 0) return x - (vx / vy) * y
    x += h * vx
    y += h * vy
  }
}
