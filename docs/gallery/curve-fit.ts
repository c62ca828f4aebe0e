import { type FitResult, fit } from 'dualtape/solve'

/** Height, width and place of a bell. */
export type Bell = { area: number; width: number; centre: number }

/** What is expected at a wavelength. */
export function bell({ area, width, centre }: Bell, wavelength: number): number {
  'use ad'
  return (area / width) * Math.exp(-0.5 * ((wavelength - centre) / width) ** 2)
}

export type Loss = 'linear' | 'softL1' | 'cauchy'

/**
 * The bell that is closest to what was observed; residuals from the scale on count less, unless
 * the loss is linear.
 */
export function fitBell(
  y: number[],
  loss: Loss = 'linear',
  confidence = 0.95,
): FitResult<Bell, number> {
  return fit(
    bell,
    { x: wavelengths, y },
    { area: 1.5, width: 5, centre: 450 },
    { loss, lossScale: 0.01, confidence },
  )
}

// Eckerle, K., Circular Interference Transmittance Study, NIST (197?): the data set Eckerle4 of
// NIST's Statistical Reference Datasets.
export const wavelengths = [
  400, 405, 410, 415, 420, 425, 430, 435, 436.5, 438, 439.5, 441, 442.5, 444, 445.5, 447, 448.5,
  450, 451.5, 453, 454.5, 456, 457.5, 459, 460.5, 462, 463.5, 465, 470, 475, 480, 485, 490, 495,
  500,
]
export const transmittances = [
  0.0001575, 0.0001699, 0.000235, 0.0003102, 0.0004917, 0.000871, 0.0017418, 0.00464, 0.0065895,
  0.0097302, 0.0149002, 0.023731, 0.0401683, 0.0712559, 0.1264458, 0.2073413, 0.2902366, 0.3445623,
  0.3698049, 0.3668534, 0.3106727, 0.2078154, 0.1164354, 0.0616764, 0.03372, 0.0194023, 0.0117831,
  0.0074357, 0.0022732, 0.00088, 0.0004579, 0.0002345, 0.0001586, 0.0001143, 7.1e-5,
]
