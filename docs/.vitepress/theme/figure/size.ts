import { onBeforeUnmount, onMounted, ref } from 'vue'

/**
 * The width of an element in pixels, to draw in: texts in a drawing are then as large on a phone as on a desk. `place` goes to
 * the `ref` of what holds the SVG; until it is there, the width is `first`.
 */
export function useWidth(first = 640) {
  const place = ref<HTMLElement>()
  const width = ref(first)
  let watched: ResizeObserver | undefined
  onMounted(() => {
    watched = new ResizeObserver(([entry]) => {
      const found = Math.round(entry!.contentRect.width)
      if (found > 0) width.value = found
    })
    watched.observe(place.value!)
  })
  onBeforeUnmount(() => watched?.disconnect())
  return { place, width }
}
