import { onBeforeUnmount, onMounted } from 'vue'

/** Draws a canvas when it is there, and again when the page goes from light to dark or back: its colors are read from the style. */
export function onSchemeChange(draw: () => void): void {
  let seen: MutationObserver | undefined
  onMounted(() => {
    draw()
    seen = new MutationObserver(draw)
    seen.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] })
  })
  onBeforeUnmount(() => seen?.disconnect())
}
