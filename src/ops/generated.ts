// Written by scripts/generate.ts from the operators' definitions. Do not edit: run `npm run generate`.
// biome-ignore-all lint: generated
import { dispatch } from '../core/dispatch.ts'
import { row1, row2, sameTransform } from '../core/rows.ts'
import { TAPE, Traced } from '../core/traced.ts'
import { erfKernel, erfcKernel, sigmoidKernel, softplusKernel, strongProduct } from './kernels/index.ts'
import type { Specialised } from './kinds/elementwise.ts'

export const abs: Specialised = {
  call: definition => function abs(x: any): any {
    if (typeof x === 'number') return (Math.abs(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.abs(x))
        return row1(x_, out, (Math.sign(x)))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.abs(x))
    }
  },
}

export const acos: Specialised = {
  call: definition => function acos(x: any): any {
    if (typeof x === 'number') return (Math.acos(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.acos(x))
        return row1(x_, out, (-(1/(Math.sqrt(((1-x)*(1+x)))))))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.acos(x))
    }
  },
}

export const add: Specialised = {
  call: definition => function add(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x+y)
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (x+y)
        return row1(x_, out, 1)
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (x+y)
        return row1(y_, out, 1)
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (x+y)
        return row2(x_, y_, out, 1, 1)
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x+y)
    }
  },
}

export const asin: Specialised = {
  call: definition => function asin(x: any): any {
    if (typeof x === 'number') return (Math.asin(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.asin(x))
        return row1(x_, out, (1/(Math.sqrt(((1-x)*(1+x))))))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.asin(x))
    }
  },
}

export const atan: Specialised = {
  call: definition => function atan(x: any): any {
    if (typeof x === 'number') return (Math.atan(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.atan(x))
        return row1(x_, out, (1/(1+(x*x))))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.atan(x))
    }
  },
}

export const atan2: Specialised = {
  call: definition => function atan2(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (Math.atan2(x,y))
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.atan2(x,y))
        const shared0 = (Math.hypot(y,x))
        return row1(x_, out, (((shared0==0) ? 1 : 0)?0:((y/shared0)/shared0)))
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (Math.atan2(x,y))
        const shared0 = (Math.hypot(y,x))
        return row1(y_, out, (-(((shared0==0) ? 1 : 0)?0:((x/shared0)/shared0))))
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (Math.atan2(x,y))
        const shared0 = (Math.hypot(y,x))
        const shared1 = ((shared0==0) ? 1 : 0)
        return row2(x_, y_, out, (shared1?0:((y/shared0)/shared0)), (-(shared1?0:((x/shared0)/shared0))))
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.atan2(x,y))
    }
  },
}

export const clip: Specialised = {
  call: definition => function clip(x: any, y: any, z: any): any {
    if (typeof x === 'number' && typeof y === 'number' && typeof z === 'number') return (x>z?z:x<y?y>z?z:y:x)
    if (x instanceof Traced && typeof y === 'number' && typeof z === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (x>z?z:x<y?y>z?z:y:x)
        return row1(x_, out, (((x>=y) ? 1 : 0)*((x<=z) ? 1 : 0)))
      }
    }
    if (typeof x === 'number' && y instanceof Traced && typeof z === 'number' && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (x>z?z:x<y?y>z?z:y:x)
        return row1(y_, out, (((x<y) ? 1 : 0)*((y<=z) ? 1 : 0)))
      }
    }
    if (typeof x === 'number' && typeof y === 'number' && z instanceof Traced && z.arena.kind >= TAPE) {
      const z_: Traced = z
      {
        const z = z_.arena.values[z_.index] as number
        const out = (x>z?z:x<y?y>z?z:y:x)
        return row1(z_, out, (((x>z) ? 1 : 0)?1:(((x<y) ? 1 : 0)*((y>z) ? 1 : 0))))
      }
    }
    if (x instanceof Traced && y instanceof Traced && typeof z === 'number' && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (x>z?z:x<y?y>z?z:y:x)
        return row2(x_, y_, out, (((x>=y) ? 1 : 0)*((x<=z) ? 1 : 0)), (((x<y) ? 1 : 0)*((y<=z) ? 1 : 0)))
      }
    }
    if (x instanceof Traced && typeof y === 'number' && z instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, z.arena)) {
      const x_: Traced = x, z_: Traced = z
      {
        const x = x_.arena.values[x_.index] as number, z = z_.arena.values[z_.index] as number
        const out = (x>z?z:x<y?y>z?z:y:x)
        return row2(x_, z_, out, (((x>=y) ? 1 : 0)*((x<=z) ? 1 : 0)), (((x>z) ? 1 : 0)?1:(((x<y) ? 1 : 0)*((y>z) ? 1 : 0))))
      }
    }
    if (typeof x === 'number' && y instanceof Traced && z instanceof Traced && y.arena.kind >= TAPE && sameTransform(y.arena, z.arena)) {
      const y_: Traced = y, z_: Traced = z
      {
        const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number
        const out = (x>z?z:x<y?y>z?z:y:x)
        const shared0 = ((x<y) ? 1 : 0)
        return row2(y_, z_, out, (shared0*((y<=z) ? 1 : 0)), (((x>z) ? 1 : 0)?1:(shared0*((y>z) ? 1 : 0))))
      }
    }
    return dispatch(definition, [x, y, z])
  },
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = (x>z?z:x<y?y>z?z:y:x)
    }
  },
}

