/*
 * Gauss's rule with 10 points in Kronrod's with 21, on [−1, 1]: Piessens, de Doncker, Überhuber and Kahaner, QUADPACK (1983).
 * Points and weights from the middle outwards; the points are symmetric.
 */

/** Points of Kronrod's rule; every second one, from the second on, is one of Gauss's. */
export const POINTS = [
  0, 0.14887433898163122, 0.2943928627014602, 0.4333953941292472, 0.5627571346686047, 0.6794095682990244, 0.7808177265864169, 0.8650633666889845,
  0.9301574913557082, 0.9739065285171717, 0.9956571630258081,
]
export const KRONROD = [
  0.1494455540029169, 0.14773910490133849, 0.1427759385770601, 0.13470921731147334, 0.12349197626206584, 0.10938715880229764, 0.0931254545836976,
  0.07503967481091996, 0.054755896574351995, 0.032558162307964725, 0.011694638867371874,
]
export const GAUSS = [0, 0.29552422471475287, 0, 0.26926671930999635, 0, 0.21908636251598204, 0, 0.14945134915058059, 0, 0.06667134430868814, 0]

/** All points of a piece [low, high], and where each stands in the lists. */
export function pointsOf(low: number, high: number): { s: number; k: number }[] {
  const [middle, half] = [(low + high) / 2, (high - low) / 2]
  return POINTS.flatMap((point, k) =>
    k === 0
      ? [{ s: middle, k }]
      : [
          { s: middle - half * point, k },
          { s: middle + half * point, k },
        ],
  )
}
