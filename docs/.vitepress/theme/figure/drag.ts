/** Where a pointer is, in the coordinates of an SVG's viewBox. */
export function placeIn(svg: SVGSVGElement, event: { clientX: number; clientY: number }): [number, number] {
  const matrix = svg.getScreenCTM()
  if (matrix === null) return [0, 0]
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
  return [x, y]
}

/**
 * Listeners for an SVG on which something is dragged: `move` is told every place while the pointer is down. To be bound with
 * `v-on`; a finger that moves up or down scrolls the page, unless it began on a `figure-handle`.
 */
export function dragging(move: (place: [number, number]) => void) {
  let held = false
  const tell = (event: PointerEvent) => move(placeIn(event.currentTarget as SVGSVGElement, event))
  return {
    pointerdown(event: PointerEvent) {
      held = true
      ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
      tell(event)
    },
    pointermove(event: PointerEvent) {
      if (held) tell(event)
    },
    pointerup() {
      held = false
    },
    pointercancel() {
      held = false
    },
  }
}