export const cos: Specialised = {
  call: definition => function cos(x: any): any {
    if (typeof x === 'number') return (Math.cos(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.cos(x))
        return row1(x_, out, (-(Math.sin(x))))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.cos(x))
    }
  },
}

export const cosh: Specialised = {
  call: definition => function cosh(x: any): any {
    if (typeof x === 'number') return (Math.cosh(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.cosh(x))
        return row1(x_, out, (Math.sinh(x)))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.cosh(x))
    }
  },
}

export const div: Specialised = {
  call: definition => function div(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x/y)
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (x/y)
        return row1(x_, out, (1/y))
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (x/y)
        return row1(y_, out, (-(out/y)))
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (x/y)
        return row2(x_, y_, out, (1/y), (-(out/y)))
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x/y)
    }
  },
}

export const equal: Specialised = {
  call: definition => function equal(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x==y)
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x==y) ? 1 : 0
    }
  },
}

export const erf: Specialised = {
  call: definition => function erf(x: any): any {
    if (typeof x === 'number') return erfKernel(x)
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = erfKernel(x)
        return row1(x_, out, (1.1283791670955126*(Math.exp((-(x*x))))))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = erfKernel(x)
    }
  },
}

export const erfc: Specialised = {
  call: definition => function erfc(x: any): any {
    if (typeof x === 'number') return erfcKernel(x)
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = erfcKernel(x)
        return row1(x_, out, (-(1.1283791670955126*(Math.exp((-(x*x)))))))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = erfcKernel(x)
    }
  },
}

export const exp: Specialised = {
  call: definition => function exp(x: any): any {
    if (typeof x === 'number') return (Math.exp(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.exp(x))
        return row1(x_, out, out)
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.exp(x))
    }
  },
}

export const expm1: Specialised = {
  call: definition => function expm1(x: any): any {
    if (typeof x === 'number') return (Math.expm1(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.expm1(x))
        return row1(x_, out, (Math.exp(x)))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.expm1(x))
    }
  },
}

export const greater: Specialised = {
  call: definition => function greater(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x>y)
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x>y) ? 1 : 0
    }
  },
}

export const greaterEqual: Specialised = {
  call: definition => function greaterEqual(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x>=y)
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x>=y) ? 1 : 0
    }
  },
}

export const hypot: Specialised = {
  call: definition => function hypot(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (Math.hypot(x,y))
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.hypot(x,y))
        return row1(x_, out, (((out==0) ? 1 : 0)?0:(x/out)))
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (Math.hypot(x,y))
        return row1(y_, out, (((out==0) ? 1 : 0)?0:(y/out)))
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (Math.hypot(x,y))
        const shared0 = ((out==0) ? 1 : 0)
        return row2(x_, y_, out, (shared0?0:(x/out)), (shared0?0:(y/out)))
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.hypot(x,y))
    }
  },
}

export const isFinite: Specialised = {
  call: definition => function isFinite(x: any): any {
    if (typeof x === 'number') return (x-x===0)
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (x-x===0) ? 1 : 0
    }
  },
}

export const less: Specialised = {
  call: definition => function less(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x<y)
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x<y) ? 1 : 0
    }
  },
}

export const lessEqual: Specialised = {
  call: definition => function lessEqual(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x<=y)
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x<=y) ? 1 : 0
    }
  },
}

export const log: Specialised = {
  call: definition => function log(x: any): any {
    if (typeof x === 'number') return (Math.log(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.log(x))
        return row1(x_, out, (1/x))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.log(x))
    }
  },
}

export const log10: Specialised = {
  call: definition => function log10(x: any): any {
    if (typeof x === 'number') return (Math.log10(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.log10(x))
        return row1(x_, out, (0.4342944819032518/x))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.log10(x))
    }
  },
}

