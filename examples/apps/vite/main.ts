import { derivative } from 'dualtape'
import { curve } from './curve'

const slope = derivative(curve)
const input = document.querySelector('#x') as HTMLInputElement
const at = (x: number, y: number) => `${x.toFixed(3)} ${(-y).toFixed(3)}`
const path = Array.from({ length: 121 }, (_, i) => -3 + i / 20).map(x => at(x, curve(x)))

function draw(): void {
  const x = Number(input.value)
  const [y, k] = [curve(x), slope(x)]
  ;(document.querySelector('#tangent') as HTMLOutputElement).value = `f(${x}) = ${y.toFixed(3)}, f′(${x}) = ${k.toFixed(3)}`
  ;(document.querySelector('#plot') as SVGElement).innerHTML =
    `<path d="M ${path.join(' L ')}" fill="none" stroke="currentColor" stroke-width="0.03" />` +
    `<path d="M ${at(x - 1, y - k)} L ${at(x + 1, y + k)}" stroke="crimson" stroke-width="0.03" />`
}

input.addEventListener('input', draw)
draw()
