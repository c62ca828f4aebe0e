import { beforeEach, describe, expect, it } from 'vitest'
import { rememberPlaces } from '../../src/imperative/page.ts'
import {
  add,
  backward,
  checkpoint,
  checkpointSequential,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  DualtapeError,
  detectAnomaly,
  explain,
  grad,
  gt,
  hessian,
  isFiniteTree,
  jacobian,
  jvp,
  log,
  mul,
  noGrad,
  ones,
  onGrad,
  ShapeError,
  sin,
  sqrt,
  square,
  sum,
  TapeError,
  type Tensor,
  tapeStats,
  tensor,
  variable,
  where,
  zeros,
} from '../../src/index.ts'

describe.each(['by nodes', 'by rows'])('variables, recorded %s', how => {
  beforeEach(() => rememberPlaces(how === 'by nodes' ? 1e9 : 0))

  it('walk through a graph as it grows', () => {
    const x = variable([
      [1, 2],
      [3, 4],
    ])
    const w = variable(2)
    const z = x.mul(w)
    expect(String(z)).toBe('Variable([2, 2], [[2, 4],\n [6, 8]])')
    const y = z.sum()
    expect(y.item()).toBe(20)
    y.backward()
    expect((x.grad as Tensor).toArray()).toEqual([
      [2, 2],
      [2, 2],
    ])
    expect(w.grad).toBe(10)
    noGrad(() => w.sub_(mul(0.1, w.grad as number)))
    expect(w.value).toBe(1)
    w.zeroGrad()
    expect(w.grad).toBeNull()
  })

  it('add up gradients over uses and over backward passes', () => {
    const x = variable(3)
    x.mul(x).add(x).backward()
    expect(x.grad).toBe(7)
    x.square().backward()
    expect(x.grad).toBe(13)
    const y = x.square()
    y.backward(2, { retainTape: true })
    y.backward(2)
    expect(x.grad).toBe(13 + 24)
    const [first, second] = [variable(2), variable(3)]
    first.mul(1)
    second.mul(first).backward()
    expect([first.grad, second.grad]).toEqual([3, 2])
  })

  it('take native control flow', () => {
    const x = variable(0.5)
    let y = x.mul(1)
    let steps = 0
    while (gt(10, y)) {
      y = y.mul(2)
      steps++
    }
    if (y.value > 12) y = y.neg()
    y.backward()
    expect(steps).toBe(5)
    expect(x.grad).toBe(-32)
  })

  it('record nothing for frozen variables, and nothing under noGrad', () => {
    const frozen = variable(2, { requiresGrad: false })
    const x = variable(3)
    expect(tapeStats(() => frozen.mul(frozen).sin()).operations).toBe(0)
    expect(tapeStats(() => noGrad(() => x.mul(x).sin())).operations).toBe(0)
    const y = frozen.mul(x)
    y.backward()
    expect([frozen.grad, x.grad]).toEqual([null, 2])
    x.mul(1)
    const z = noGrad(() => noGrad(() => x.mul(x)).mul(x))
    expect([z.item(), z.requiresGrad]).toEqual([27, false])
    expect(() => z.backward()).toThrow('does not depend on any variable')
    expect(() =>
      noGrad(() => {
        throw new Error('mine')
      }),
    ).toThrow('mine')
    expect(x.mul(2).requiresGrad).toBe(true)
  })

  it('record again after noGrad, also above a running transform', () => {
    const f = (x: number) => {
      const inside = noGrad(() => variable(x).mul(3))
      const v = variable(x)
      v.mul(v).backward()
      return add(v.grad, inside.value)
    }
    expect(jvp(f, [3], [1])[0]).toBe(15)
    expect(
      grad((x: number) => {
        noGrad(() => variable(x).mul(2))
        const v = variable(x)
        v.mul(v).mul(v).backward()
        return v.grad as unknown as number
      })(2),
    ).toBe(12)
  })

  it('refuse noGrad for async functions', async () => {
    expect(() => noGrad(async () => 1)).toThrow(/async/)
    expect(() => noGrad(() => Promise.resolve(1))).toThrow(TapeError)
    expect(variable(1).mul(2).requiresGrad).toBe(true)
  })

  it('detach, and read values', () => {
    const x = variable([1, 2])
    const d = x.detach()
    expect(d.requiresGrad).toBe(false)
    const y = x.mul(d).sum()
    y.backward()
    expect((x.grad as Tensor).toArray()).toEqual([1, 2])
    expect(x.toArray()).toEqual([1, 2])
    expect([...x.value.data]).toEqual([1, 2])
    expect(variable([[5]]).item()).toBe(5)
    expect(JSON.stringify(x.value)).toBe('[1,2]')
  })

  it('keep gradients of intermediates on request, and call hooks', () => {
    const x = variable(2)
    const y = x.square().retainGrad()
    const z = y.mul(3)
    z.backward()
    expect([x.grad, y.grad, z.grad]).toEqual([12, 3, null])
    const seen: unknown[] = []
    const v = variable([1, 2])
    const u = v.square()
    const stop = onGrad(u, g => {
      seen.push(g.toArray())
      return mul(g, 10)
    })
    onGrad(v, g => {
      seen.push(g.toArray())
      return undefined
    })
    u.sum().backward()
    expect(seen).toEqual([
      [1, 1],
      [20, 40],
    ])
    stop()
    u.detach()
    expect((v.grad as Tensor).toArray()).toEqual([20, 40])
  })

  it('give gradients that can be differentiated again, to third order', () => {
    const x = variable(2)
    let y = x.square().mul(x).mul(x)
    for (const expected of [32, 48, 48]) {
      y.backward(null, { createGraph: true })
      y = x.grad as unknown as typeof y
      x.zeroGrad()
      expect(y.item()).toBe(expected)
    }
    // A gradient penalty: d/dw (f + ‖∂f/∂x‖²) by hand, for f = Σ sin(w x).
    const w = variable(0.7)
    const v = variable([0.3, -1.2])
    const f = v.mul(w).sin().sum()
    f.backward(null, { createGraph: true })
    const penalty = (v.grad as unknown as typeof v).square().sum()
    w.zeroGrad()
    penalty.backward()
    const byHand = [0.3, -1.2].reduce((s, a) => s + 2 * 0.7 * Math.cos(0.7 * a) ** 2 - 2 * 0.49 * Math.cos(0.7 * a) * Math.sin(0.7 * a) * a, 0)
    expect(w.grad).toBeCloseTo(byHand, 12)
  })

  it('mix with functional transforms', () => {
    const cube = (a: number) => {
      const v = variable(a)
      v.mul(v).mul(v).backward()
      return v.grad as number
    }
    expect(jvp(cube, [2], [1])).toEqual([12, 12])
    expect(grad(cube)(2)).toBe(12)
    expect(
      jacobian((x: number[]) => {
        const v = variable(x)
        v.square().mul(v).sum().backward()
        return v.grad as Tensor
      })([1, 2]).toArray(),
    ).toEqual([
      [6, 0],
      [0, 12],
    ])
    expect(hessian((x: number[]) => variable(x).square().mul(2).sum() as unknown as number)([1, 2])).toEqual([
      [4, 0],
      [0, 4],
    ])
    const w = variable(2)
    const g = grad((x: number) => mul(square(x), w))(3) as unknown as typeof w
    g.backward()
    expect([g.item(), w.grad]).toEqual([12, 6])
  })

  it('tell errors of use', () => {
    const x = variable([1, 2], { name: 'x' })
    const y = x.mul(2)
    expect(() => y.backward()).toThrow(/shape \[2\].*y\.sum\(\)\.backward\(\)/)
    expect(() => y.backward(ones([3]))).toThrow(ShapeError)
    y.backward([1, 10])
    expect((x.grad as Tensor).toArray()).toEqual([2, 20])
    expect(() => y.backward([1, 1])).toThrow(/freed.*retainTape/)
    expect((x.grad as Tensor).toArray()).toEqual([2, 20])
    const s = variable(2).square()
    s.backward()
    expect(() => s.backward()).toThrow(/freed/)
    expect(() => s.mul(3).backward()).toThrow(/freed/)
    expect(() => backward(5)).toThrow(/does not depend on any variable/)
    expect(() => backward(tensor([1]))).toThrow(TapeError)
    expect(() => variable('a' as never)).toThrow()
    expect(() => variable(1, { requireGrad: true } as never)).toThrow(/no option requireGrad/)
    expect(() => variable(variable(1))).toThrow(/already/)
  })

  it('give gradients to what a value depends on only, whatever was recorded in between', () => {
    const [x, w, u] = [variable(2), variable(5), variable(7)]
    const squared = x.square()
    const other = w.mul(3)
    const y = squared.add(u.mul(0))
    w.square()
    y.backward()
    expect([x.grad, w.grad, u.grad]).toEqual([4, null, 0])
    other.backward()
    expect(w.grad).toBe(3)
    const t = variable([1, 2])
    const between = t.mul(3).sum()
    t.square().sum().backward()
    between.backward()
    expect((t.grad as Tensor).toArray()).toEqual([5, 7])
  })

  it('lose their history when a value without one is written over them', () => {
    for (const start of [3, [3, 4]] as (number | number[])[]) {
      const x = variable(start as number)
      const y = x.mul(2)
      y.fill_(5)
      expect([y.requiresGrad, y.isLeaf, y.square().requiresGrad]).toEqual([false, true, false])
      y.square().add(x).sum().backward()
      expect([x.grad].flat(2).flatMap(each => (typeof each === 'number' ? each : (each as Tensor).toArray()))).toEqual([start].flat().map(() => 1))
    }
  })

  it('say which value of an operation was changed in place', () => {
    const w = variable(3, { name: 'w' })
    const changed = (make: () => { y: typeof w; loss: typeof w }) => {
      const { y, loss } = make()
      noGrad(() => y.fill_(5))
      return () => loss.backward()
    }
    expect(
      changed(() => {
        const y = w.mul(2)
        return { y, loss: y.square() }
      }),
    ).toThrow(/square.*needs a scalar operand, which fill_ changed in place at .*variable\.test/)
    expect(
      changed(() => {
        const y = w.exp()
        return { y, loss: y.mul(2) }
      }),
    ).toThrow(/exp.*needs its result, which fill_ changed/)
    expect(
      changed(() => {
        const y = w.mul(2)
        return { y, loss: y.exp() }
      }),
    ).toThrow(/exp.*needs a scalar operand, which fill_ changed/)
    expect(changed(() => ({ y: w, loss: w.square() }))).toThrow(/square.*needs variable w, which fill_ changed/)
  })

  it('take changes in place before an operation for what was given, whatever is changed after', () => {
    const [t, other] = [variable([1, 2]), variable([0])]
    noGrad(() => t.fill_(3))
    const loss = t.square().sum()
    noGrad(() => other.fill_(1))
    loss.backward()
    expect((t.grad as Tensor).toArray()).toEqual([6, 6])
    const y = t.mul(2).square()
    const later = y.square().sum()
    noGrad(() => other.fill_(2))
    noGrad(() => y.fill_(1))
    expect(() => later.backward()).toThrow(/square.*fill_ changed in place/)
  })

  it('call no hook of a value that the walk passes by', () => {
    const t = variable([1, 2])
    const y = t.square()
    const called: unknown[] = []
    y.retainGrad()
    onGrad(y, grad => {
      called.push(grad)
      return undefined
    })
    t.mul(2).sum().backward()
    expect([y.grad, called]).toEqual([null, []])
  })

  it('let results be changed in place that no derivative uses', () => {
    const t = variable([1, 2])
    const y = t.square()
    const loss = y.mul(3).sum()
    noGrad(() => y.zero_())
    loss.backward()
    expect((t.grad as Tensor).toArray()).toEqual([6, 12])
    const taken = t.take([1, 0])
    const sums = taken.mul([3, 5]).sum()
    noGrad(() => taken.zero_())
    t.zeroGrad()
    sums.backward()
    expect((t.grad as Tensor).toArray()).toEqual([5, 3])
    const matrices = variable([
      [
        [2, 0],
        [0, 3],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ])
    const volumes = matrices.det()
    const volume = volumes.mul(3).sum()
    noGrad(() => volumes.zero_())
    volume.backward()
    // Cofactors, times 3.
    expect((matrices.grad as Tensor).toArray().flat(2)).toEqual([9, 0, 0, 6, 12, -9, -6, 3].map(each => expect.closeTo(each, 12)))
    const z = t.exp()
    const other = z.mul(3).sum()
    noGrad(() => z.zero_())
    expect(() => other.backward()).toThrow(/exp.*needs its result, which zero_ changed in place/)
  })

  it('leave other graphs alone when one is freed', () => {
    const x = variable(2)
    const a = x.square()
    const b = x.mul(5)
    const c = a.mul(b)
    a.backward()
    expect(x.grad).toBe(4)
    b.backward()
    expect(x.grad).toBe(9)
    expect(() => c.backward()).toThrow(/freed/)
    expect(x.grad).toBe(9)
    const t = variable([1, 2])
    const [p, q] = [t.square().sum(), t.mul(3).sum()]
    q.backward()
    p.backward()
    expect((t.grad as Tensor).toArray()).toEqual([5, 7])
  })

  it('know what was freed on a page of scalars alone, and reach operands in any order', () => {
    const [x, y] = [variable(2), variable(3)]
    // Enough rounds for a page of its own.
    for (let i = 0; i < 3000; i++) x.mul(y).backward()
    x.zeroGrad()
    y.zeroGrad()
    const early = x.mul(5)
    const late = y.mul(7).mul(y)
    const z = late.mul(early)
    z.backward()
    expect([x.grad, y.grad]).toEqual([7 * 9 * 5, 2 * 7 * 3 * 10])
    expect(() => z.backward()).toThrow(/freed/)
    expect(() => early.backward()).toThrow(/freed/)
    expect(() => late.add(1).backward()).toThrow(/freed/)
  })

  it('explain missing gradients', () => {
    const [x, w] = [variable(1, { name: 'x' }), variable(2, { name: 'w' })]
    const y = x.square()
    y.backward()
    expect(w.grad).toBeNull()
    expect(explain(w, y)).toMatch(/Variable w has no gradient: no recorded operation has used it.*does not depend on variable w/)
    noGrad(() => w.mul(1))
    expect(explain(w)).toMatch(/under noGrad/)
    w.mul(2)
    expect(explain(w)).toMatch(/no backward\(\) has run/)
    expect(explain(x)).toMatch(/has a gradient/)
    expect(explain(variable(1, { requiresGrad: false }))).toMatch(/does not require/)
    expect(explain(y)).toMatch(/retainGrad/)
    const z = x.mul(0)
    x.zeroGrad()
    z.backward()
    expect(x.grad).toBe(0)
  })

  it('change in place where nothing is lost', () => {
    const w = variable([1, 2, 3])
    const { data } = w.value
    noGrad(() => {
      w.add_(1).mul_([1, 2, 3]).sub_(1).div_(2)
      w.set_(0, 10).set_([[1, 3]], [7, 8])
    })
    expect(w.toArray()).toEqual([10, 7, 8])
    expect(w.value.data).toBe(data)
    noGrad(() => w.fill_(3).copy_([1, 1, 1]).zero_())
    expect(w.toArray()).toEqual([0, 0, 0])
    const m = variable(zeros([2, 3]))
    noGrad(() => m.set_([1, [0, 2]], [5, 6]).set_([0], 1))
    expect(m.toArray()).toEqual([
      [1, 1, 1],
      [5, 6, 0],
    ])
    expect(() => noGrad(() => m.set_([2], 1))).toThrow(ShapeError)
    expect(() => noGrad(() => m.add_(ones([4, 2, 3])))).toThrow(ShapeError)
    const s = variable(5)
    noGrad(() => s.mul_(2).add_(1))
    expect(s.value).toBe(11)
  })

  it('differentiate through changes in place of computed values', () => {
    const x = variable([1, 2, 3])
    const y = x.mul(2)
    y.mul_(x).add_(1)
    y.set_(1, x.at(0))
    y.sum().backward()
    expect(y.toArray()).toEqual([3, 1, 19])
    expect((x.grad as Tensor).toArray()).toEqual([4 + 1, 0, 12])
    const a = variable(3)
    const b = a.mul(2)
    b.mul_(a).add_(a)
    b.backward()
    expect([b.item(), a.grad]).toEqual([21, 13])
  })

  it('refuse to use what was changed after it was saved, with both places', () => {
    rememberPlaces(1e9)
    const message = (f: () => unknown) => {
      try {
        f()
      } catch (error) {
        expect(error).toBeInstanceOf(TapeError)
        return (error as Error).message
      }
      throw new Error('nothing was thrown')
    }
    const x = variable([1, 2], { name: 'x' })
    const y = x.mul(x).sum()
    noGrad(() => x.add_(1))
    expect(message(() => y.backward())).toMatch(/mul, recorded at .*variable\.test\.ts:\d+.*add_ changed in place at .*variable\.test\.ts:\d+/)
    expect(x.grad).toBeNull()
    const e = variable([1, 2]).exp()
    const total = e.sum()
    e.zero_()
    expect(message(() => total.backward())).toMatch(/exp.*its result.*zero_/)
    // What saves nothing is not disturbed: addition, and multiplication by a constant.
    const v = variable([1, 2])
    const u = v.add(1).mul(3)
    noGrad(() => v.add_(1))
    u.sum().backward()
    expect((v.grad as Tensor).toArray()).toEqual([3, 3])
    const c = tensor([1, 2])
    const d = variable([1, 2]).mul(c).sum()
    noGrad(() => (c as unknown as typeof v).add_(1))
    expect(message(() => d.backward())).toMatch(/mul/)
    const s = variable(3, { name: 's' })
    const t = s.square()
    noGrad(() => s.add_(1))
    expect(message(() => t.backward())).toMatch(/square.*variable s.*add_ changed in place at .*variable\.test/)
    const p = variable(3)
    const q = p.mul(2)
    const r = q.sin()
    q.add_(1)
    expect(message(() => r.backward())).toMatch(/sin/)
    const leaf = variable(1, { name: 'leaf' })
    expect(message(() => leaf.add_(1))).toMatch(/variable leaf requires a gradient.*noGrad/)
    const base = variable([1, 2, 3, 4]).mul(1)
    const view = base.reshape([2, 2])
    base.add_(1)
    expect(message(() => view.sum())).toMatch(/shares its buffer.*add_/)
  })

  it('keep a dropped stretch through checkpoint', () => {
    const [w, x] = [variable(0.3), variable([1, 2])]
    const layer = (v: typeof x) => v.mul(w.exp()).tanh()
    const wrap = checkpoint(layer)
    layer(layer(x)).sum().backward()
    const [gw, gx] = [w.grad, (x.grad as Tensor).toArray()]
    w.zeroGrad()
    x.zeroGrad()
    wrap(wrap(x)).sum().backward()
    expect([w.grad, (x.grad as Tensor).toArray()]).toEqual([gw, gx])
    // Gradients of gradients pass through it.
    const twice = (f: typeof layer) => {
      for (const each of [w, x]) each.zeroGrad()
      f(f(x)).sum().backward(null, { createGraph: true })
      const slope = w.grad as unknown as typeof w
      for (const each of [w, x]) each.zeroGrad()
      slope.backward()
      return [w.grad as number, ...(x.grad as Tensor).data]
    }
    const [once, again] = [twice(layer), twice(wrap)]
    once.forEach((each, i) => {
      expect(again[i]).toBeCloseTo(each, 13)
    })
    const kept = wrap(x).sum()
    noGrad(() => x.add_(1))
    expect(() => kept.backward()).toThrow(/checkpoint.*add_ changed in place/)
    const steps = new Array(20).fill((s: typeof w) => s.add(s.mul(w).sin()))
    for (const options of [{}, { memory: 3 }]) {
      w.zeroGrad()
      const end = checkpointSequential(steps, w.mul(2), options)
      end.backward()
      const plain = grad((v: number) => steps.reduce((s: number) => add(s, sin(mul(s, v))), mul(v, 2)))(0.3)
      expect(w.grad as number).toBeCloseTo(plain, 11)
    }
  })

  it('let abandoned tapes be collected', () => {
    const w = variable(0.5)
    const t = variable([0.1, 0.2, 0.3])
    const trunk = t.exp()
    rememberPlaces(0)
    const measure = () => {
      globalThis.gc?.()
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
    }
    const forward = (i: number) => {
      const h = w.mul(i).sin().add(w)
      const v = t.mul(h).tanh().mul(trunk)
      return h.mul(v.sum())
    }
    for (let i = 0; i < 3000; i++) forward(i)
    const before = measure()
    for (let i = 0; i < 30_000; i++) forward(i)
    expect(measure() - before).toBeLessThan(20e6)
  })

  it('carry derivatives over pages', () => {
    const w = variable(1.0001)
    let x = w.mul(1)
    const early = w.mul(3)
    for (let i = 0; i < 10_000; i++) x = x.mul(w)
    x.mul(early).backward()
    expect(w.grad as number).toBeCloseTo(3 * 10_002 * 1.0001 ** 10_001, 5)
    const t = variable([1, 2])
    let u = t.mul(1)
    const first = t.square()
    for (let i = 0; i < 1500; i++) u = u.add(t.mul(0.5))
    u.mul(first).sum().backward()
    expect((t.grad as Tensor).toArray()).toEqual([3 * 751, 12 * 751])
  })

  it('have a gradient of 0 wherever a page ends, where only zeros come by', () => {
    const filler = variable(1)
    // By nodes a page holds some 60 rounds, by rows some 300.
    for (const [places, rounds] of [
      [1e9, 150],
      [0, 700],
    ] as const) {
      rememberPlaces(places)
      for (let i = 0; i < rounds; i++) {
        filler.sin()
        const [w, t, apart] = [variable(0), variable([0, 0]), variable(1)]
        const [y, z] = [w.neg(), t.neg()]
        apart.sin()
        y.mul(y).mul(2).backward(null, { retainTape: true })
        z.mul(z).mul(2).sum().backward(null, { retainTape: true })
        expect([w.grad, (t.grad as Tensor).toArray(), apart.grad]).toEqual([0, [0, 0], null])
      }
    }
    rememberPlaces(0)
  })

  it('give the same bits wherever a page ends', () => {
    const [w, v] = [variable(0.37), variable(-1.21)]
    const round = () => {
      for (const each of [w, v]) each.zeroGrad()
      let y = w.mul(v)
      for (let i = 0; i < 40; i++)
        y = y
          .mul(w)
          .add(v)
          .tanh()
          .sub(w.mul(0.1 * i))
      y.backward()
      return [w.grad, v.grad]
    }
    const first = round()
    for (let i = 0; i < 120; i++) {
      for (let k = 0; k < i; k++) w.mul(k)
      expect(round()).toEqual(first)
    }
  })

  it('work as functions, as methods, and on entries', () => {
    const x = variable([
      [1, 2],
      [3, 4],
    ])
    const y = add(mul(x.at(0, 1), x.at(1, 1)), sum([x.at(0, 0), 5])) as unknown as ReturnType<typeof variable>
    y.backward()
    expect((x.grad as Tensor).toArray()).toEqual([
      [1, 4],
      [0, 2],
    ])
    x.zeroGrad()
    x.where(x.greater(2), 0).sum().backward()
    expect((x.grad as Tensor).toArray()).toEqual([
      [0, 0],
      [1, 1],
    ])
    x.zeroGrad()
    x.einsum('ij,j->i', tensor([1, 2]))
      .concat([x.sum().reshape([1])])
      .sum()
      .backward()
    expect((x.grad as Tensor).toArray()).toEqual([
      [2, 3],
      [2, 3],
    ])
    expect(where(true, x, 0).toString()).toContain('Variable')
  })
})

describe('detectAnomaly', () => {
  it('names the operator, the ranges of its inputs and the place, forwards and backwards', () => {
    const x = variable([1, 0, 2], { name: 'x' })
    expect(() => detectAnomaly(() => x.log().sum().backward())).toThrow(/log gave -Infinity at .*variable\.test\.ts:\d+.*shape \[3\] from 0 to 2.*Domain/)
    expect(() => detectAnomaly(() => grad((v: number) => log(v))(-1))).toThrow(/log gave NaN/)
    const zero = variable(0)
    expect(() => detectAnomaly(() => zero.sqrt().backward())).toThrow(/backward pass of sqrt, recorded at .*variable\.test.*Infinity/)
    expect(() => detectAnomaly(() => grad((v: number) => sqrt(v))(0))).toThrow(DualtapeError)
    expect(detectAnomaly(() => grad((v: number) => mul(v, v))(3))).toBe(6)
  })
})

describe('tapeStats', () => {
  it('counts operations, entries and bytes by operator', () => {
    const w = variable([
      [1, 2],
      [3, 4],
    ])
    const { operations, entries, byOperator } = tapeStats(() => w.matmul(w).tanh().sum().backward())
    expect([operations, entries]).toEqual([3, 9])
    expect(byOperator.matmul).toEqual({ operations: 1, entries: 4, bytes: 32 })
    expect(tapeStats(() => grad((x: number[]) => sum(square(x)))([1, 2, 3])).operations).toBe(2)
  })
})

describe('clipping', () => {
  it('knows norms whose squares are beyond the doubles', () => {
    const close = (found: unknown, expected: number[]) =>
      (found as number[]).forEach((each, i) => void expect(each / (expected[i] as number)).toBeCloseTo(1, 12))
    close(clipByNorm([3e200, 4e200], 1), [0.6, 0.8])
    close(clipByNorm([3e-200, -4e-200], 1e-210), [6e-211, -8e-211])
    close(clipByGlobalNorm([3e200, 4e200, 12e200], 13), [3, 4, 12])
    const { a, b } = clipByGlobalNorm({ a: [3e200, 0], b: -4e200 }, 10)
    close([...a.slice(0, 1), b], [6, -8])
  })

  it('scales each leaf, or all of them', () => {
    expect(clipByNorm({ w: [3, 4], b: tensor([30, 40]) }, 1)).toEqual({ w: [0.6, 0.8], b: expect.objectContaining({ shape: [2] }) })
    expect(clipByGlobalNorm({ w: [3, 0], b: 4 }, 1)).toEqual({ w: [0.6, 0], b: 0.8 })
    expect(clipByGlobalNorm([0.3], 1)).toEqual([0.3])
    expect(clipByValue([-5, 0.5, 7], 1)).toEqual([-1, 0.5, 1])
    expect(clipByValue({ a: 5 }, 0, 2)).toEqual({ a: 2 })
    expect(clipByNorm(new Float64Array([3, 4]), 1)).toEqual(new Float64Array([0.6, 0.8]))
    expect(
      clipByNorm(
        [
          [3, 0],
          [0, 4],
        ],
        1,
      ),
    ).toEqual([
      [0.6, 0],
      [0, 0.8],
    ])
    expect(() => clipByNorm([Number.NaN], 1)).toThrow(/norm of the gradients is NaN/)
    expect(() => clipByGlobalNorm([1, 1 / 0], 1)).toThrow(/norm of the gradients is Infinity/)
    expect(() => clipByValue([1], 2, 1)).toThrow(/bounds 2 and 1/)
    expect(clipByNorm({ zero: [0, 0], exact: [3, 4], below: [0.3, 0.4], mixed: [-2, 1, 2] }, 5)).toEqual({
      zero: [0, 0],
      exact: [3, 4],
      below: [0.3, 0.4],
      mixed: [-2, 1, 2],
    })
    expect(() => clipByNorm([1], 0)).toThrow(/positive/)
    expect([isFiniteTree({ a: [1, 2] }), isFiniteTree([1, [2, Number.NaN]]), isFiniteTree(tensor([1, 1 / 0]))]).toEqual([true, false, false])
  })
})