export const log1p: Specialised = {
  call: definition => function log1p(x: any): any {
    if (typeof x === 'number') return (Math.log1p(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.log1p(x))
        return row1(x_, out, (1/(1+x)))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.log1p(x))
    }
  },
}

export const log2: Specialised = {
  call: definition => function log2(x: any): any {
    if (typeof x === 'number') return (Math.log2(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.log2(x))
        return row1(x_, out, (1.4426950408889634/x))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.log2(x))
    }
  },
}

export const maximum: Specialised = {
  call: definition => function maximum(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (Math.max(x,y))
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.max(x,y))
        return row1(x_, out, (((x>y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:0)))
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (Math.max(x,y))
        return row1(y_, out, (((x<y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:0)))
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (Math.max(x,y))
        const shared0 = (((x==y) ? 1 : 0)?0.5:0)
        return row2(x_, y_, out, (((x>y) ? 1 : 0)?1:shared0), (((x<y) ? 1 : 0)?1:shared0))
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.max(x,y))
    }
  },
}

export const minimum: Specialised = {
  call: definition => function minimum(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (Math.min(x,y))
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.min(x,y))
        return row1(x_, out, (((x<y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:0)))
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (Math.min(x,y))
        return row1(y_, out, (((x>y) ? 1 : 0)?1:(((x==y) ? 1 : 0)?0.5:0)))
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (Math.min(x,y))
        const shared0 = (((x==y) ? 1 : 0)?0.5:0)
        return row2(x_, y_, out, (((x<y) ? 1 : 0)?1:shared0), (((x>y) ? 1 : 0)?1:shared0))
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.min(x,y))
    }
  },
}

export const mul: Specialised = {
  call: definition => function mul(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x*y)
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (x*y)
        return row1(x_, out, y)
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (x*y)
        return row1(y_, out, x)
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (x*y)
        return row2(x_, y_, out, y, x)
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x*y)
    }
  },
}

export const neg: Specialised = {
  call: definition => function neg(x: any): any {
    if (typeof x === 'number') return (-x)
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (-x)
        return row1(x_, out, (-1))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (-x)
    }
  },
}

export const notEqual: Specialised = {
  call: definition => function notEqual(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x!=y)
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x!=y) ? 1 : 0
    }
  },
}

export const pow: Specialised = {
  call: definition => function pow(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (Math.pow(x,y))
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.pow(x,y))
        return row1(x_, out, (((y==0) ? 1 : 0)?0:(y*(Math.pow(x,(y-1))))))
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (Math.pow(x,y))
        const shared0 = ((x==0) ? 1 : 0)
        return row1(y_, out, (shared0?0:(out*(Math.log((shared0?1:x))))))
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (Math.pow(x,y))
        const shared0 = ((x==0) ? 1 : 0)
        return row2(x_, y_, out, (((y==0) ? 1 : 0)?0:(y*(Math.pow(x,(y-1))))), (shared0?0:(out*(Math.log((shared0?1:x))))))
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (Math.pow(x,y))
    }
  },
}

export const reciprocal: Specialised = {
  call: definition => function reciprocal(x: any): any {
    if (typeof x === 'number') return (1/x)
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (1/x)
        return row1(x_, out, (-(out*out)))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (1/x)
    }
  },
}

export const relu: Specialised = {
  call: definition => function relu(x: any): any {
    if (typeof x === 'number') return (Math.max(x,0))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.max(x,0))
        return row1(x_, out, (((x>0) ? 1 : 0)?1:0))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.max(x,0))
    }
  },
}

export const scale: Specialised = {
  call: definition => function scale(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return strongProduct(x, y)
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = strongProduct(x, y)
        return row1(x_, out, y)
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = strongProduct(x, y)
        return row1(y_, out, x)
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = strongProduct(x, y)
        return row2(x_, y_, out, y, x)
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = strongProduct(x, y)
    }
  },
}

export const sigmoid: Specialised = {
  call: definition => function sigmoid(x: any): any {
    if (typeof x === 'number') return sigmoidKernel(x)
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = sigmoidKernel(x)
        return row1(x_, out, (out*sigmoidKernel((-x))))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = sigmoidKernel(x)
    }
  },
}

export const sign: Specialised = {
  call: definition => function sign(x: any): any {
    if (typeof x === 'number') return (Math.sign(x))
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.sign(x))
    }
  },
}

export const sin: Specialised = {
  call: definition => function sin(x: any): any {
    if (typeof x === 'number') return (Math.sin(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.sin(x))
        return row1(x_, out, (Math.cos(x)))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.sin(x))
    }
  },
}

