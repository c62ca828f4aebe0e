import * as digits from '../../../docs/gallery/digits.ts'
import { report } from './report.ts'

/** Images that are not those of the page, and quick to make: as many as 64, of random pixels that depend on the digit. */
const images = {
  pixels: Float32Array.from({ length: 64 * digits.SIDE ** 2 }, (_, i) => 0.5 + 0.5 * Math.sin(0.37 * i + (Math.floor(i / digits.SIDE ** 2) % 10) * (i % 29))),
  digits: Int32Array.from({ length: 64 }, (_, i) => i % 10),
}

await report(async () => {
  const [page, device] = [digits.training(images, 0.003), await digits.trainingOnDevice(images, 0.003)]
  const found = [...(await device.run(6)), ...(await device.run(6))]
  const wanted = found.map(() => page.step())
  return { found, wanted, accuracies: [digits.accuracy(await device.read(), images), digits.accuracy(page.parameters, images)] }
})
