// Written by scripts/generate.ts. Do not edit: run `npm run generate`.
// biome-ignore-all lint: generated
import { dispatch, dispatchOne, dispatchTwo } from '../core/dispatch.ts'
import { refuseMore } from '../core/options.ts'
import { dualRow1, dualRow2, nextRow, pageWithPlace, tapeRow } from '../core/rows.ts'
import { Traced } from '../core/traced.ts'
import { besselIKernel, besselIeKernel, besselKernel, betaDensityKernel, betaKernel, betaincByAAKernel, betaincByABKernel, betaincByAKernel, betaincByBBKernel, betaincByBKernel, betaincInvKernel, betaincKernel, cosineKernel, erfInverseKernel, erfKernel, erfcKernel, gammaDensityKernel, gammaKernel, gammaincInvKernel, gammaincKernel, gammainccInvKernel, gammainccKernel, logAddExpKernel, logBetaKernel, logGammaKernel, logNdtrDerivativeKernel, logNdtrKernel, logisticDensityKernel, modKernel, polygammaIncreaseKernel, polygammaKernel, roundKernel, sigmoidKernel, sincKernel, softplusKernel, strongProduct } from './kernels/index.ts'
import type { Specialised } from './kinds/elementwise.ts'

function absTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.abs(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (Math.sign(x))
  partials[pair + 1] = 0
  arena.codes[row] = 9
  return new Traced(arena, row)
}

function absDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.abs(x))
  const p: number = (Math.sign(x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const abs: Specialised = {
  call: definition => function abs(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.abs(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return absTapeX(x)
      if (x.arena.kind >= 3) return absDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 1,
  text: '(Math.abs(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.abs(x))
    }
  },
}

function acosTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.acos(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-(1/(Math.sqrt((1-x)*(1+x)))))
  partials[pair + 1] = 0
  arena.codes[row] = 17
  return new Traced(arena, row)
}

function acosDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.acos(x))
  const p: number = (-(1/(Math.sqrt((1-x)*(1+x)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const acos: Specialised = {
  call: definition => function acos(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.acos(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return acosTapeX(x)
      if (x.arena.kind >= 3) return acosDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 2,
  text: '(Math.acos(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.acos(x))
    }
  },
}

function acoshTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.acosh(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1/((Math.sqrt((x-1)))*(Math.sqrt((x+1)))))
  partials[pair + 1] = 0
  arena.codes[row] = 25
  return new Traced(arena, row)
}

function acoshDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.acosh(x))
  const p: number = (1/((Math.sqrt((x-1)))*(Math.sqrt((x+1)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const acosh: Specialised = {
  call: definition => function acosh(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.acosh(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return acoshTapeX(x)
      if (x.arena.kind >= 3) return acoshDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 3,
  text: '(Math.acosh(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.acosh(x))
    }
  },
}

function addTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x+y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = 1
  partials[pair + 1] = 0
  arena.codes[row] = 33
  return new Traced(arena, row)
}

function addDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x+y)
  const p: number = 1
  to[row] = out
  if (page.kind === 4) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function addTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (x+y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = 1
  partials[pair + 1] = 0
  arena.codes[row] = 34
  return new Traced(arena, row)
}

function addDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (x+y)
  const p: number = 1
  to[row] = out
  if (page.kind === 4) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function addTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (x+y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = 1
  partials[pair + 1] = 1
  arena.codes[row] = 35
  return new Traced(arena, row)
}

function addDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (x+y)
  const p: number = 1, q: number = 1
  to[row] = out
  if (page.kind === 4) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const add: Specialised = {
  call: definition => function add(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x+y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return addTapeY(x, y)
        if (y.arena.kind >= 3) return addDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return addTapeX(x, y)
        if (x.arena.kind >= 3) return addDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return addTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return addDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 4,
  text: '(x+y)',
  affine: ['0', '1', '0,1'],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x+y)
    }
  },
}

function asinTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.asin(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1/(Math.sqrt((1-x)*(1+x))))
  partials[pair + 1] = 0
  arena.codes[row] = 41
  return new Traced(arena, row)
}

function asinDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.asin(x))
  const p: number = (1/(Math.sqrt((1-x)*(1+x))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const asin: Specialised = {
  call: definition => function asin(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.asin(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return asinTapeX(x)
      if (x.arena.kind >= 3) return asinDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 5,
  text: '(Math.asin(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.asin(x))
    }
  },
}

function asinhTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.asinh(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1/(Math.hypot(1,x)))
  partials[pair + 1] = 0
  arena.codes[row] = 49
  return new Traced(arena, row)
}

function asinhDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.asinh(x))
  const p: number = (1/(Math.hypot(1,x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const asinh: Specialised = {
  call: definition => function asinh(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.asinh(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return asinhTapeX(x)
      if (x.arena.kind >= 3) return asinhDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 6,
  text: '(Math.asinh(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.asinh(x))
    }
  },
}

function atanTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.atan(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1/(1+x*x))
  partials[pair + 1] = 0
  arena.codes[row] = 57
  return new Traced(arena, row)
}

function atanDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.atan(x))
  const p: number = (1/(1+x*x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const atan: Specialised = {
  call: definition => function atan(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.atan(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return atanTapeX(x)
      if (x.arena.kind >= 3) return atanDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 7,
  text: '(Math.atan(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.atan(x))
    }
  },
}

function atan2TapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.atan2(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = ((Math.hypot(y,x))===0?0:cosineKernel(y, x)/(Math.hypot(y,x)))
  partials[pair + 1] = y
  arena.codes[row] = 65
  return new Traced(arena, row)
}

function atan2DualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.atan2(x,y))
  const p: number = ((Math.hypot(y,x))===0?0:cosineKernel(y, x)/(Math.hypot(y,x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function atan2TapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (Math.atan2(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-((Math.hypot(y,x))===0?0:cosineKernel(x, y)/(Math.hypot(y,x))))
  partials[pair + 1] = x
  arena.codes[row] = 66
  return new Traced(arena, row)
}

function atan2DualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (Math.atan2(x,y))
  const p: number = (-((Math.hypot(y,x))===0?0:cosineKernel(x, y)/(Math.hypot(y,x))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function atan2TapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (Math.atan2(x,y))
  const shared0 = (Math.hypot(y,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (shared0===0?0:cosineKernel(y, x)/shared0)
  partials[pair + 1] = (-(shared0===0?0:cosineKernel(x, y)/shared0))
  arena.codes[row] = 67
  return new Traced(arena, row)
}

function atan2DualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (Math.atan2(x,y))
  const shared0 = (Math.hypot(y,x))
  const p: number = (shared0===0?0:cosineKernel(y, x)/shared0), q: number = (-(shared0===0?0:cosineKernel(x, y)/shared0))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const atan2: Specialised = {
  call: definition => function atan2(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (Math.atan2(x,y))
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return atan2TapeY(x, y)
        if (y.arena.kind >= 3) return atan2DualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return atan2TapeX(x, y)
        if (x.arena.kind >= 3) return atan2DualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return atan2TapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return atan2DualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 8,
  text: '(Math.atan2(x,y))',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.atan2(x,y))
    }
  },
}

function atanhTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.atanh(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1/((Math.sqrt((1-x)*(1+x)))*(Math.sqrt((1-x)*(1+x)))))
  partials[pair + 1] = 0
  arena.codes[row] = 73
  return new Traced(arena, row)
}

function atanhDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.atanh(x))
  const p: number = (1/((Math.sqrt((1-x)*(1+x)))*(Math.sqrt((1-x)*(1+x)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const atanh: Specialised = {
  call: definition => function atanh(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.atanh(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return atanhTapeX(x)
      if (x.arena.kind >= 3) return atanhDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 9,
  text: '(Math.atanh(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.atanh(x))
    }
  },
}

function besselITapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = besselIKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (0.5*(besselIKernel((x-1), y)+besselIKernel((x+1), y)))
  partials[pair + 1] = x
  arena.codes[row] = 82
  return new Traced(arena, row)
}

function besselIDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = besselIKernel(x, y)
  const p: number = (0.5*(besselIKernel((x-1), y)+besselIKernel((x+1), y)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

export const besselI: Specialised = {
  call: definition => function besselI(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x !== 'object') {
      if (typeof y === 'number') {
        return besselIKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return besselITapeY(x, y)
        if (y.arena.kind >= 3) return besselIDualY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 10,
  text: 'besselIKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = besselIKernel(x, y)
    }
  },
}

function besselI0TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (besselIKernel(0,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (besselIKernel(1,x))
  partials[pair + 1] = 0
  arena.codes[row] = 89
  return new Traced(arena, row)
}

function besselI0DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (besselIKernel(0,x))
  const p: number = (besselIKernel(1,x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const besselI0: Specialised = {
  call: definition => function besselI0(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (besselIKernel(0,x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return besselI0TapeX(x)
      if (x.arena.kind >= 3) return besselI0DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 11,
  text: '(besselIKernel(0,x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (besselIKernel(0,x))
    }
  },
}

function besselI0eTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (besselIeKernel(0,0,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = besselIeKernel(1, 0, x)
  partials[pair + 1] = 0
  arena.codes[row] = 97
  return new Traced(arena, row)
}

function besselI0eDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (besselIeKernel(0,0,x))
  const p: number = besselIeKernel(1, 0, x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const besselI0e: Specialised = {
  call: definition => function besselI0e(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (besselIeKernel(0,0,x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return besselI0eTapeX(x)
      if (x.arena.kind >= 3) return besselI0eDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 12,
  text: '(besselIeKernel(0,0,x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (besselIeKernel(0,0,x))
    }
  },
}

function besselI1TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (besselIKernel(1,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (0.5*((besselIKernel(0,x))+besselIKernel(2, x)))
  partials[pair + 1] = 0
  arena.codes[row] = 105
  return new Traced(arena, row)
}

function besselI1DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (besselIKernel(1,x))
  const p: number = (0.5*((besselIKernel(0,x))+besselIKernel(2, x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const besselI1: Specialised = {
  call: definition => function besselI1(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (besselIKernel(1,x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return besselI1TapeX(x)
      if (x.arena.kind >= 3) return besselI1DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 13,
  text: '(besselIKernel(1,x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (besselIKernel(1,x))
    }
  },
}

function besselI1eTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (besselIeKernel(0,1,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = besselIeKernel(1, 1, x)
  partials[pair + 1] = 0
  arena.codes[row] = 113
  return new Traced(arena, row)
}

function besselI1eDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (besselIeKernel(0,1,x))
  const p: number = besselIeKernel(1, 1, x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const besselI1e: Specialised = {
  call: definition => function besselI1e(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (besselIeKernel(0,1,x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return besselI1eTapeX(x)
      if (x.arena.kind >= 3) return besselI1eDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 14,
  text: '(besselIeKernel(0,1,x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (besselIeKernel(0,1,x))
    }
  },
}

function besselIeDerivativeTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = besselIeKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = besselIeKernel((x+1), y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 124
  return new Traced(arena, row)
}

function besselIeDerivativeDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = besselIeKernel(x, y, z)
  const p: number = besselIeKernel((x+1), y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

export const besselIeDerivative: Specialised = {
  call: definition => function besselIeDerivative(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x !== 'object') {
      if (typeof y !== 'object') {
        if (typeof z === 'number') {
          return besselIeKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return besselIeDerivativeTapeZ(x, y, z)
          if (z.arena.kind >= 3) return besselIeDerivativeDualZ(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 15,
  text: 'besselIeKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = besselIeKernel(x, y, z)
    }
  },
}

function besselJTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = besselKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (0.5*(besselKernel((x-1), y)-besselKernel((x+1), y)))
  partials[pair + 1] = x
  arena.codes[row] = 130
  return new Traced(arena, row)
}

function besselJDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = besselKernel(x, y)
  const p: number = (0.5*(besselKernel((x-1), y)-besselKernel((x+1), y)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

export const besselJ: Specialised = {
  call: definition => function besselJ(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x !== 'object') {
      if (typeof y === 'number') {
        return besselKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return besselJTapeY(x, y)
        if (y.arena.kind >= 3) return besselJDualY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 16,
  text: 'besselKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = besselKernel(x, y)
    }
  },
}

function besselJ0TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (besselKernel(0,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-(besselKernel(1,x)))
  partials[pair + 1] = 0
  arena.codes[row] = 137
  return new Traced(arena, row)
}

function besselJ0DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (besselKernel(0,x))
  const p: number = (-(besselKernel(1,x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const besselJ0: Specialised = {
  call: definition => function besselJ0(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (besselKernel(0,x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return besselJ0TapeX(x)
      if (x.arena.kind >= 3) return besselJ0DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 17,
  text: '(besselKernel(0,x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (besselKernel(0,x))
    }
  },
}

function besselJ1TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (besselKernel(1,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (0.5*((besselKernel(0,x))-besselKernel(2, x)))
  partials[pair + 1] = 0
  arena.codes[row] = 145
  return new Traced(arena, row)
}

function besselJ1DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (besselKernel(1,x))
  const p: number = (0.5*((besselKernel(0,x))-besselKernel(2, x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const besselJ1: Specialised = {
  call: definition => function besselJ1(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (besselKernel(1,x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return besselJ1TapeX(x)
      if (x.arena.kind >= 3) return besselJ1DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 18,
  text: '(besselKernel(1,x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (besselKernel(1,x))
    }
  },
}

function betaTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = betaKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-(out*polygammaIncreaseKernel(0, x, y)))
  partials[pair + 1] = y
  arena.codes[row] = 153
  return new Traced(arena, row)
}

function betaDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = betaKernel(x, y)
  const p: number = (-(out*polygammaIncreaseKernel(0, x, y)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function betaTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = betaKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-(out*polygammaIncreaseKernel(0, y, x)))
  partials[pair + 1] = x
  arena.codes[row] = 154
  return new Traced(arena, row)
}

function betaDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = betaKernel(x, y)
  const p: number = (-(out*polygammaIncreaseKernel(0, y, x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function betaTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = betaKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (-(out*polygammaIncreaseKernel(0, x, y)))
  partials[pair + 1] = (-(out*polygammaIncreaseKernel(0, y, x)))
  arena.codes[row] = 155
  return new Traced(arena, row)
}

function betaDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = betaKernel(x, y)
  const p: number = (-(out*polygammaIncreaseKernel(0, x, y))), q: number = (-(out*polygammaIncreaseKernel(0, y, x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const beta: Specialised = {
  call: definition => function beta(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return betaKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return betaTapeY(x, y)
        if (y.arena.kind >= 3) return betaDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return betaTapeX(x, y)
        if (x.arena.kind >= 3) return betaDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return betaTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return betaDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 19,
  text: 'betaKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = betaKernel(x, y)
    }
  },
}

function betaDensityTapeX(x_: Traced, y: any, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = betaDensityKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(out, ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  partials[pair + 1] = 0
  arena.codes[row] = 161
  return new Traced(arena, row)
}

function betaDensityDualX(x_: Traced, y: any, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = betaDensityKernel(x, y, z)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(out, ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function betaDensityTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = betaDensityKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(out, ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  partials[pair + 1] = 0
  arena.codes[row] = 162
  return new Traced(arena, row)
}

function betaDensityDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = betaDensityKernel(x, y, z)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(out, ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function betaDensityTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = betaDensityKernel(x, y, z)
  const shared0 = (x-1)
  const shared1 = (y-1)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:(((!!((!!((z==0) ? 1 : 0)||!!((z==1) ? 1 : 0)) ? 1 : 0)||!!((!!((x>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?(((x+y)-1)*((((x==1) ? 1 : 0)?0:betaDensityKernel(shared0, y, z))-(((y==1) ? 1 : 0)?0:betaDensityKernel(x, shared1, z)))):(out*((shared0/z)-(shared1/(1-z))))))
  partials[pair + 1] = 0
  arena.codes[row] = 164
  return new Traced(arena, row)
}

function betaDensityDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = betaDensityKernel(x, y, z)
  const shared0 = (x-1)
  const shared1 = (y-1)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:(((!!((!!((z==0) ? 1 : 0)||!!((z==1) ? 1 : 0)) ? 1 : 0)||!!((!!((x>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?(((x+y)-1)*((((x==1) ? 1 : 0)?0:betaDensityKernel(shared0, y, z))-(((y==1) ? 1 : 0)?0:betaDensityKernel(x, shared1, z)))):(out*((shared0/z)-(shared1/(1-z))))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function betaDensityTapeXY(x_: Traced, y_: Traced, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = betaDensityKernel(x, y, z)
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, z, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (shared0?out:strongProduct(out, ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  partials[pair + 1] = (shared0?out:strongProduct(out, ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  arena.codes[row] = 163
  return new Traced(arena, row)
}

function betaDensityDualXY(x_: Traced, y_: Traced, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = betaDensityKernel(x, y, z)
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const p: number = (shared0?out:strongProduct(out, ((Math.log(z))+polygammaIncreaseKernel(0, x, y)))), q: number = (shared0?out:strongProduct(out, ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

function betaDensityTapeXZ(x_: Traced, y: any, z_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, zRow = z_.index
  const x = values[xRow] as number, z = values[zRow] as number, out = betaDensityKernel(x, y, z)
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const shared1 = (x-1)
  const shared2 = (y-1)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = zRow
  partials[pair] = (shared0?out:strongProduct(out, ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  partials[pair + 1] = (shared0?out:(((!!((!!((z==0) ? 1 : 0)||!!((z==1) ? 1 : 0)) ? 1 : 0)||!!((!!((x>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?(((x+y)-1)*((((x==1) ? 1 : 0)?0:betaDensityKernel(shared1, y, z))-(((y==1) ? 1 : 0)?0:betaDensityKernel(x, shared2, z)))):(out*((shared1/z)-(shared2/(1-z))))))
  arena.codes[row] = 165
  return new Traced(arena, row)
}

function betaDensityDualXZ(x_: Traced, y: any, z_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, z = z_.arena.values[z_.index] as number, out = betaDensityKernel(x, y, z)
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const shared1 = (x-1)
  const shared2 = (y-1)
  const p: number = (shared0?out:strongProduct(out, ((Math.log(z))+polygammaIncreaseKernel(0, x, y)))), q: number = (shared0?out:(((!!((!!((z==0) ? 1 : 0)||!!((z==1) ? 1 : 0)) ? 1 : 0)||!!((!!((x>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?(((x+y)-1)*((((x==1) ? 1 : 0)?0:betaDensityKernel(shared1, y, z))-(((y==1) ? 1 : 0)?0:betaDensityKernel(x, shared2, z)))):(out*((shared1/z)-(shared2/(1-z))))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, z_)
}

function betaDensityTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = betaDensityKernel(x, y, z)
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const shared1 = (x-1)
  const shared2 = (y-1)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = (shared0?out:strongProduct(out, ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  partials[pair + 1] = (shared0?out:(((!!((!!((z==0) ? 1 : 0)||!!((z==1) ? 1 : 0)) ? 1 : 0)||!!((!!((x>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?(((x+y)-1)*((((x==1) ? 1 : 0)?0:betaDensityKernel(shared1, y, z))-(((y==1) ? 1 : 0)?0:betaDensityKernel(x, shared2, z)))):(out*((shared1/z)-(shared2/(1-z))))))
  arena.codes[row] = 166
  return new Traced(arena, row)
}

function betaDensityDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = betaDensityKernel(x, y, z)
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const shared1 = (x-1)
  const shared2 = (y-1)
  const p: number = (shared0?out:strongProduct(out, ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x)))), q: number = (shared0?out:(((!!((!!((z==0) ? 1 : 0)||!!((z==1) ? 1 : 0)) ? 1 : 0)||!!((!!((x>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?(((x+y)-1)*((((x==1) ? 1 : 0)?0:betaDensityKernel(shared1, y, z))-(((y==1) ? 1 : 0)?0:betaDensityKernel(x, shared2, z)))):(out*((shared1/z)-(shared2/(1-z))))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const betaDensity: Specialised = {
  call: definition => function betaDensity(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return betaDensityKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return betaDensityTapeZ(x, y, z)
          if (z.arena.kind >= 3) return betaDensityDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return betaDensityTapeY(x, y, z)
          if (y.arena.kind >= 3) return betaDensityDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return betaDensityTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return betaDensityDualYZ(x, y, z)
        }
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          if (x.arena.kind === 2) return betaDensityTapeX(x, y, z)
          if (x.arena.kind >= 3) return betaDensityDualX(x, y, z)
        } else if (z instanceof Traced) {
          if (x.arena.kind === 2 && x.arena === z.arena) return betaDensityTapeXZ(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === z.arena.owner && x.arena.kind === z.arena.kind) return betaDensityDualXZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (x.arena.kind === 2 && x.arena === y.arena) return betaDensityTapeXY(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return betaDensityDualXY(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 20,
  text: 'betaDensityKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = betaDensityKernel(x, y, z)
    }
  },
}

function betaincTapeX(x_: Traced, y: any, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = betaincKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = betaincByAKernel(x, y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 169
  return new Traced(arena, row)
}

function betaincDualX(x_: Traced, y: any, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = betaincKernel(x, y, z)
  const p: number = betaincByAKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function betaincTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = betaincKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = betaincByBKernel(x, y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 170
  return new Traced(arena, row)
}

function betaincDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = betaincKernel(x, y, z)
  const p: number = betaincByBKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function betaincTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = betaincKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:betaDensityKernel(x, y, z))
  partials[pair + 1] = 0
  arena.codes[row] = 172
  return new Traced(arena, row)
}

function betaincDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = betaincKernel(x, y, z)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:betaDensityKernel(x, y, z))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function betaincTapeXY(x_: Traced, y_: Traced, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = betaincKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, z, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = betaincByAKernel(x, y, z)
  partials[pair + 1] = betaincByBKernel(x, y, z)
  arena.codes[row] = 171
  return new Traced(arena, row)
}

function betaincDualXY(x_: Traced, y_: Traced, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = betaincKernel(x, y, z)
  const p: number = betaincByAKernel(x, y, z), q: number = betaincByBKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

function betaincTapeXZ(x_: Traced, y: any, z_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, zRow = z_.index
  const x = values[xRow] as number, z = values[zRow] as number, out = betaincKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = zRow
  partials[pair] = betaincByAKernel(x, y, z)
  partials[pair + 1] = (((Number.isNaN(out)) ? 1 : 0)?out:betaDensityKernel(x, y, z))
  arena.codes[row] = 173
  return new Traced(arena, row)
}

function betaincDualXZ(x_: Traced, y: any, z_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, z = z_.arena.values[z_.index] as number, out = betaincKernel(x, y, z)
  const p: number = betaincByAKernel(x, y, z), q: number = (((Number.isNaN(out)) ? 1 : 0)?out:betaDensityKernel(x, y, z))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, z_)
}

function betaincTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = betaincKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = betaincByBKernel(x, y, z)
  partials[pair + 1] = (((Number.isNaN(out)) ? 1 : 0)?out:betaDensityKernel(x, y, z))
  arena.codes[row] = 174
  return new Traced(arena, row)
}

function betaincDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = betaincKernel(x, y, z)
  const p: number = betaincByBKernel(x, y, z), q: number = (((Number.isNaN(out)) ? 1 : 0)?out:betaDensityKernel(x, y, z))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const betainc: Specialised = {
  call: definition => function betainc(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return betaincKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return betaincTapeZ(x, y, z)
          if (z.arena.kind >= 3) return betaincDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return betaincTapeY(x, y, z)
          if (y.arena.kind >= 3) return betaincDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return betaincTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return betaincDualYZ(x, y, z)
        }
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          if (x.arena.kind === 2) return betaincTapeX(x, y, z)
          if (x.arena.kind >= 3) return betaincDualX(x, y, z)
        } else if (z instanceof Traced) {
          if (x.arena.kind === 2 && x.arena === z.arena) return betaincTapeXZ(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === z.arena.owner && x.arena.kind === z.arena.kind) return betaincDualXZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (x.arena.kind === 2 && x.arena === y.arena) return betaincTapeXY(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return betaincDualXY(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 21,
  text: 'betaincKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = betaincKernel(x, y, z)
    }
  },
}

function betaincByATapeX(x_: Traced, y: any, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = betaincByAKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = betaincByAAKernel(x, y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 177
  return new Traced(arena, row)
}

function betaincByADualX(x_: Traced, y: any, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = betaincByAKernel(x, y, z)
  const p: number = betaincByAAKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function betaincByATapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = betaincByAKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = betaincByABKernel(x, y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 178
  return new Traced(arena, row)
}

function betaincByADualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = betaincByAKernel(x, y, z)
  const p: number = betaincByABKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function betaincByATapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = betaincByAKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  partials[pair + 1] = 0
  arena.codes[row] = 180
  return new Traced(arena, row)
}

function betaincByADualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = betaincByAKernel(x, y, z)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function betaincByATapeXY(x_: Traced, y_: Traced, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = betaincByAKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, z, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = betaincByAAKernel(x, y, z)
  partials[pair + 1] = betaincByABKernel(x, y, z)
  arena.codes[row] = 179
  return new Traced(arena, row)
}

function betaincByADualXY(x_: Traced, y_: Traced, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = betaincByAKernel(x, y, z)
  const p: number = betaincByAAKernel(x, y, z), q: number = betaincByABKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

function betaincByATapeXZ(x_: Traced, y: any, z_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, zRow = z_.index
  const x = values[xRow] as number, z = values[zRow] as number, out = betaincByAKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = zRow
  partials[pair] = betaincByAAKernel(x, y, z)
  partials[pair + 1] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  arena.codes[row] = 181
  return new Traced(arena, row)
}

function betaincByADualXZ(x_: Traced, y: any, z_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, z = z_.arena.values[z_.index] as number, out = betaincByAKernel(x, y, z)
  const p: number = betaincByAAKernel(x, y, z), q: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, z_)
}

function betaincByATapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = betaincByAKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = betaincByABKernel(x, y, z)
  partials[pair + 1] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  arena.codes[row] = 182
  return new Traced(arena, row)
}

function betaincByADualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = betaincByAKernel(x, y, z)
  const p: number = betaincByABKernel(x, y, z), q: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log(z))+polygammaIncreaseKernel(0, x, y))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const betaincByA: Specialised = {
  call: definition => function betaincByA(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return betaincByAKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return betaincByATapeZ(x, y, z)
          if (z.arena.kind >= 3) return betaincByADualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return betaincByATapeY(x, y, z)
          if (y.arena.kind >= 3) return betaincByADualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return betaincByATapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return betaincByADualYZ(x, y, z)
        }
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          if (x.arena.kind === 2) return betaincByATapeX(x, y, z)
          if (x.arena.kind >= 3) return betaincByADualX(x, y, z)
        } else if (z instanceof Traced) {
          if (x.arena.kind === 2 && x.arena === z.arena) return betaincByATapeXZ(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === z.arena.owner && x.arena.kind === z.arena.kind) return betaincByADualXZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (x.arena.kind === 2 && x.arena === y.arena) return betaincByATapeXY(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return betaincByADualXY(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 22,
  text: 'betaincByAKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = betaincByAKernel(x, y, z)
    }
  },
}

function betaincByAATapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = betaincByAAKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((((Math.log(z))+polygammaIncreaseKernel(0, x, y))*((Math.log(z))+polygammaIncreaseKernel(0, x, y)))+polygammaIncreaseKernel(1, x, y))))
  partials[pair + 1] = 0
  arena.codes[row] = 188
  return new Traced(arena, row)
}

function betaincByAADualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = betaincByAAKernel(x, y, z)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((((Math.log(z))+polygammaIncreaseKernel(0, x, y))*((Math.log(z))+polygammaIncreaseKernel(0, x, y)))+polygammaIncreaseKernel(1, x, y))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

export const betaincByAA: Specialised = {
  call: definition => function betaincByAA(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x !== 'object') {
      if (typeof y !== 'object') {
        if (typeof z === 'number') {
          return betaincByAAKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return betaincByAATapeZ(x, y, z)
          if (z.arena.kind >= 3) return betaincByAADualZ(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 23,
  text: 'betaincByAAKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = betaincByAAKernel(x, y, z)
    }
  },
}

function betaincByABTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = betaincByABKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((((Math.log(z))+polygammaIncreaseKernel(0, x, y))*((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x)))+polygammaKernel(1, (x+y)))))
  partials[pair + 1] = 0
  arena.codes[row] = 196
  return new Traced(arena, row)
}

function betaincByABDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = betaincByABKernel(x, y, z)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((((Math.log(z))+polygammaIncreaseKernel(0, x, y))*((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x)))+polygammaKernel(1, (x+y)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

export const betaincByAB: Specialised = {
  call: definition => function betaincByAB(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x !== 'object') {
      if (typeof y !== 'object') {
        if (typeof z === 'number') {
          return betaincByABKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return betaincByABTapeZ(x, y, z)
          if (z.arena.kind >= 3) return betaincByABDualZ(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 24,
  text: 'betaincByABKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = betaincByABKernel(x, y, z)
    }
  },
}

function betaincByBTapeX(x_: Traced, y: any, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = betaincByBKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = betaincByABKernel(x, y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 201
  return new Traced(arena, row)
}

function betaincByBDualX(x_: Traced, y: any, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = betaincByBKernel(x, y, z)
  const p: number = betaincByABKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function betaincByBTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = betaincByBKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = betaincByBBKernel(x, y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 202
  return new Traced(arena, row)
}

function betaincByBDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = betaincByBKernel(x, y, z)
  const p: number = betaincByBBKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function betaincByBTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = betaincByBKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  partials[pair + 1] = 0
  arena.codes[row] = 204
  return new Traced(arena, row)
}

function betaincByBDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = betaincByBKernel(x, y, z)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function betaincByBTapeXY(x_: Traced, y_: Traced, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = betaincByBKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, z, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = betaincByABKernel(x, y, z)
  partials[pair + 1] = betaincByBBKernel(x, y, z)
  arena.codes[row] = 203
  return new Traced(arena, row)
}

function betaincByBDualXY(x_: Traced, y_: Traced, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = betaincByBKernel(x, y, z)
  const p: number = betaincByABKernel(x, y, z), q: number = betaincByBBKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

function betaincByBTapeXZ(x_: Traced, y: any, z_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, zRow = z_.index
  const x = values[xRow] as number, z = values[zRow] as number, out = betaincByBKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = zRow
  partials[pair] = betaincByABKernel(x, y, z)
  partials[pair + 1] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  arena.codes[row] = 205
  return new Traced(arena, row)
}

function betaincByBDualXZ(x_: Traced, y: any, z_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, z = z_.arena.values[z_.index] as number, out = betaincByBKernel(x, y, z)
  const p: number = betaincByABKernel(x, y, z), q: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, z_)
}

function betaincByBTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = betaincByBKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = betaincByBBKernel(x, y, z)
  partials[pair + 1] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  arena.codes[row] = 206
  return new Traced(arena, row)
}

function betaincByBDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = betaincByBKernel(x, y, z)
  const p: number = betaincByBBKernel(x, y, z), q: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const betaincByB: Specialised = {
  call: definition => function betaincByB(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return betaincByBKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return betaincByBTapeZ(x, y, z)
          if (z.arena.kind >= 3) return betaincByBDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return betaincByBTapeY(x, y, z)
          if (y.arena.kind >= 3) return betaincByBDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return betaincByBTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return betaincByBDualYZ(x, y, z)
        }
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          if (x.arena.kind === 2) return betaincByBTapeX(x, y, z)
          if (x.arena.kind >= 3) return betaincByBDualX(x, y, z)
        } else if (z instanceof Traced) {
          if (x.arena.kind === 2 && x.arena === z.arena) return betaincByBTapeXZ(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === z.arena.owner && x.arena.kind === z.arena.kind) return betaincByBDualXZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (x.arena.kind === 2 && x.arena === y.arena) return betaincByBTapeXY(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return betaincByBDualXY(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 25,
  text: 'betaincByBKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = betaincByBKernel(x, y, z)
    }
  },
}

function betaincByBBTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = betaincByBBKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))*((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x)))+polygammaIncreaseKernel(1, y, x))))
  partials[pair + 1] = 0
  arena.codes[row] = 212
  return new Traced(arena, row)
}

function betaincByBBDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = betaincByBBKernel(x, y, z)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(betaDensityKernel(x, y, z), ((((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x))*((Math.log1p((-z)))+polygammaIncreaseKernel(0, y, x)))+polygammaIncreaseKernel(1, y, x))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

export const betaincByBB: Specialised = {
  call: definition => function betaincByBB(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x !== 'object') {
      if (typeof y !== 'object') {
        if (typeof z === 'number') {
          return betaincByBBKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return betaincByBBTapeZ(x, y, z)
          if (z.arena.kind >= 3) return betaincByBBDualZ(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 26,
  text: 'betaincByBBKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = betaincByBBKernel(x, y, z)
    }
  },
}

function betaincInvTapeX(x_: Traced, y: any, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = betaincInvKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = ((((out*(1-out))==0) ? 1 : 0)?0:(-(betaincByAKernel(x, y, out)/betaDensityKernel(x, y, out))))
  partials[pair + 1] = 0
  arena.codes[row] = 217
  return new Traced(arena, row)
}

function betaincInvDualX(x_: Traced, y: any, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = betaincInvKernel(x, y, z)
  const p: number = ((((out*(1-out))==0) ? 1 : 0)?0:(-(betaincByAKernel(x, y, out)/betaDensityKernel(x, y, out))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function betaincInvTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = betaincInvKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = ((((out*(1-out))==0) ? 1 : 0)?0:(-(betaincByBKernel(x, y, out)/betaDensityKernel(x, y, out))))
  partials[pair + 1] = 0
  arena.codes[row] = 218
  return new Traced(arena, row)
}

function betaincInvDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = betaincInvKernel(x, y, z)
  const p: number = ((((out*(1-out))==0) ? 1 : 0)?0:(-(betaincByBKernel(x, y, out)/betaDensityKernel(x, y, out))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function betaincInvTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = betaincInvKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (1/betaDensityKernel(x, y, out))
  partials[pair + 1] = 0
  arena.codes[row] = 220
  return new Traced(arena, row)
}

function betaincInvDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = betaincInvKernel(x, y, z)
  const p: number = (1/betaDensityKernel(x, y, out))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function betaincInvTapeXY(x_: Traced, y_: Traced, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = betaincInvKernel(x, y, z)
  const shared0 = (((out*(1-out))==0) ? 1 : 0)
  const shared1 = betaDensityKernel(x, y, out)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, z, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (shared0?0:(-(betaincByAKernel(x, y, out)/shared1)))
  partials[pair + 1] = (shared0?0:(-(betaincByBKernel(x, y, out)/shared1)))
  arena.codes[row] = 219
  return new Traced(arena, row)
}

function betaincInvDualXY(x_: Traced, y_: Traced, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = betaincInvKernel(x, y, z)
  const shared0 = (((out*(1-out))==0) ? 1 : 0)
  const shared1 = betaDensityKernel(x, y, out)
  const p: number = (shared0?0:(-(betaincByAKernel(x, y, out)/shared1))), q: number = (shared0?0:(-(betaincByBKernel(x, y, out)/shared1)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

function betaincInvTapeXZ(x_: Traced, y: any, z_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, zRow = z_.index
  const x = values[xRow] as number, z = values[zRow] as number, out = betaincInvKernel(x, y, z)
  const shared0 = betaDensityKernel(x, y, out)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = zRow
  partials[pair] = ((((out*(1-out))==0) ? 1 : 0)?0:(-(betaincByAKernel(x, y, out)/shared0)))
  partials[pair + 1] = (1/shared0)
  arena.codes[row] = 221
  return new Traced(arena, row)
}

function betaincInvDualXZ(x_: Traced, y: any, z_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, z = z_.arena.values[z_.index] as number, out = betaincInvKernel(x, y, z)
  const shared0 = betaDensityKernel(x, y, out)
  const p: number = ((((out*(1-out))==0) ? 1 : 0)?0:(-(betaincByAKernel(x, y, out)/shared0))), q: number = (1/shared0)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, z_)
}

function betaincInvTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = betaincInvKernel(x, y, z)
  const shared0 = betaDensityKernel(x, y, out)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = ((((out*(1-out))==0) ? 1 : 0)?0:(-(betaincByBKernel(x, y, out)/shared0)))
  partials[pair + 1] = (1/shared0)
  arena.codes[row] = 222
  return new Traced(arena, row)
}

function betaincInvDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = betaincInvKernel(x, y, z)
  const shared0 = betaDensityKernel(x, y, out)
  const p: number = ((((out*(1-out))==0) ? 1 : 0)?0:(-(betaincByBKernel(x, y, out)/shared0))), q: number = (1/shared0)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const betaincInv: Specialised = {
  call: definition => function betaincInv(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return betaincInvKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return betaincInvTapeZ(x, y, z)
          if (z.arena.kind >= 3) return betaincInvDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return betaincInvTapeY(x, y, z)
          if (y.arena.kind >= 3) return betaincInvDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return betaincInvTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return betaincInvDualYZ(x, y, z)
        }
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          if (x.arena.kind === 2) return betaincInvTapeX(x, y, z)
          if (x.arena.kind >= 3) return betaincInvDualX(x, y, z)
        } else if (z instanceof Traced) {
          if (x.arena.kind === 2 && x.arena === z.arena) return betaincInvTapeXZ(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === z.arena.owner && x.arena.kind === z.arena.kind) return betaincInvDualXZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (x.arena.kind === 2 && x.arena === y.arena) return betaincInvTapeXY(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return betaincInvDualXY(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 27,
  text: 'betaincInvKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = betaincInvKernel(x, y, z)
    }
  },
}

function cbrtTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.cbrt(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (0.3333333333333333*((1/out)*(1/out)))
  partials[pair + 1] = 0
  arena.codes[row] = 225
  return new Traced(arena, row)
}

function cbrtDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.cbrt(x))
  const p: number = (0.3333333333333333*((1/out)*(1/out)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const cbrt: Specialised = {
  call: definition => function cbrt(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.cbrt(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return cbrtTapeX(x)
      if (x.arena.kind >= 3) return cbrtDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 28,
  text: '(Math.cbrt(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.cbrt(x))
    }
  },
}

export const ceil: Specialised = {
  call: definition => function ceil(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.ceil(x))
    }
    return dispatchOne(definition, x)
  },
  code: 29,
  text: '(Math.ceil(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.ceil(x))
    }
  },
}

function clipTapeX(x_: Traced, y: any, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.min(Math.max(x,y),z))
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:((((x>=y) ? 1 : 0)*((x<=z) ? 1 : 0))*((y<z) ? 1 : 0)))
  partials[pair + 1] = 0
  arena.codes[row] = 241
  return new Traced(arena, row)
}

function clipDualX(x_: Traced, y: any, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.min(Math.max(x,y),z))
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:((((x>=y) ? 1 : 0)*((x<=z) ? 1 : 0))*((y<z) ? 1 : 0)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function clipTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (Math.min(Math.max(x,y),z))
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:(((x<y) ? 1 : 0)*((y<=z) ? 1 : 0)))
  partials[pair + 1] = 0
  arena.codes[row] = 242
  return new Traced(arena, row)
}

function clipDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (Math.min(Math.max(x,y),z))
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:(((x<y) ? 1 : 0)*((y<=z) ? 1 : 0)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function clipTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = (Math.min(Math.max(x,y),z))
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:(((x>z) ? 1 : 0)?1:(((x<y) ? 1 : 0)*((y>z) ? 1 : 0))))
  partials[pair + 1] = 0
  arena.codes[row] = 244
  return new Traced(arena, row)
}

function clipDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = (Math.min(Math.max(x,y),z))
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:(((x>z) ? 1 : 0)?1:(((x<y) ? 1 : 0)*((y>z) ? 1 : 0))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function clipTapeXY(x_: Traced, y_: Traced, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (Math.min(Math.max(x,y),z))
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, z, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (shared0?out:((((x>=y) ? 1 : 0)*((x<=z) ? 1 : 0))*((y<z) ? 1 : 0)))
  partials[pair + 1] = (shared0?out:(((x<y) ? 1 : 0)*((y<=z) ? 1 : 0)))
  arena.codes[row] = 243
  return new Traced(arena, row)
}

function clipDualXY(x_: Traced, y_: Traced, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (Math.min(Math.max(x,y),z))
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const p: number = (shared0?out:((((x>=y) ? 1 : 0)*((x<=z) ? 1 : 0))*((y<z) ? 1 : 0))), q: number = (shared0?out:(((x<y) ? 1 : 0)*((y<=z) ? 1 : 0)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

function clipTapeXZ(x_: Traced, y: any, z_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, zRow = z_.index
  const x = values[xRow] as number, z = values[zRow] as number, out = (Math.min(Math.max(x,y),z))
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, y, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = zRow
  partials[pair] = (shared0?out:((((x>=y) ? 1 : 0)*((x<=z) ? 1 : 0))*((y<z) ? 1 : 0)))
  partials[pair + 1] = (shared0?out:(((x>z) ? 1 : 0)?1:(((x<y) ? 1 : 0)*((y>z) ? 1 : 0))))
  arena.codes[row] = 245
  return new Traced(arena, row)
}

function clipDualXZ(x_: Traced, y: any, z_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, z = z_.arena.values[z_.index] as number, out = (Math.min(Math.max(x,y),z))
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const p: number = (shared0?out:((((x>=y) ? 1 : 0)*((x<=z) ? 1 : 0))*((y<z) ? 1 : 0))), q: number = (shared0?out:(((x>z) ? 1 : 0)?1:(((x<y) ? 1 : 0)*((y>z) ? 1 : 0))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, z_)
}

function clipTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = (Math.min(Math.max(x,y),z))
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const shared1 = ((x<y) ? 1 : 0)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = (shared0?out:(shared1*((y<=z) ? 1 : 0)))
  partials[pair + 1] = (shared0?out:(((x>z) ? 1 : 0)?1:(shared1*((y>z) ? 1 : 0))))
  arena.codes[row] = 246
  return new Traced(arena, row)
}

function clipDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = (Math.min(Math.max(x,y),z))
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const shared1 = ((x<y) ? 1 : 0)
  const p: number = (shared0?out:(shared1*((y<=z) ? 1 : 0))), q: number = (shared0?out:(((x>z) ? 1 : 0)?1:(shared1*((y>z) ? 1 : 0))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const clip: Specialised = {
  call: definition => function clip(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return (Math.min(Math.max(x,y),z))
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return clipTapeZ(x, y, z)
          if (z.arena.kind >= 3) return clipDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return clipTapeY(x, y, z)
          if (y.arena.kind >= 3) return clipDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return clipTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return clipDualYZ(x, y, z)
        }
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          if (x.arena.kind === 2) return clipTapeX(x, y, z)
          if (x.arena.kind >= 3) return clipDualX(x, y, z)
        } else if (z instanceof Traced) {
          if (x.arena.kind === 2 && x.arena === z.arena) return clipTapeXZ(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === z.arena.owner && x.arena.kind === z.arena.kind) return clipDualXZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (x.arena.kind === 2 && x.arena === y.arena) return clipTapeXY(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return clipDualXY(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 30,
  text: '(Math.min(Math.max(x,y),z))',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = (Math.min(Math.max(x,y),z))
    }
  },
}

function cosTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.cos(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-(Math.sin(x)))
  partials[pair + 1] = 0
  arena.codes[row] = 249
  return new Traced(arena, row)
}

function cosDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.cos(x))
  const p: number = (-(Math.sin(x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const cos: Specialised = {
  call: definition => function cos(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.cos(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return cosTapeX(x)
      if (x.arena.kind >= 3) return cosDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 31,
  text: '(Math.cos(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.cos(x))
    }
  },
}

function coshTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.cosh(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (Math.sinh(x))
  partials[pair + 1] = 0
  arena.codes[row] = 257
  return new Traced(arena, row)
}

function coshDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.cosh(x))
  const p: number = (Math.sinh(x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const cosh: Specialised = {
  call: definition => function cosh(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.cosh(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return coshTapeX(x)
      if (x.arena.kind >= 3) return coshDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 32,
  text: '(Math.cosh(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.cosh(x))
    }
  },
}

function cosineOfTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = cosineKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = ((cosineKernel(y, x)/(Math.sqrt((Math.hypot(x,y)))))*(cosineKernel(y, x)/(Math.sqrt((Math.hypot(x,y))))))
  partials[pair + 1] = y
  arena.codes[row] = 265
  return new Traced(arena, row)
}

function cosineOfDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = cosineKernel(x, y)
  const p: number = ((cosineKernel(y, x)/(Math.sqrt((Math.hypot(x,y)))))*(cosineKernel(y, x)/(Math.sqrt((Math.hypot(x,y))))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function cosineOfTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = cosineKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-((out*cosineKernel(y, x))/(Math.hypot(x,y))))
  partials[pair + 1] = x
  arena.codes[row] = 266
  return new Traced(arena, row)
}

function cosineOfDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = cosineKernel(x, y)
  const p: number = (-((out*cosineKernel(y, x))/(Math.hypot(x,y))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function cosineOfTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = cosineKernel(x, y)
  const shared0 = cosineKernel(y, x)
  const shared1 = (Math.hypot(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = ((shared0/(Math.sqrt(shared1)))*(shared0/(Math.sqrt(shared1))))
  partials[pair + 1] = (-((out*shared0)/shared1))
  arena.codes[row] = 267
  return new Traced(arena, row)
}

function cosineOfDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = cosineKernel(x, y)
  const shared0 = cosineKernel(y, x)
  const shared1 = (Math.hypot(x,y))
  const p: number = ((shared0/(Math.sqrt(shared1)))*(shared0/(Math.sqrt(shared1)))), q: number = (-((out*shared0)/shared1))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const cosineOf: Specialised = {
  call: definition => function cosineOf(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return cosineKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return cosineOfTapeY(x, y)
        if (y.arena.kind >= 3) return cosineOfDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return cosineOfTapeX(x, y)
        if (x.arena.kind >= 3) return cosineOfDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return cosineOfTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return cosineOfDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 33,
  text: 'cosineKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = cosineKernel(x, y)
    }
  },
}

function digammaTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (polygammaKernel(0,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = polygammaKernel(1, x)
  partials[pair + 1] = 0
  arena.codes[row] = 273
  return new Traced(arena, row)
}

function digammaDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (polygammaKernel(0,x))
  const p: number = polygammaKernel(1, x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const digamma: Specialised = {
  call: definition => function digamma(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (polygammaKernel(0,x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return digammaTapeX(x)
      if (x.arena.kind >= 3) return digammaDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 34,
  text: '(polygammaKernel(0,x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (polygammaKernel(0,x))
    }
  },
}

function distanceTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x===y?0:x-y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = 1
  partials[pair + 1] = 0
  arena.codes[row] = 281
  return new Traced(arena, row)
}

function distanceDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x===y?0:x-y)
  const p: number = 1
  to[row] = out
  if (page.kind === 4) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function distanceTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (x===y?0:x-y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-1)
  partials[pair + 1] = 0
  arena.codes[row] = 282
  return new Traced(arena, row)
}

function distanceDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (x===y?0:x-y)
  const p: number = (-1)
  to[row] = out
  if (page.kind === 4) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function distanceTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (x===y?0:x-y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = 1
  partials[pair + 1] = (-1)
  arena.codes[row] = 283
  return new Traced(arena, row)
}

function distanceDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (x===y?0:x-y)
  const p: number = 1, q: number = (-1)
  to[row] = out
  if (page.kind === 4) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const distance: Specialised = {
  call: definition => function distance(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x===y?0:x-y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return distanceTapeY(x, y)
        if (y.arena.kind >= 3) return distanceDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return distanceTapeX(x, y)
        if (x.arena.kind >= 3) return distanceDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return distanceTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return distanceDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 35,
  text: '(x===y?0:x-y)',
  affine: ['0', '1', '0,1'],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x===y?0:x-y)
    }
  },
}

function divTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x/y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1/y)
  partials[pair + 1] = 0
  arena.codes[row] = 289
  return new Traced(arena, row)
}

function divDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x/y)
  const p: number = (1/y)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function divTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (x/y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-(out/y))
  partials[pair + 1] = x
  arena.codes[row] = 290
  return new Traced(arena, row)
}

function divDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (x/y)
  const p: number = (-(out/y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function divTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (x/y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (1/y)
  partials[pair + 1] = (-(out/y))
  arena.codes[row] = 291
  return new Traced(arena, row)
}

function divDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (x/y)
  const p: number = (1/y), q: number = (-(out/y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const div: Specialised = {
  call: definition => function div(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x/y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return divTapeY(x, y)
        if (y.arena.kind >= 3) return divDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return divTapeX(x, y)
        if (x.arena.kind >= 3) return divDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return divTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return divDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 36,
  text: '(x/y)',
  affine: ['0'],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x/y)
    }
  },
}

function entrTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x>0?-(x*Math.log(x)):x===0?0:x<0?-1/0:x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = ((-1)-(Math.log(x)))
  partials[pair + 1] = 0
  arena.codes[row] = 297
  return new Traced(arena, row)
}

function entrDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x>0?-(x*Math.log(x)):x===0?0:x<0?-1/0:x)
  const p: number = ((-1)-(Math.log(x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const entr: Specialised = {
  call: definition => function entr(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (x>0?-(x*Math.log(x)):x===0?0:x<0?-1/0:x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return entrTapeX(x)
      if (x.arena.kind >= 3) return entrDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 37,
  text: '(x>0?-(x*Math.log(x)):x===0?0:x<0?-1/0:x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (x>0?-(x*Math.log(x)):x===0?0:x<0?-1/0:x)
    }
  },
}

export const equal: Specialised = {
  call: definition => function equal(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x==y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 38,
  text: '(x==y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x==y) ? 1 : 0
    }
  },
}

function erfTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = erfKernel(x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1.1283791670955126*(Math.exp((-(x*x)))))
  partials[pair + 1] = 0
  arena.codes[row] = 313
  return new Traced(arena, row)
}

function erfDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = erfKernel(x)
  const p: number = (1.1283791670955126*(Math.exp((-(x*x)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const erf: Specialised = {
  call: definition => function erf(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return erfKernel(x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return erfTapeX(x)
      if (x.arena.kind >= 3) return erfDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 39,
  text: 'erfKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = erfKernel(x)
    }
  },
}

function erfInvTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = erfInverseKernel(x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (0.886226925452758*(Math.exp((out*out))))
  partials[pair + 1] = 0
  arena.codes[row] = 321
  return new Traced(arena, row)
}

function erfInvDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = erfInverseKernel(x)
  const p: number = (0.886226925452758*(Math.exp((out*out))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const erfInv: Specialised = {
  call: definition => function erfInv(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return erfInverseKernel(x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return erfInvTapeX(x)
      if (x.arena.kind >= 3) return erfInvDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 40,
  text: 'erfInverseKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = erfInverseKernel(x)
    }
  },
}

function erfcTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = erfcKernel(x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-(1.1283791670955126*(Math.exp((-(x*x))))))
  partials[pair + 1] = 0
  arena.codes[row] = 329
  return new Traced(arena, row)
}

function erfcDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = erfcKernel(x)
  const p: number = (-(1.1283791670955126*(Math.exp((-(x*x))))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const erfc: Specialised = {
  call: definition => function erfc(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return erfcKernel(x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return erfcTapeX(x)
      if (x.arena.kind >= 3) return erfcDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 41,
  text: 'erfcKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = erfcKernel(x)
    }
  },
}

function expTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.exp(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = out
  partials[pair + 1] = 0
  arena.codes[row] = 337
  return new Traced(arena, row)
}

function expDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.exp(x))
  const p: number = out
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const exp: Specialised = {
  call: definition => function exp(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.exp(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return expTapeX(x)
      if (x.arena.kind >= 3) return expDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 42,
  text: '(Math.exp(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.exp(x))
    }
  },
}

function exp2TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.pow(2,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (0.6931471805599453*out)
  partials[pair + 1] = 0
  arena.codes[row] = 345
  return new Traced(arena, row)
}

function exp2DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.pow(2,x))
  const p: number = (0.6931471805599453*out)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const exp2: Specialised = {
  call: definition => function exp2(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.pow(2,x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return exp2TapeX(x)
      if (x.arena.kind >= 3) return exp2DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 43,
  text: '(Math.pow(2,x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.pow(2,x))
    }
  },
}

function expm1TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.expm1(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (Math.exp(x))
  partials[pair + 1] = 0
  arena.codes[row] = 353
  return new Traced(arena, row)
}

function expm1DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.expm1(x))
  const p: number = (Math.exp(x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const expm1: Specialised = {
  call: definition => function expm1(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.expm1(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return expm1TapeX(x)
      if (x.arena.kind >= 3) return expm1DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 44,
  text: '(Math.expm1(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.expm1(x))
    }
  },
}

export const floor: Specialised = {
  call: definition => function floor(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.floor(x))
    }
    return dispatchOne(definition, x)
  },
  code: 45,
  text: '(Math.floor(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.floor(x))
    }
  },
}

function fmaTapeX(x_: Traced, y: any, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x*y+z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = y
  partials[pair + 1] = 0
  arena.codes[row] = 369
  return new Traced(arena, row)
}

function fmaDualX(x_: Traced, y: any, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x*y+z)
  const p: number = y
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function fmaTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (x*y+z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = x
  partials[pair + 1] = 0
  arena.codes[row] = 370
  return new Traced(arena, row)
}

function fmaDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (x*y+z)
  const p: number = x
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function fmaTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = (x*y+z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = 1
  partials[pair + 1] = 0
  arena.codes[row] = 372
  return new Traced(arena, row)
}

function fmaDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = (x*y+z)
  const p: number = 1
  to[row] = out
  if (page.kind === 4) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function fmaTapeXY(x_: Traced, y_: Traced, z: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (x*y+z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, z, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = y
  partials[pair + 1] = x
  arena.codes[row] = 371
  return new Traced(arena, row)
}

function fmaDualXY(x_: Traced, y_: Traced, z: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (x*y+z)
  const p: number = y, q: number = x
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

function fmaTapeXZ(x_: Traced, y: any, z_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, zRow = z_.index
  const x = values[xRow] as number, z = values[zRow] as number, out = (x*y+z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = zRow
  partials[pair] = y
  partials[pair + 1] = 1
  arena.codes[row] = 373
  return new Traced(arena, row)
}

function fmaDualXZ(x_: Traced, y: any, z_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, z = z_.arena.values[z_.index] as number, out = (x*y+z)
  const p: number = y, q: number = 1
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, z_)
}

function fmaTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = (x*y+z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = x
  partials[pair + 1] = 1
  arena.codes[row] = 374
  return new Traced(arena, row)
}

function fmaDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = (x*y+z)
  const p: number = x, q: number = 1
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const fma: Specialised = {
  call: definition => function fma(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return (x*y+z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return fmaTapeZ(x, y, z)
          if (z.arena.kind >= 3) return fmaDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return fmaTapeY(x, y, z)
          if (y.arena.kind >= 3) return fmaDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return fmaTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return fmaDualYZ(x, y, z)
        }
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          if (x.arena.kind === 2) return fmaTapeX(x, y, z)
          if (x.arena.kind >= 3) return fmaDualX(x, y, z)
        } else if (z instanceof Traced) {
          if (x.arena.kind === 2 && x.arena === z.arena) return fmaTapeXZ(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === z.arena.owner && x.arena.kind === z.arena.kind) return fmaDualXZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (x.arena.kind === 2 && x.arena === y.arena) return fmaTapeXY(x, y, z)
          if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return fmaDualXY(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 46,
  text: '(x*y+z)',
  affine: ['0', '1', '2', '0,2', '1,2'],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = (x*y+z)
    }
  },
}

function gammaTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = gammaKernel(x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (out*(polygammaKernel(0,x)))
  partials[pair + 1] = 0
  arena.codes[row] = 377
  return new Traced(arena, row)
}

function gammaDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = gammaKernel(x)
  const p: number = (out*(polygammaKernel(0,x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const gamma: Specialised = {
  call: definition => function gamma(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return gammaKernel(x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return gammaTapeX(x)
      if (x.arena.kind >= 3) return gammaDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 47,
  text: 'gammaKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = gammaKernel(x)
    }
  },
}

function gammaDensityTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = gammaDensityKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = gammaDensityKernel((x+1), y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 386
  return new Traced(arena, row)
}

function gammaDensityDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = gammaDensityKernel(x, y, z)
  const p: number = gammaDensityKernel((x+1), y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function gammaDensityTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = gammaDensityKernel(x, y, z)
  const shared0 = (y-1)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (((!!((z==0) ? 1 : 0)||!!((!!((y>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?((((y==1) ? 1 : 0)?0:gammaDensityKernel(x, shared0, z))-out):((out*((shared0-z)/z))+((x/z)*gammaDensityKernel((x-1), y, z))))
  partials[pair + 1] = 0
  arena.codes[row] = 388
  return new Traced(arena, row)
}

function gammaDensityDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = gammaDensityKernel(x, y, z)
  const shared0 = (y-1)
  const p: number = (((!!((z==0) ? 1 : 0)||!!((!!((y>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?((((y==1) ? 1 : 0)?0:gammaDensityKernel(x, shared0, z))-out):((out*((shared0-z)/z))+((x/z)*gammaDensityKernel((x-1), y, z))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function gammaDensityTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = gammaDensityKernel(x, y, z)
  const shared0 = (y-1)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = gammaDensityKernel((x+1), y, z)
  partials[pair + 1] = (((!!((z==0) ? 1 : 0)||!!((!!((y>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?((((y==1) ? 1 : 0)?0:gammaDensityKernel(x, shared0, z))-out):((out*((shared0-z)/z))+((x/z)*gammaDensityKernel((x-1), y, z))))
  arena.codes[row] = 390
  return new Traced(arena, row)
}

function gammaDensityDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = gammaDensityKernel(x, y, z)
  const shared0 = (y-1)
  const p: number = gammaDensityKernel((x+1), y, z), q: number = (((!!((z==0) ? 1 : 0)||!!((!!((y>1) ? 1 : 0)&&!!((z<1e-100) ? 1 : 0)) ? 1 : 0)) ? 1 : 0)?((((y==1) ? 1 : 0)?0:gammaDensityKernel(x, shared0, z))-out):((out*((shared0-z)/z))+((x/z)*gammaDensityKernel((x-1), y, z))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const gammaDensity: Specialised = {
  call: definition => function gammaDensity(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x !== 'object') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return gammaDensityKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return gammaDensityTapeZ(x, y, z)
          if (z.arena.kind >= 3) return gammaDensityDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return gammaDensityTapeY(x, y, z)
          if (y.arena.kind >= 3) return gammaDensityDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return gammaDensityTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return gammaDensityDualYZ(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 48,
  text: 'gammaDensityKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = gammaDensityKernel(x, y, z)
    }
  },
}

function gammaincTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (gammaincKernel(0,x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = gammaincKernel(1, x, y)
  partials[pair + 1] = y
  arena.codes[row] = 393
  return new Traced(arena, row)
}

function gammaincDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (gammaincKernel(0,x,y))
  const p: number = gammaincKernel(1, x, y)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function gammaincTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (gammaincKernel(0,x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = gammaDensityKernel(0, x, y)
  partials[pair + 1] = x
  arena.codes[row] = 394
  return new Traced(arena, row)
}

function gammaincDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (gammaincKernel(0,x,y))
  const p: number = gammaDensityKernel(0, x, y)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function gammaincTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (gammaincKernel(0,x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = gammaincKernel(1, x, y)
  partials[pair + 1] = gammaDensityKernel(0, x, y)
  arena.codes[row] = 395
  return new Traced(arena, row)
}

function gammaincDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (gammaincKernel(0,x,y))
  const p: number = gammaincKernel(1, x, y), q: number = gammaDensityKernel(0, x, y)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const gammainc: Specialised = {
  call: definition => function gammainc(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (gammaincKernel(0,x,y))
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return gammaincTapeY(x, y)
        if (y.arena.kind >= 3) return gammaincDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return gammaincTapeX(x, y)
        if (x.arena.kind >= 3) return gammaincDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return gammaincTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return gammaincDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 49,
  text: '(gammaincKernel(0,x,y))',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (gammaincKernel(0,x,y))
    }
  },
}

function gammaincDerivativeTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = gammaincKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = gammaincKernel((x+1), y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 402
  return new Traced(arena, row)
}

function gammaincDerivativeDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = gammaincKernel(x, y, z)
  const p: number = gammaincKernel((x+1), y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function gammaincDerivativeTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = gammaincKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = gammaDensityKernel(x, y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 404
  return new Traced(arena, row)
}

function gammaincDerivativeDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = gammaincKernel(x, y, z)
  const p: number = gammaDensityKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function gammaincDerivativeTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = gammaincKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = gammaincKernel((x+1), y, z)
  partials[pair + 1] = gammaDensityKernel(x, y, z)
  arena.codes[row] = 406
  return new Traced(arena, row)
}

function gammaincDerivativeDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = gammaincKernel(x, y, z)
  const p: number = gammaincKernel((x+1), y, z), q: number = gammaDensityKernel(x, y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const gammaincDerivative: Specialised = {
  call: definition => function gammaincDerivative(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x !== 'object') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return gammaincKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return gammaincDerivativeTapeZ(x, y, z)
          if (z.arena.kind >= 3) return gammaincDerivativeDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return gammaincDerivativeTapeY(x, y, z)
          if (y.arena.kind >= 3) return gammaincDerivativeDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return gammaincDerivativeTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return gammaincDerivativeDualYZ(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 50,
  text: 'gammaincKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = gammaincKernel(x, y, z)
    }
  },
}

function gammaincInvTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = gammaincInvKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (((out==0) ? 1 : 0)?0:(-(gammaincKernel(1, x, out)/gammaDensityKernel(0, x, out))))
  partials[pair + 1] = y
  arena.codes[row] = 409
  return new Traced(arena, row)
}

function gammaincInvDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = gammaincInvKernel(x, y)
  const p: number = (((out==0) ? 1 : 0)?0:(-(gammaincKernel(1, x, out)/gammaDensityKernel(0, x, out))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function gammaincInvTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = gammaincInvKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (1/gammaDensityKernel(0, x, out))
  partials[pair + 1] = x
  arena.codes[row] = 410
  return new Traced(arena, row)
}

function gammaincInvDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = gammaincInvKernel(x, y)
  const p: number = (1/gammaDensityKernel(0, x, out))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function gammaincInvTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = gammaincInvKernel(x, y)
  const shared0 = gammaDensityKernel(0, x, out)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (((out==0) ? 1 : 0)?0:(-(gammaincKernel(1, x, out)/shared0)))
  partials[pair + 1] = (1/shared0)
  arena.codes[row] = 411
  return new Traced(arena, row)
}

function gammaincInvDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = gammaincInvKernel(x, y)
  const shared0 = gammaDensityKernel(0, x, out)
  const p: number = (((out==0) ? 1 : 0)?0:(-(gammaincKernel(1, x, out)/shared0))), q: number = (1/shared0)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const gammaincInv: Specialised = {
  call: definition => function gammaincInv(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return gammaincInvKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return gammaincInvTapeY(x, y)
        if (y.arena.kind >= 3) return gammaincInvDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return gammaincInvTapeX(x, y)
        if (x.arena.kind >= 3) return gammaincInvDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return gammaincInvTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return gammaincInvDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 51,
  text: 'gammaincInvKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = gammaincInvKernel(x, y)
    }
  },
}

function gammainccTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (gammainccKernel(0,x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-gammaincKernel(1, x, y))
  partials[pair + 1] = y
  arena.codes[row] = 417
  return new Traced(arena, row)
}

function gammainccDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (gammainccKernel(0,x,y))
  const p: number = (-gammaincKernel(1, x, y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function gammainccTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (gammainccKernel(0,x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-gammaDensityKernel(0, x, y))
  partials[pair + 1] = x
  arena.codes[row] = 418
  return new Traced(arena, row)
}

function gammainccDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (gammainccKernel(0,x,y))
  const p: number = (-gammaDensityKernel(0, x, y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function gammainccTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (gammainccKernel(0,x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (-gammaincKernel(1, x, y))
  partials[pair + 1] = (-gammaDensityKernel(0, x, y))
  arena.codes[row] = 419
  return new Traced(arena, row)
}

function gammainccDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (gammainccKernel(0,x,y))
  const p: number = (-gammaincKernel(1, x, y)), q: number = (-gammaDensityKernel(0, x, y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const gammaincc: Specialised = {
  call: definition => function gammaincc(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (gammainccKernel(0,x,y))
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return gammainccTapeY(x, y)
        if (y.arena.kind >= 3) return gammainccDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return gammainccTapeX(x, y)
        if (x.arena.kind >= 3) return gammainccDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return gammainccTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return gammainccDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 52,
  text: '(gammainccKernel(0,x,y))',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (gammainccKernel(0,x,y))
    }
  },
}

function gammainccInvTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = gammainccInvKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (((out==0) ? 1 : 0)?0:(-(gammaincKernel(1, x, out)/gammaDensityKernel(0, x, out))))
  partials[pair + 1] = y
  arena.codes[row] = 425
  return new Traced(arena, row)
}

function gammainccInvDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = gammainccInvKernel(x, y)
  const p: number = (((out==0) ? 1 : 0)?0:(-(gammaincKernel(1, x, out)/gammaDensityKernel(0, x, out))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function gammainccInvTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = gammainccInvKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-(1/gammaDensityKernel(0, x, out)))
  partials[pair + 1] = x
  arena.codes[row] = 426
  return new Traced(arena, row)
}

function gammainccInvDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = gammainccInvKernel(x, y)
  const p: number = (-(1/gammaDensityKernel(0, x, out)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function gammainccInvTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = gammainccInvKernel(x, y)
  const shared0 = gammaDensityKernel(0, x, out)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (((out==0) ? 1 : 0)?0:(-(gammaincKernel(1, x, out)/shared0)))
  partials[pair + 1] = (-(1/shared0))
  arena.codes[row] = 427
  return new Traced(arena, row)
}

function gammainccInvDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = gammainccInvKernel(x, y)
  const shared0 = gammaDensityKernel(0, x, out)
  const p: number = (((out==0) ? 1 : 0)?0:(-(gammaincKernel(1, x, out)/shared0))), q: number = (-(1/shared0))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const gammainccInv: Specialised = {
  call: definition => function gammainccInv(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return gammainccInvKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return gammainccInvTapeY(x, y)
        if (y.arena.kind >= 3) return gammainccInvDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return gammainccInvTapeX(x, y)
        if (x.arena.kind >= 3) return gammainccInvDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return gammainccInvTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return gammainccInvDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 53,
  text: 'gammainccInvKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = gammainccInvKernel(x, y)
    }
  },
}

export const greater: Specialised = {
  call: definition => function greater(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x>y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 54,
  text: '(x>y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x>y) ? 1 : 0
    }
  },
}

export const greaterEqual: Specialised = {
  call: definition => function greaterEqual(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x>=y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 55,
  text: '(x>=y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x>=y) ? 1 : 0
    }
  },
}

function hypotTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.hypot(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = cosineKernel(x, y)
  partials[pair + 1] = y
  arena.codes[row] = 449
  return new Traced(arena, row)
}

function hypotDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.hypot(x,y))
  const p: number = cosineKernel(x, y)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function hypotTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (Math.hypot(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = cosineKernel(y, x)
  partials[pair + 1] = x
  arena.codes[row] = 450
  return new Traced(arena, row)
}

function hypotDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (Math.hypot(x,y))
  const p: number = cosineKernel(y, x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function hypotTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (Math.hypot(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = cosineKernel(x, y)
  partials[pair + 1] = cosineKernel(y, x)
  arena.codes[row] = 451
  return new Traced(arena, row)
}

function hypotDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (Math.hypot(x,y))
  const p: number = cosineKernel(x, y), q: number = cosineKernel(y, x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const hypot: Specialised = {
  call: definition => function hypot(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (Math.hypot(x,y))
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return hypotTapeY(x, y)
        if (y.arena.kind >= 3) return hypotDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return hypotTapeX(x, y)
        if (x.arena.kind >= 3) return hypotDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return hypotTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return hypotDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 56,
  text: '(Math.hypot(x,y))',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.hypot(x,y))
    }
  },
}

export const isFinite: Specialised = {
  call: definition => function isFinite(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (x-x===0)
    }
    return dispatchOne(definition, x)
  },
  code: 57,
  text: '(x-x===0)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (x-x===0) ? 1 : 0
    }
  },
}

export const isNan: Specialised = {
  call: definition => function isNan(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Number.isNaN(x))
    }
    return dispatchOne(definition, x)
  },
  code: 58,
  text: '(Number.isNaN(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Number.isNaN(x)) ? 1 : 0
    }
  },
}

export const less: Specialised = {
  call: definition => function less(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x<y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 59,
  text: '(x<y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x<y) ? 1 : 0
    }
  },
}

export const lessEqual: Specialised = {
  call: definition => function lessEqual(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x<=y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 60,
  text: '(x<=y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x<=y) ? 1 : 0
    }
  },
}

function logTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.log(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (x<0?Math.sqrt(x):1/Math.abs(x))
  partials[pair + 1] = 0
  arena.codes[row] = 489
  return new Traced(arena, row)
}

function logDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.log(x))
  const p: number = (x<0?Math.sqrt(x):1/Math.abs(x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const log: Specialised = {
  call: definition => function log(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.log(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return logTapeX(x)
      if (x.arena.kind >= 3) return logDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 61,
  text: '(Math.log(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.log(x))
    }
  },
}

function log10TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.log10(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (0.4342944819032518*(x<0?Math.sqrt(x):1/Math.abs(x)))
  partials[pair + 1] = 0
  arena.codes[row] = 497
  return new Traced(arena, row)
}

function log10DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.log10(x))
  const p: number = (0.4342944819032518*(x<0?Math.sqrt(x):1/Math.abs(x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const log10: Specialised = {
  call: definition => function log10(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.log10(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return log10TapeX(x)
      if (x.arena.kind >= 3) return log10DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 62,
  text: '(Math.log10(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.log10(x))
    }
  },
}

function log1pTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.log1p(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = ((1+x)<0?Math.sqrt((1+x)):1/Math.abs((1+x)))
  partials[pair + 1] = 0
  arena.codes[row] = 505
  return new Traced(arena, row)
}

function log1pDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.log1p(x))
  const p: number = ((1+x)<0?Math.sqrt((1+x)):1/Math.abs((1+x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const log1p: Specialised = {
  call: definition => function log1p(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.log1p(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return log1pTapeX(x)
      if (x.arena.kind >= 3) return log1pDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 63,
  text: '(Math.log1p(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.log1p(x))
    }
  },
}

function log2TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.log2(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1.4426950408889634*(x<0?Math.sqrt(x):1/Math.abs(x)))
  partials[pair + 1] = 0
  arena.codes[row] = 513
  return new Traced(arena, row)
}

function log2DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.log2(x))
  const p: number = (1.4426950408889634*(x<0?Math.sqrt(x):1/Math.abs(x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const log2: Specialised = {
  call: definition => function log2(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.log2(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return log2TapeX(x)
      if (x.arena.kind >= 3) return log2DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 64,
  text: '(Math.log2(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.log2(x))
    }
  },
}

function logAddExpTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = logAddExpKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = sigmoidKernel((x===y?0:x-y))
  partials[pair + 1] = y
  arena.codes[row] = 521
  return new Traced(arena, row)
}

function logAddExpDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = logAddExpKernel(x, y)
  const p: number = sigmoidKernel((x===y?0:x-y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function logAddExpTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = logAddExpKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = sigmoidKernel((y===x?0:y-x))
  partials[pair + 1] = x
  arena.codes[row] = 522
  return new Traced(arena, row)
}

function logAddExpDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = logAddExpKernel(x, y)
  const p: number = sigmoidKernel((y===x?0:y-x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function logAddExpTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = logAddExpKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = sigmoidKernel((x===y?0:x-y))
  partials[pair + 1] = sigmoidKernel((y===x?0:y-x))
  arena.codes[row] = 523
  return new Traced(arena, row)
}

function logAddExpDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = logAddExpKernel(x, y)
  const p: number = sigmoidKernel((x===y?0:x-y)), q: number = sigmoidKernel((y===x?0:y-x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const logAddExp: Specialised = {
  call: definition => function logAddExp(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return logAddExpKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return logAddExpTapeY(x, y)
        if (y.arena.kind >= 3) return logAddExpDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return logAddExpTapeX(x, y)
        if (x.arena.kind >= 3) return logAddExpDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return logAddExpTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return logAddExpDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 65,
  text: 'logAddExpKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = logAddExpKernel(x, y)
    }
  },
}

function logBetaTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = logBetaKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-polygammaIncreaseKernel(0, x, y))
  partials[pair + 1] = y
  arena.codes[row] = 529
  return new Traced(arena, row)
}

function logBetaDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = logBetaKernel(x, y)
  const p: number = (-polygammaIncreaseKernel(0, x, y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function logBetaTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = logBetaKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-polygammaIncreaseKernel(0, y, x))
  partials[pair + 1] = x
  arena.codes[row] = 530
  return new Traced(arena, row)
}

function logBetaDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = logBetaKernel(x, y)
  const p: number = (-polygammaIncreaseKernel(0, y, x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function logBetaTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = logBetaKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (-polygammaIncreaseKernel(0, x, y))
  partials[pair + 1] = (-polygammaIncreaseKernel(0, y, x))
  arena.codes[row] = 531
  return new Traced(arena, row)
}

function logBetaDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = logBetaKernel(x, y)
  const p: number = (-polygammaIncreaseKernel(0, x, y)), q: number = (-polygammaIncreaseKernel(0, y, x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const logBeta: Specialised = {
  call: definition => function logBeta(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return logBetaKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return logBetaTapeY(x, y)
        if (y.arena.kind >= 3) return logBetaDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return logBetaTapeX(x, y)
        if (x.arena.kind >= 3) return logBetaDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return logBetaTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return logBetaDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 66,
  text: 'logBetaKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = logBetaKernel(x, y)
    }
  },
}

function logGammaTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = logGammaKernel(x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (polygammaKernel(0,x))
  partials[pair + 1] = 0
  arena.codes[row] = 537
  return new Traced(arena, row)
}

function logGammaDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = logGammaKernel(x)
  const p: number = (polygammaKernel(0,x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const logGamma: Specialised = {
  call: definition => function logGamma(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return logGammaKernel(x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return logGammaTapeX(x)
      if (x.arena.kind >= 3) return logGammaDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 67,
  text: 'logGammaKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = logGammaKernel(x)
    }
  },
}

function logNdtrTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = logNdtrKernel(x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = logNdtrDerivativeKernel(1, x)
  partials[pair + 1] = 0
  arena.codes[row] = 545
  return new Traced(arena, row)
}

function logNdtrDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = logNdtrKernel(x)
  const p: number = logNdtrDerivativeKernel(1, x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const logNdtr: Specialised = {
  call: definition => function logNdtr(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return logNdtrKernel(x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return logNdtrTapeX(x)
      if (x.arena.kind >= 3) return logNdtrDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 68,
  text: 'logNdtrKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = logNdtrKernel(x)
    }
  },
}

function logNdtrDerivativeTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = logNdtrDerivativeKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = logNdtrDerivativeKernel((x+1), y)
  partials[pair + 1] = x
  arena.codes[row] = 554
  return new Traced(arena, row)
}

function logNdtrDerivativeDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = logNdtrDerivativeKernel(x, y)
  const p: number = logNdtrDerivativeKernel((x+1), y)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

export const logNdtrDerivative: Specialised = {
  call: definition => function logNdtrDerivative(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x !== 'object') {
      if (typeof y === 'number') {
        return logNdtrDerivativeKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return logNdtrDerivativeTapeY(x, y)
        if (y.arena.kind >= 3) return logNdtrDerivativeDualY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 69,
  text: 'logNdtrDerivativeKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = logNdtrDerivativeKernel(x, y)
    }
  },
}

export const logicalAnd: Specialised = {
  call: definition => function logicalAnd(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (!!x&&!!y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 70,
  text: '(!!x&&!!y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (!!x&&!!y) ? 1 : 0
    }
  },
}

export const logicalNot: Specialised = {
  call: definition => function logicalNot(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (!x)
    }
    return dispatchOne(definition, x)
  },
  code: 71,
  text: '(!x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (!x) ? 1 : 0
    }
  },
}

export const logicalOr: Specialised = {
  call: definition => function logicalOr(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (!!x||!!y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 72,
  text: '(!!x||!!y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (!!x||!!y) ? 1 : 0
    }
  },
}

function logisticDensityTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = logisticDensityKernel(x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-(out*(Math.tanh((0.5*x)))))
  partials[pair + 1] = 0
  arena.codes[row] = 585
  return new Traced(arena, row)
}

function logisticDensityDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = logisticDensityKernel(x)
  const p: number = (-(out*(Math.tanh((0.5*x)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const logisticDensity: Specialised = {
  call: definition => function logisticDensity(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return logisticDensityKernel(x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return logisticDensityTapeX(x)
      if (x.arena.kind >= 3) return logisticDensityDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 73,
  text: 'logisticDensityKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = logisticDensityKernel(x)
    }
  },
}

function maximumTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.max(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (((x>y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0)))
  partials[pair + 1] = y
  arena.codes[row] = 593
  return new Traced(arena, row)
}

function maximumDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.max(x,y))
  const p: number = (((x>y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function maximumTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (Math.max(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (((x<y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0)))
  partials[pair + 1] = x
  arena.codes[row] = 594
  return new Traced(arena, row)
}

function maximumDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (Math.max(x,y))
  const p: number = (((x<y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function maximumTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (Math.max(x,y))
  const shared0 = (((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (((x>y) ? 1 : 0)?1:shared0)
  partials[pair + 1] = (((x<y) ? 1 : 0)?1:shared0)
  arena.codes[row] = 595
  return new Traced(arena, row)
}

function maximumDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (Math.max(x,y))
  const shared0 = (((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0))
  const p: number = (((x>y) ? 1 : 0)?1:shared0), q: number = (((x<y) ? 1 : 0)?1:shared0)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const maximum: Specialised = {
  call: definition => function maximum(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (Math.max(x,y))
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return maximumTapeY(x, y)
        if (y.arena.kind >= 3) return maximumDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return maximumTapeX(x, y)
        if (x.arena.kind >= 3) return maximumDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return maximumTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return maximumDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 74,
  text: '(Math.max(x,y))',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.max(x,y))
    }
  },
}

function minimumTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.min(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (((x<y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0)))
  partials[pair + 1] = y
  arena.codes[row] = 601
  return new Traced(arena, row)
}

function minimumDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.min(x,y))
  const p: number = (((x<y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function minimumTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (Math.min(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (((x>y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0)))
  partials[pair + 1] = x
  arena.codes[row] = 602
  return new Traced(arena, row)
}

function minimumDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (Math.min(x,y))
  const p: number = (((x>y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function minimumTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (Math.min(x,y))
  const shared0 = (((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (((x<y) ? 1 : 0)?1:shared0)
  partials[pair + 1] = (((x>y) ? 1 : 0)?1:shared0)
  arena.codes[row] = 603
  return new Traced(arena, row)
}

function minimumDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (Math.min(x,y))
  const shared0 = (((x==y) ? 1 : 0)?0.5:(((Number.isNaN(out)) ? 1 : 0)?out:0))
  const p: number = (((x<y) ? 1 : 0)?1:shared0), q: number = (((x>y) ? 1 : 0)?1:shared0)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const minimum: Specialised = {
  call: definition => function minimum(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (Math.min(x,y))
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return minimumTapeY(x, y)
        if (y.arena.kind >= 3) return minimumDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return minimumTapeX(x, y)
        if (x.arena.kind >= 3) return minimumDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return minimumTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return minimumDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 75,
  text: '(Math.min(x,y))',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.min(x,y))
    }
  },
}

function modTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = modKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:1)
  partials[pair + 1] = y
  arena.codes[row] = 609
  return new Traced(arena, row)
}

function modDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = modKernel(x, y)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:1)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function modTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = modKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:roundKernel(((out-x)/y)))
  partials[pair + 1] = x
  arena.codes[row] = 610
  return new Traced(arena, row)
}

function modDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = modKernel(x, y)
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:roundKernel(((out-x)/y)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function modTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = modKernel(x, y)
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (shared0?out:1)
  partials[pair + 1] = (shared0?out:roundKernel(((out-x)/y)))
  arena.codes[row] = 611
  return new Traced(arena, row)
}

function modDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = modKernel(x, y)
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const p: number = (shared0?out:1), q: number = (shared0?out:roundKernel(((out-x)/y)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const mod: Specialised = {
  call: definition => function mod(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return modKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return modTapeY(x, y)
        if (y.arena.kind >= 3) return modDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return modTapeX(x, y)
        if (x.arena.kind >= 3) return modDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return modTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return modDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 76,
  text: 'modKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = modKernel(x, y)
    }
  },
}

function mulTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x*y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = y
  partials[pair + 1] = 0
  arena.codes[row] = 617
  return new Traced(arena, row)
}

function mulDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x*y)
  const p: number = y
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function mulTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (x*y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = x
  partials[pair + 1] = 0
  arena.codes[row] = 618
  return new Traced(arena, row)
}

function mulDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (x*y)
  const p: number = x
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function mulTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (x*y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = y
  partials[pair + 1] = x
  arena.codes[row] = 619
  return new Traced(arena, row)
}

function mulDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (x*y)
  const p: number = y, q: number = x
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const mul: Specialised = {
  call: definition => function mul(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x*y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return mulTapeY(x, y)
        if (y.arena.kind >= 3) return mulDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return mulTapeX(x, y)
        if (x.arena.kind >= 3) return mulDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return mulTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return mulDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 77,
  text: '(x*y)',
  affine: ['0', '1'],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x*y)
    }
  },
}

function ndtrTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (.5*erfcKernel(-Math.SQRT1_2*x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (0.3989422804014327*(Math.exp(((-0.5)*(x*x)))))
  partials[pair + 1] = 0
  arena.codes[row] = 625
  return new Traced(arena, row)
}

function ndtrDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (.5*erfcKernel(-Math.SQRT1_2*x))
  const p: number = (0.3989422804014327*(Math.exp(((-0.5)*(x*x)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const ndtr: Specialised = {
  call: definition => function ndtr(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (.5*erfcKernel(-Math.SQRT1_2*x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return ndtrTapeX(x)
      if (x.arena.kind >= 3) return ndtrDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 78,
  text: '(.5*erfcKernel(-Math.SQRT1_2*x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (.5*erfcKernel(-Math.SQRT1_2*x))
    }
  },
}

function negTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (-x)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-1)
  partials[pair + 1] = 0
  arena.codes[row] = 633
  return new Traced(arena, row)
}

function negDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (-x)
  const p: number = (-1)
  to[row] = out
  if (page.kind === 4) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const neg: Specialised = {
  call: definition => function neg(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (-x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return negTapeX(x)
      if (x.arena.kind >= 3) return negDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 79,
  text: '(-x)',
  affine: ['0'],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (-x)
    }
  },
}

export const notEqual: Specialised = {
  call: definition => function notEqual(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x!=y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 80,
  text: '(x!=y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x!=y) ? 1 : 0
    }
  },
}

function overLengthTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (y===0?0:x/y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1/y)
  partials[pair + 1] = 0
  arena.codes[row] = 649
  return new Traced(arena, row)
}

function overLengthDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (y===0?0:x/y)
  const p: number = (1/y)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function overLengthTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (y===0?0:x/y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-(out/y))
  partials[pair + 1] = x
  arena.codes[row] = 650
  return new Traced(arena, row)
}

function overLengthDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (y===0?0:x/y)
  const p: number = (-(out/y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function overLengthTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (y===0?0:x/y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (1/y)
  partials[pair + 1] = (-(out/y))
  arena.codes[row] = 651
  return new Traced(arena, row)
}

function overLengthDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (y===0?0:x/y)
  const p: number = (1/y), q: number = (-(out/y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const overLength: Specialised = {
  call: definition => function overLength(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (y===0?0:x/y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return overLengthTapeY(x, y)
        if (y.arena.kind >= 3) return overLengthDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return overLengthTapeX(x, y)
        if (x.arena.kind >= 3) return overLengthDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return overLengthTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return overLengthDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 81,
  text: '(y===0?0:x/y)',
  affine: ['0'],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (y===0?0:x/y)
    }
  },
}

function polygammaTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = polygammaKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = polygammaKernel((x+1), y)
  partials[pair + 1] = x
  arena.codes[row] = 658
  return new Traced(arena, row)
}

function polygammaDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = polygammaKernel(x, y)
  const p: number = polygammaKernel((x+1), y)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

export const polygamma: Specialised = {
  call: definition => function polygamma(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x !== 'object') {
      if (typeof y === 'number') {
        return polygammaKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return polygammaTapeY(x, y)
        if (y.arena.kind >= 3) return polygammaDualY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 82,
  text: 'polygammaKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = polygammaKernel(x, y)
    }
  },
}

function polygammaIncreaseTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = polygammaIncreaseKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = polygammaIncreaseKernel((x+1), y, z)
  partials[pair + 1] = 0
  arena.codes[row] = 666
  return new Traced(arena, row)
}

function polygammaIncreaseDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = polygammaIncreaseKernel(x, y, z)
  const p: number = polygammaIncreaseKernel((x+1), y, z)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function polygammaIncreaseTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = polygammaIncreaseKernel(x, y, z)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = polygammaKernel((x+1), (y+z))
  partials[pair + 1] = 0
  arena.codes[row] = 668
  return new Traced(arena, row)
}

function polygammaIncreaseDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = polygammaIncreaseKernel(x, y, z)
  const p: number = polygammaKernel((x+1), (y+z))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function polygammaIncreaseTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = polygammaIncreaseKernel(x, y, z)
  const shared0 = (x+1)
  arena.nonlinear = true
  tapeRow(arena, 0, 0, x, 0, 0)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = polygammaIncreaseKernel(shared0, y, z)
  partials[pair + 1] = polygammaKernel(shared0, (y+z))
  arena.codes[row] = 670
  return new Traced(arena, row)
}

function polygammaIncreaseDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = polygammaIncreaseKernel(x, y, z)
  const shared0 = (x+1)
  const p: number = polygammaIncreaseKernel(shared0, y, z), q: number = polygammaKernel(shared0, (y+z))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const polygammaIncrease: Specialised = {
  call: definition => function polygammaIncrease(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x !== 'object') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return polygammaIncreaseKernel(x, y, z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return polygammaIncreaseTapeZ(x, y, z)
          if (z.arena.kind >= 3) return polygammaIncreaseDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return polygammaIncreaseTapeY(x, y, z)
          if (y.arena.kind >= 3) return polygammaIncreaseDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return polygammaIncreaseTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return polygammaIncreaseDualYZ(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 83,
  text: 'polygammaIncreaseKernel(x, y, z)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = polygammaIncreaseKernel(x, y, z)
    }
  },
}

function positiveReciprocalTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x<0?Math.sqrt(x):1/Math.abs(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-(out*out))
  partials[pair + 1] = 0
  arena.codes[row] = 673
  return new Traced(arena, row)
}

function positiveReciprocalDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x<0?Math.sqrt(x):1/Math.abs(x))
  const p: number = (-(out*out))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const positiveReciprocal: Specialised = {
  call: definition => function positiveReciprocal(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (x<0?Math.sqrt(x):1/Math.abs(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return positiveReciprocalTapeX(x)
      if (x.arena.kind >= 3) return positiveReciprocalDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 84,
  text: '(x<0?Math.sqrt(x):1/Math.abs(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (x<0?Math.sqrt(x):1/Math.abs(x))
    }
  },
}

function powTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.pow(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(y, (Math.pow(x,(y-1)))))
  partials[pair + 1] = y
  arena.codes[row] = 681
  return new Traced(arena, row)
}

function powDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.pow(x,y))
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(y, (Math.pow(x,(y-1)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function powTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (Math.pow(x,y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (((!!((x==0) ? 1 : 0)&&!!((y<=0) ? 1 : 0)) ? 1 : 0)?0:(((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(out, (Math.log(x)))))
  partials[pair + 1] = x
  arena.codes[row] = 682
  return new Traced(arena, row)
}

function powDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (Math.pow(x,y))
  const p: number = (((!!((x==0) ? 1 : 0)&&!!((y<=0) ? 1 : 0)) ? 1 : 0)?0:(((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(out, (Math.log(x)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function powTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (Math.pow(x,y))
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (shared0?out:strongProduct(y, (Math.pow(x,(y-1)))))
  partials[pair + 1] = (((!!((x==0) ? 1 : 0)&&!!((y<=0) ? 1 : 0)) ? 1 : 0)?0:(shared0?out:strongProduct(out, (Math.log(x)))))
  arena.codes[row] = 683
  return new Traced(arena, row)
}

function powDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (Math.pow(x,y))
  const shared0 = ((Number.isNaN(out)) ? 1 : 0)
  const p: number = (shared0?out:strongProduct(y, (Math.pow(x,(y-1))))), q: number = (((!!((x==0) ? 1 : 0)&&!!((y<=0) ? 1 : 0)) ? 1 : 0)?0:(shared0?out:strongProduct(out, (Math.log(x)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const pow: Specialised = {
  call: definition => function pow(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (Math.pow(x,y))
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return powTapeY(x, y)
        if (y.arena.kind >= 3) return powDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return powTapeX(x, y)
        if (x.arena.kind >= 3) return powDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return powTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return powDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 85,
  text: '(Math.pow(x,y))',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.pow(x,y))
    }
  },
}

function reciprocalTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (1/x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-(out*out))
  partials[pair + 1] = 0
  arena.codes[row] = 689
  return new Traced(arena, row)
}

function reciprocalDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (1/x)
  const p: number = (-(out*out))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const reciprocal: Specialised = {
  call: definition => function reciprocal(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (1/x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return reciprocalTapeX(x)
      if (x.arena.kind >= 3) return reciprocalDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 86,
  text: '(1/x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (1/x)
    }
  },
}

function reciprocalOnePlusSquareTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (1/(1+x*x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = ((-2)*(strongProduct(x, out)*out))
  partials[pair + 1] = 0
  arena.codes[row] = 697
  return new Traced(arena, row)
}

function reciprocalOnePlusSquareDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (1/(1+x*x))
  const p: number = ((-2)*(strongProduct(x, out)*out))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const reciprocalOnePlusSquare: Specialised = {
  call: definition => function reciprocalOnePlusSquare(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (1/(1+x*x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return reciprocalOnePlusSquareTapeX(x)
      if (x.arena.kind >= 3) return reciprocalOnePlusSquareDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 87,
  text: '(1/(1+x*x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (1/(1+x*x))
    }
  },
}

function reluTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.max(x,0))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (((out>0) ? 1 : 0)?1:out)
  partials[pair + 1] = 0
  arena.codes[row] = 705
  return new Traced(arena, row)
}

function reluDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.max(x,0))
  const p: number = (((out>0) ? 1 : 0)?1:out)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const relu: Specialised = {
  call: definition => function relu(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.max(x,0))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return reluTapeX(x)
      if (x.arena.kind >= 3) return reluDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 88,
  text: '(Math.max(x,0))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.max(x,0))
    }
  },
}

function rootOneMinusSquareTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.sqrt((1-x)*(1+x)))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (-(x/out))
  partials[pair + 1] = 0
  arena.codes[row] = 713
  return new Traced(arena, row)
}

function rootOneMinusSquareDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.sqrt((1-x)*(1+x)))
  const p: number = (-(x/out))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const rootOneMinusSquare: Specialised = {
  call: definition => function rootOneMinusSquare(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.sqrt((1-x)*(1+x)))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return rootOneMinusSquareTapeX(x)
      if (x.arena.kind >= 3) return rootOneMinusSquareDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 89,
  text: '(Math.sqrt((1-x)*(1+x)))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.sqrt((1-x)*(1+x)))
    }
  },
}

export const round: Specialised = {
  call: definition => function round(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return roundKernel(x)
    }
    return dispatchOne(definition, x)
  },
  code: 90,
  text: 'roundKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = roundKernel(x)
    }
  },
}

function scaleTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = strongProduct(x, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = y
  partials[pair + 1] = 0
  arena.codes[row] = 729
  return new Traced(arena, row)
}

function scaleDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = strongProduct(x, y)
  const p: number = y
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function scaleTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = strongProduct(x, y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = x
  partials[pair + 1] = 0
  arena.codes[row] = 730
  return new Traced(arena, row)
}

function scaleDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = strongProduct(x, y)
  const p: number = x
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function scaleTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = strongProduct(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = y
  partials[pair + 1] = x
  arena.codes[row] = 731
  return new Traced(arena, row)
}

function scaleDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = strongProduct(x, y)
  const p: number = y, q: number = x
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const scale: Specialised = {
  call: definition => function scale(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return strongProduct(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return scaleTapeY(x, y)
        if (y.arena.kind >= 3) return scaleDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return scaleTapeX(x, y)
        if (x.arena.kind >= 3) return scaleDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return scaleTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return scaleDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 91,
  text: 'strongProduct(x, y)',
  affine: ['0', '1'],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = strongProduct(x, y)
    }
  },
}

function sigmoidTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = sigmoidKernel(x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = logisticDensityKernel(x)
  partials[pair + 1] = 0
  arena.codes[row] = 737
  return new Traced(arena, row)
}

function sigmoidDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = sigmoidKernel(x)
  const p: number = logisticDensityKernel(x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const sigmoid: Specialised = {
  call: definition => function sigmoid(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return sigmoidKernel(x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return sigmoidTapeX(x)
      if (x.arena.kind >= 3) return sigmoidDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 92,
  text: 'sigmoidKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = sigmoidKernel(x)
    }
  },
}

export const sign: Specialised = {
  call: definition => function sign(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.sign(x))
    }
    return dispatchOne(definition, x)
  },
  code: 93,
  text: '(Math.sign(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.sign(x))
    }
  },
}

function sinTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.sin(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (Math.cos(x))
  partials[pair + 1] = 0
  arena.codes[row] = 753
  return new Traced(arena, row)
}

function sinDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.sin(x))
  const p: number = (Math.cos(x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const sin: Specialised = {
  call: definition => function sin(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.sin(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return sinTapeX(x)
      if (x.arena.kind >= 3) return sinDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 94,
  text: '(Math.sin(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.sin(x))
    }
  },
}

function sincTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (sincKernel(0,x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = sincKernel(1, x)
  partials[pair + 1] = 0
  arena.codes[row] = 761
  return new Traced(arena, row)
}

function sincDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (sincKernel(0,x))
  const p: number = sincKernel(1, x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const sinc: Specialised = {
  call: definition => function sinc(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (sincKernel(0,x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return sincTapeX(x)
      if (x.arena.kind >= 3) return sincDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 95,
  text: '(sincKernel(0,x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (sincKernel(0,x))
    }
  },
}

function sincDerivativeTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = sincKernel(x, y)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = sincKernel((x+1), y)
  partials[pair + 1] = x
  arena.codes[row] = 770
  return new Traced(arena, row)
}

function sincDerivativeDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = sincKernel(x, y)
  const p: number = sincKernel((x+1), y)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

export const sincDerivative: Specialised = {
  call: definition => function sincDerivative(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x !== 'object') {
      if (typeof y === 'number') {
        return sincKernel(x, y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return sincDerivativeTapeY(x, y)
        if (y.arena.kind >= 3) return sincDerivativeDualY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 96,
  text: 'sincKernel(x, y)',
  affine: [],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = sincKernel(x, y)
    }
  },
}

function sinhTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.sinh(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (Math.cosh(x))
  partials[pair + 1] = 0
  arena.codes[row] = 777
  return new Traced(arena, row)
}

function sinhDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.sinh(x))
  const p: number = (Math.cosh(x))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const sinh: Specialised = {
  call: definition => function sinh(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.sinh(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return sinhTapeX(x)
      if (x.arena.kind >= 3) return sinhDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 97,
  text: '(Math.sinh(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.sinh(x))
    }
  },
}

function softplusTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = softplusKernel(x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = sigmoidKernel(x)
  partials[pair + 1] = 0
  arena.codes[row] = 785
  return new Traced(arena, row)
}

function softplusDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = softplusKernel(x)
  const p: number = sigmoidKernel(x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const softplus: Specialised = {
  call: definition => function softplus(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return softplusKernel(x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return softplusTapeX(x)
      if (x.arena.kind >= 3) return softplusDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 98,
  text: 'softplusKernel(x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = softplusKernel(x)
    }
  },
}

function softsignTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.abs(x)>1e300?Math.sign(x):x/(1+Math.abs(x)))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = ((1/(1+(Math.abs(x))))*(1/(1+(Math.abs(x)))))
  partials[pair + 1] = 0
  arena.codes[row] = 793
  return new Traced(arena, row)
}

function softsignDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.abs(x)>1e300?Math.sign(x):x/(1+Math.abs(x)))
  const p: number = ((1/(1+(Math.abs(x))))*(1/(1+(Math.abs(x)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const softsign: Specialised = {
  call: definition => function softsign(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.abs(x)>1e300?Math.sign(x):x/(1+Math.abs(x)))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return softsignTapeX(x)
      if (x.arena.kind >= 3) return softsignDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 99,
  text: '(Math.abs(x)>1e300?Math.sign(x):x/(1+Math.abs(x)))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.abs(x)>1e300?Math.sign(x):x/(1+Math.abs(x)))
    }
  },
}

function sqrtTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.sqrt(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (0.5/(out+0))
  partials[pair + 1] = 0
  arena.codes[row] = 801
  return new Traced(arena, row)
}

function sqrtDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.sqrt(x))
  const p: number = (0.5/(out+0))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const sqrt: Specialised = {
  call: definition => function sqrt(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.sqrt(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return sqrtTapeX(x)
      if (x.arena.kind >= 3) return sqrtDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 100,
  text: '(Math.sqrt(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.sqrt(x))
    }
  },
}

function squareTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x*x)
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (2*x)
  partials[pair + 1] = 0
  arena.codes[row] = 809
  return new Traced(arena, row)
}

function squareDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x*x)
  const p: number = (2*x)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const square: Specialised = {
  call: definition => function square(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (x*x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return squareTapeX(x)
      if (x.arena.kind >= 3) return squareDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 101,
  text: '(x*x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (x*x)
    }
  },
}

export const stopGradient: Specialised = {
  call: definition => function stopGradient(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (+x)
    }
    return dispatchOne(definition, x)
  },
  code: 102,
  text: '(+x)',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (+x)
    }
  },
}

function subTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x-y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = 1
  partials[pair + 1] = 0
  arena.codes[row] = 825
  return new Traced(arena, row)
}

function subDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x-y)
  const p: number = 1
  to[row] = out
  if (page.kind === 4) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function subTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (x-y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (-1)
  partials[pair + 1] = 0
  arena.codes[row] = 826
  return new Traced(arena, row)
}

function subDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (x-y)
  const p: number = (-1)
  to[row] = out
  if (page.kind === 4) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function subTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (x-y)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = 1
  partials[pair + 1] = (-1)
  arena.codes[row] = 827
  return new Traced(arena, row)
}

function subDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (x-y)
  const p: number = 1, q: number = (-1)
  to[row] = out
  if (page.kind === 4) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const sub: Specialised = {
  call: definition => function sub(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x-y)
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return subTapeY(x, y)
        if (y.arena.kind >= 3) return subDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return subTapeX(x, y)
        if (x.arena.kind >= 3) return subDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return subTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return subDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 103,
  text: '(x-y)',
  affine: ['0', '1', '0,1'],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x-y)
    }
  },
}

function tanTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.tan(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (1+(out*out))
  partials[pair + 1] = 0
  arena.codes[row] = 833
  return new Traced(arena, row)
}

function tanDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.tan(x))
  const p: number = (1+(out*out))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const tan: Specialised = {
  call: definition => function tan(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.tan(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return tanTapeX(x)
      if (x.arena.kind >= 3) return tanDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 104,
  text: '(Math.tan(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.tan(x))
    }
  },
}

function tanhTapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.tanh(x))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (4*logisticDensityKernel((2*x)))
  partials[pair + 1] = 0
  arena.codes[row] = 841
  return new Traced(arena, row)
}

function tanhDualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.tanh(x))
  const p: number = (4*logisticDensityKernel((2*x)))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const tanh: Specialised = {
  call: definition => function tanh(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.tanh(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return tanhTapeX(x)
      if (x.arena.kind >= 3) return tanhDualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 105,
  text: '(Math.tanh(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.tanh(x))
    }
  },
}

function toFloat32TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (Math.fround(x))
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = 1
  partials[pair + 1] = 0
  arena.codes[row] = 849
  return new Traced(arena, row)
}

function toFloat32DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (Math.fround(x))
  const p: number = 1
  to[row] = out
  if (page.kind === 4) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const toFloat32: Specialised = {
  call: definition => function toFloat32(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.fround(x))
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return toFloat32TapeX(x)
      if (x.arena.kind >= 3) return toFloat32DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 106,
  text: '(Math.fround(x))',
  affine: ['0'],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.fround(x))
    }
  },
}

function toFloat64TapeX(x_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = 1
  partials[pair + 1] = 0
  arena.codes[row] = 857
  return new Traced(arena, row)
}

function toFloat64DualX(x_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x)
  const p: number = 1
  to[row] = out
  if (page.kind === 4) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

export const toFloat64: Specialised = {
  call: definition => function toFloat64(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (x)
    } else if (x instanceof Traced) {
      if (x.arena.kind === 2) return toFloat64TapeX(x)
      if (x.arena.kind >= 3) return toFloat64DualX(x)
    }
    return dispatchOne(definition, x)
  },
  code: 107,
  text: '(x)',
  affine: ['0'],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (x)
    }
  },
}

export const toInt32: Specialised = {
  call: definition => function toInt32(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.trunc(x))
    }
    return dispatchOne(definition, x)
  },
  code: 108,
  text: '(Math.trunc(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.trunc(x))
    }
  },
}

export const trunc: Specialised = {
  call: definition => function trunc(x: any): any {
    if (arguments.length > 1) refuseMore(definition, 1, arguments)
    if (typeof x === 'number') {
      return (Math.trunc(x))
    }
    return dispatchOne(definition, x)
  },
  code: 109,
  text: '(Math.trunc(x))',
  affine: [],
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.trunc(x))
    }
  },
}

function whereTapeY(x: any, y_: Traced, z: any): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (x?y:z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (x?1:0)
  partials[pair + 1] = 0
  arena.codes[row] = 882
  return new Traced(arena, row)
}

function whereDualY(x: any, y_: Traced, z: any): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (x?y:z)
  const p: number = (x?1:0)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function whereTapeZ(x: any, y: any, z_: Traced): Traced {
  const arena = z_.arena, values = arena.values, zRow = z_.index
  const z = values[zRow] as number, out = (x?y:z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = zRow
  sources[pair + 1] = 0
  partials[pair] = (x?0:1)
  partials[pair + 1] = 0
  arena.codes[row] = 884
  return new Traced(arena, row)
}

function whereDualZ(x: any, y: any, z_: Traced): Traced {
  const page = pageWithPlace(z_.arena), row = page.count, to = page.values
  const z = z_.arena.values[z_.index] as number, out = (x?y:z)
  const p: number = (x?0:1)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = z_.arena.values, i = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, z_)
}

function whereTapeYZ(x: any, y_: Traced, z_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index, zRow = z_.index
  const y = values[yRow] as number, z = values[zRow] as number, out = (x?y:z)
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = zRow
  partials[pair] = (x?1:0)
  partials[pair + 1] = (x?0:1)
  arena.codes[row] = 886
  return new Traced(arena, row)
}

function whereDualYZ(x: any, y_: Traced, z_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number, out = (x?y:z)
  const p: number = (x?1:0), q: number = (x?0:1)
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = y_.arena.values, i = y_.index | 0, b = z_.arena.values, j = z_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, y_, z_)
}

export const where: Specialised = {
  call: definition => function where(x: any, y: any, z: any): any {
    if (arguments.length > 3) refuseMore(definition, 3, arguments)
    if (typeof x !== 'object') {
      if (typeof y === 'number') {
        if (typeof z === 'number') {
          return (x?y:z)
        } else if (z instanceof Traced) {
          if (z.arena.kind === 2) return whereTapeZ(x, y, z)
          if (z.arena.kind >= 3) return whereDualZ(x, y, z)
        }
      } else if (y instanceof Traced) {
        if (typeof z === 'number') {
          if (y.arena.kind === 2) return whereTapeY(x, y, z)
          if (y.arena.kind >= 3) return whereDualY(x, y, z)
        } else if (z instanceof Traced) {
          if (y.arena.kind === 2 && y.arena === z.arena) return whereTapeYZ(x, y, z)
          if (y.arena.kind >= 3 && y.arena.owner === z.arena.owner && y.arena.kind === z.arena.kind) return whereDualYZ(x, y, z)
        }
      }
    }
    return dispatch(definition, [x, y, z])
  },
  code: 110,
  text: '(x?y:z)',
  affine: ['1', '2', '1,2'],
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = (x?y:z)
    }
  },
}

function xlog1pyTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log1p(y))
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (Math.log1p(y))
  partials[pair + 1] = 0
  arena.codes[row] = 889
  return new Traced(arena, row)
}

function xlog1pyDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log1p(y))
  const p: number = (Math.log1p(y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function xlog1pyTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log1p(y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(x, ((1+y)<0?Math.sqrt((1+y)):1/Math.abs((1+y)))))
  partials[pair + 1] = x
  arena.codes[row] = 890
  return new Traced(arena, row)
}

function xlog1pyDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log1p(y))
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(x, ((1+y)<0?Math.sqrt((1+y)):1/Math.abs((1+y)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function xlog1pyTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log1p(y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (Math.log1p(y))
  partials[pair + 1] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(x, ((1+y)<0?Math.sqrt((1+y)):1/Math.abs((1+y)))))
  arena.codes[row] = 891
  return new Traced(arena, row)
}

function xlog1pyDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log1p(y))
  const p: number = (Math.log1p(y)), q: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(x, ((1+y)<0?Math.sqrt((1+y)):1/Math.abs((1+y)))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const xlog1py: Specialised = {
  call: definition => function xlog1py(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x===0&&Math.abs(y)>=0?0:x*Math.log1p(y))
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return xlog1pyTapeY(x, y)
        if (y.arena.kind >= 3) return xlog1pyDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return xlog1pyTapeX(x, y)
        if (x.arena.kind >= 3) return xlog1pyDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return xlog1pyTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return xlog1pyDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 111,
  text: '(x===0&&Math.abs(y)>=0?0:x*Math.log1p(y))',
  affine: ['0'],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x===0&&Math.abs(y)>=0?0:x*Math.log1p(y))
    }
  },
}

function xlogyTapeX(x_: Traced, y: any): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index
  const x = values[xRow] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log(y))
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = 0
  partials[pair] = (Math.log(y))
  partials[pair + 1] = 0
  arena.codes[row] = 897
  return new Traced(arena, row)
}

function xlogyDualX(x_: Traced, y: any): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log(y))
  const p: number = (Math.log(y))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = x_.arena.values, i = x_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, x_)
}

function xlogyTapeY(x: any, y_: Traced): Traced {
  const arena = y_.arena, values = arena.values, yRow = y_.index
  const y = values[yRow] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log(y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = yRow
  sources[pair + 1] = 0
  partials[pair] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(x, (y<0?Math.sqrt(y):1/Math.abs(y))))
  partials[pair + 1] = x
  arena.codes[row] = 898
  return new Traced(arena, row)
}

function xlogyDualY(x: any, y_: Traced): Traced {
  const page = pageWithPlace(y_.arena), row = page.count, to = page.values
  const y = y_.arena.values[y_.index] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log(y))
  const p: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(x, (y<0?Math.sqrt(y):1/Math.abs(y))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0) {
    const a = y_.arena.values, i = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  return dualRow1(page, y_)
}

function xlogyTapeXY(x_: Traced, y_: Traced): Traced {
  const arena = x_.arena, values = arena.values, xRow = x_.index, yRow = y_.index
  const x = values[xRow] as number, y = values[yRow] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log(y))
  arena.nonlinear = true
  const row = nextRow(arena), pair = row << 1, sources = arena.sources, partials = arena.partials
  arena.values[row] = out
  sources[pair] = xRow
  sources[pair + 1] = yRow
  partials[pair] = (Math.log(y))
  partials[pair + 1] = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(x, (y<0?Math.sqrt(y):1/Math.abs(y))))
  arena.codes[row] = 899
  return new Traced(arena, row)
}

function xlogyDualXY(x_: Traced, y_: Traced): Traced {
  const page = pageWithPlace(x_.arena), row = page.count, to = page.values
  const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number, out = (x===0&&Math.abs(y)>=0?0:x*Math.log(y))
  const p: number = (Math.log(y)), q: number = (((Number.isNaN(out)) ? 1 : 0)?out:strongProduct(x, (y<0?Math.sqrt(y):1/Math.abs(y))))
  to[row] = out
  if (page.kind === 4 && p - p === 0 && p !== 0 && q - q === 0 && q !== 0) {
    const a = x_.arena.values, i = x_.index | 0, b = y_.arena.values, j = y_.index | 0
    page.count = (row + 9) | 0
    to[(row + 1) | 0] = p * a[(i + 1) | 0]! + q * b[(j + 1) | 0]!
    to[(row + 2) | 0] = p * a[(i + 2) | 0]! + q * b[(j + 2) | 0]!
    to[(row + 3) | 0] = p * a[(i + 3) | 0]! + q * b[(j + 3) | 0]!
    to[(row + 4) | 0] = p * a[(i + 4) | 0]! + q * b[(j + 4) | 0]!
    to[(row + 5) | 0] = p * a[(i + 5) | 0]! + q * b[(j + 5) | 0]!
    to[(row + 6) | 0] = p * a[(i + 6) | 0]! + q * b[(j + 6) | 0]!
    to[(row + 7) | 0] = p * a[(i + 7) | 0]! + q * b[(j + 7) | 0]!
    to[(row + 8) | 0] = p * a[(i + 8) | 0]! + q * b[(j + 8) | 0]!
    return new Traced(page, row)
  }
  to[row + 1] = p
  to[row + 2] = q
  return dualRow2(page, x_, y_)
}

export const xlogy: Specialised = {
  call: definition => function xlogy(x: any, y: any): any {
    if (arguments.length > 2) refuseMore(definition, 2, arguments)
    if (typeof x === 'number') {
      if (typeof y === 'number') {
        return (x===0&&Math.abs(y)>=0?0:x*Math.log(y))
      } else if (y instanceof Traced) {
        if (y.arena.kind === 2) return xlogyTapeY(x, y)
        if (y.arena.kind >= 3) return xlogyDualY(x, y)
      }
    } else if (x instanceof Traced) {
      if (typeof y === 'number') {
        if (x.arena.kind === 2) return xlogyTapeX(x, y)
        if (x.arena.kind >= 3) return xlogyDualX(x, y)
      } else if (y instanceof Traced) {
        if (x.arena.kind === 2 && x.arena === y.arena) return xlogyTapeXY(x, y)
        if (x.arena.kind >= 3 && x.arena.owner === y.arena.owner && x.arena.kind === y.arena.kind) return xlogyDualXY(x, y)
      }
    }
    return dispatchTwo(definition, x, y)
  },
  code: 112,
  text: '(x===0&&Math.abs(y)>=0?0:x*Math.log(y))',
  affine: ['0'],
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x===0&&Math.abs(y)>=0?0:x*Math.log(y))
    }
  },
}