export const sinh: Specialised = {
  call: definition => function sinh(x: any): any {
    if (typeof x === 'number') return (Math.sinh(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.sinh(x))
        return row1(x_, out, (Math.cosh(x)))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.sinh(x))
    }
  },
}

export const softplus: Specialised = {
  call: definition => function softplus(x: any): any {
    if (typeof x === 'number') return softplusKernel(x)
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = softplusKernel(x)
        return row1(x_, out, sigmoidKernel(x))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = softplusKernel(x)
    }
  },
}

export const sqrt: Specialised = {
  call: definition => function sqrt(x: any): any {
    if (typeof x === 'number') return (Math.sqrt(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.sqrt(x))
        return row1(x_, out, (0.5/out))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.sqrt(x))
    }
  },
}

export const square: Specialised = {
  call: definition => function square(x: any): any {
    if (typeof x === 'number') return (x*x)
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (x*x)
        return row1(x_, out, (2*x))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (x*x)
    }
  },
}

export const stopGradient: Specialised = {
  call: definition => function stopGradient(x: any): any {
    if (typeof x === 'number') return (+x)
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (+x)
    }
  },
}

export const sub: Specialised = {
  call: definition => function sub(x: any, y: any): any {
    if (typeof x === 'number' && typeof y === 'number') return (x-y)
    if (x instanceof Traced && typeof y === 'number' && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (x-y)
        return row1(x_, out, 1)
      }
    }
    if (typeof x === 'number' && y instanceof Traced && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (x-y)
        return row1(y_, out, (-1))
      }
    }
    if (x instanceof Traced && y instanceof Traced && x.arena.kind >= TAPE && sameTransform(x.arena, y.arena)) {
      const x_: Traced = x, y_: Traced = y
      {
        const x = x_.arena.values[x_.index] as number, y = y_.arena.values[y_.index] as number
        const out = (x-y)
        return row2(x_, y_, out, 1, (-1))
      }
    }
    return dispatch(definition, [x, y])
  },
  loop: (length, out, a0, s0, a1, s1) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1]
      out[i] = (x-y)
    }
  },
}

export const tan: Specialised = {
  call: definition => function tan(x: any): any {
    if (typeof x === 'number') return (Math.tan(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.tan(x))
        return row1(x_, out, (1+(out*out)))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.tan(x))
    }
  },
}

export const tanh: Specialised = {
  call: definition => function tanh(x: any): any {
    if (typeof x === 'number') return (Math.tanh(x))
    if (x instanceof Traced && x.arena.kind >= TAPE) {
      const x_: Traced = x
      {
        const x = x_.arena.values[x_.index] as number
        const out = (Math.tanh(x))
        return row1(x_, out, ((1/(Math.cosh(x)))*(1/(Math.cosh(x)))))
      }
    }
    return dispatch(definition, [x])
  },
  loop: (length, out, a0, s0) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0]
      out[i] = (Math.tanh(x))
    }
  },
}

export const where: Specialised = {
  call: definition => function where(x: any, y: any, z: any): any {
    if (typeof x === 'number' && typeof y === 'number' && typeof z === 'number') return (x?y:z)
    if (typeof x !== 'object' && y instanceof Traced && typeof z === 'number' && y.arena.kind >= TAPE) {
      const y_: Traced = y
      {
        const y = y_.arena.values[y_.index] as number
        const out = (x?y:z)
        return row1(y_, out, (x?1:0))
      }
    }
    if (typeof x !== 'object' && typeof y === 'number' && z instanceof Traced && z.arena.kind >= TAPE) {
      const z_: Traced = z
      {
        const z = z_.arena.values[z_.index] as number
        const out = (x?y:z)
        return row1(z_, out, (x?0:1))
      }
    }
    if (typeof x !== 'object' && y instanceof Traced && z instanceof Traced && y.arena.kind >= TAPE && sameTransform(y.arena, z.arena)) {
      const y_: Traced = y, z_: Traced = z
      {
        const y = y_.arena.values[y_.index] as number, z = z_.arena.values[z_.index] as number
        const out = (x?y:z)
        return row2(y_, z_, out, (x?1:0), (x?0:1))
      }
    }
    return dispatch(definition, [x, y, z])
  },
  loop: (length, out, a0, s0, a1, s1, a2, s2) => {
    for (let i = 0; i < length; i++) {
      const x = a0[i * s0], y = a1[i * s1], z = a2[i * s2]
      out[i] = (x?y:z)
    }
  },
}
