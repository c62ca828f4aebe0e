// Written by scripts/generate.ts. Do not edit: run `npm run generate`.
// biome-ignore-all lint: generated
import { besselIKernel, besselIeKernel, besselKernel, betaDensityKernel, betaKernel, betaincByAAKernel, betaincByABKernel, betaincByAKernel, betaincByBBKernel, betaincByBKernel, betaincInvKernel, betaincKernel, cosineKernel, erfInverseKernel, erfKernel, erfcKernel, gammaDensityKernel, gammaKernel, gammaincInvKernel, gammaincKernel, gammainccInvKernel, gammainccKernel, logAddExpKernel, logBetaKernel, logGammaKernel, logNdtrDerivativeKernel, logNdtrKernel, logisticDensityKernel, modKernel, polygammaIncreaseKernel, polygammaKernel, roundKernel, sigmoidKernel, sincKernel, softplusKernel, strongProduct } from '../ops/kernels/index.ts'

/** Runs steps on scalars: each is five integers, the operator's code, and the registers of result and operands. */
export function runSteps(program: Int32Array, from: number, to: number, r: Float64Array): void {
  for (let i = from; i < to; i += 5) {
    switch (program[i]) {
      case 1: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.abs(x)); break }
      case 2: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.acos(x)); break }
      case 3: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.acosh(x)); break }
      case 4: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x+y); break }
      case 5: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.asin(x)); break }
      case 6: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.asinh(x)); break }
      case 7: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.atan(x)); break }
      case 8: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (Math.atan2(x,y)); break }
      case 9: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.atanh(x)); break }
      case 10: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = besselIKernel(x, y); break }
      case 11: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (besselIKernel(0,x)); break }
      case 12: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (besselIeKernel(0,0,x)); break }
      case 13: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (besselIKernel(1,x)); break }
      case 14: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (besselIeKernel(0,1,x)); break }
      case 15: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = besselIeKernel(x, y, z); break }
      case 16: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = besselKernel(x, y); break }
      case 17: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (besselKernel(0,x)); break }
      case 18: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (besselKernel(1,x)); break }
      case 19: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = betaKernel(x, y); break }
      case 20: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = betaDensityKernel(x, y, z); break }
      case 21: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = betaincKernel(x, y, z); break }
      case 22: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = betaincByAKernel(x, y, z); break }
      case 23: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = betaincByAAKernel(x, y, z); break }
      case 24: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = betaincByABKernel(x, y, z); break }
      case 25: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = betaincByBKernel(x, y, z); break }
      case 26: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = betaincByBBKernel(x, y, z); break }
      case 27: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = betaincInvKernel(x, y, z); break }
      case 28: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.cbrt(x)); break }
      case 29: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.ceil(x)); break }
      case 30: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = (Math.min(Math.max(x,y),z)); break }
      case 31: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.cos(x)); break }
      case 32: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.cosh(x)); break }
      case 33: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = cosineKernel(x, y); break }
      case 34: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (polygammaKernel(0,x)); break }
      case 35: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x===y?0:x-y); break }
      case 36: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x/y); break }
      case 37: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (x>0?-(x*Math.log(x)):x===0?0:x<0?-1/0:x); break }
      case 38: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x==y) ? 1 : 0; break }
      case 39: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = erfKernel(x); break }
      case 40: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = erfInverseKernel(x); break }
      case 41: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = erfcKernel(x); break }
      case 42: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.exp(x)); break }
      case 43: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.pow(2,x)); break }
      case 44: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.expm1(x)); break }
      case 45: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.floor(x)); break }
      case 46: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = (x*y+z); break }
      case 47: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = gammaKernel(x); break }
      case 48: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = gammaDensityKernel(x, y, z); break }
      case 49: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (gammaincKernel(0,x,y)); break }
      case 50: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = gammaincKernel(x, y, z); break }
      case 51: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = gammaincInvKernel(x, y); break }
      case 52: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (gammainccKernel(0,x,y)); break }
      case 53: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = gammainccInvKernel(x, y); break }
      case 54: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x>y) ? 1 : 0; break }
      case 55: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x>=y) ? 1 : 0; break }
      case 56: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (Math.hypot(x,y)); break }
      case 57: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (x-x===0) ? 1 : 0; break }
      case 58: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Number.isNaN(x)) ? 1 : 0; break }
      case 59: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x<y) ? 1 : 0; break }
      case 60: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x<=y) ? 1 : 0; break }
      case 61: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.log(x)); break }
      case 62: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.log10(x)); break }
      case 63: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.log1p(x)); break }
      case 64: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.log2(x)); break }
      case 65: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = logAddExpKernel(x, y); break }
      case 66: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = logBetaKernel(x, y); break }
      case 67: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = logGammaKernel(x); break }
      case 68: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = logNdtrKernel(x); break }
      case 69: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = logNdtrDerivativeKernel(x, y); break }
      case 70: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (!!x&&!!y) ? 1 : 0; break }
      case 71: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (!x) ? 1 : 0; break }
      case 72: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (!!x||!!y) ? 1 : 0; break }
      case 73: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = logisticDensityKernel(x); break }
      case 74: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (Math.max(x,y)); break }
      case 75: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (Math.min(x,y)); break }
      case 76: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = modKernel(x, y); break }
      case 77: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x*y); break }
      case 78: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (.5*erfcKernel(-Math.SQRT1_2*x)); break }
      case 79: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (-x); break }
      case 80: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x!=y) ? 1 : 0; break }
      case 81: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (y===0?0:x/y); break }
      case 82: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = polygammaKernel(x, y); break }
      case 83: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = polygammaIncreaseKernel(x, y, z); break }
      case 84: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (x<0?Math.sqrt(x):1/Math.abs(x)); break }
      case 85: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (Math.pow(x,y)); break }
      case 86: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (1/x); break }
      case 87: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (1/(1+x*x)); break }
      case 88: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.max(x,0)); break }
      case 89: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.sqrt((1-x)*(1+x))); break }
      case 90: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = roundKernel(x); break }
      case 91: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = strongProduct(x, y); break }
      case 92: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = sigmoidKernel(x); break }
      case 93: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.sign(x)); break }
      case 94: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.sin(x)); break }
      case 95: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (sincKernel(0,x)); break }
      case 96: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = sincKernel(x, y); break }
      case 97: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.sinh(x)); break }
      case 98: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = softplusKernel(x); break }
      case 99: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.abs(x)>1e300?Math.sign(x):x/(1+Math.abs(x))); break }
      case 100: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.sqrt(x)); break }
      case 101: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (x*x); break }
      case 102: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (+x); break }
      case 103: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x-y); break }
      case 104: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.tan(x)); break }
      case 105: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.tanh(x)); break }
      case 106: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.fround(x)); break }
      case 107: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (x); break }
      case 108: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.trunc(x)); break }
      case 109: { const x = r[program[i + 2]!]!; r[program[i + 1]!] = (Math.trunc(x)); break }
      case 110: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!, z = r[program[i + 4]!]!; r[program[i + 1]!] = (x?y:z); break }
      case 111: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x===0&&Math.abs(y)>=0?0:x*Math.log1p(y)); break }
      case 112: { const x = r[program[i + 2]!]!, y = r[program[i + 3]!]!; r[program[i + 1]!] = (x===0&&Math.abs(y)>=0?0:x*Math.log(y)); break }
    }
  }
}
