/** Paper is white: while a page is printed it is as in the light, whatever the screen shows. */
export function lightOnPaper(): void {
  const { classList } = document.documentElement
  let isDark = false
  matchMedia('print').addEventListener('change', ({ matches }) => {
    if (matches) isDark = classList.contains('dark')
    classList.toggle('dark', isDark && !matches)
  })
}
