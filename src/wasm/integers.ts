import { type Body, I32 } from './module.ts'

/** An integer of 32 bits: the local that holds it, a constant, or what instructions make of others. */
export type Int = number | { readonly is: number } | readonly [keyof typeof OPCODES, Int, Int]

const OPCODES = { '+': 0x6a, '-': 0x6b, '*': 0x6c, '<': 0x48, '>=': 0x4e, '==': 0x46, '&': 0x71 } as const

/** Code on integers and addresses, with loops whose lengths are known when they run. */
export class Integers {
  readonly body: Body

  constructor(body: Body) {
    this.body = body
  }

  push(value: Int): void {
    if (typeof value === 'number') this.body.get(value)
    else if ('is' in value) this.body.integer(value.is)
    else {
      const [name, x, y] = value
      this.push(x)
      this.push(y)
      this.body.code.byte(OPCODES[name])
    }
  }

  set(local: number, value: Int): void {
    this.push(value)
    this.body.set(local)
  }

  /** A value in a local of its own. */
  let(value: Int): number {
    const local = this.body.local(I32)
    this.set(local, value)
    return local
  }

  /** The smaller of two. */
  least(x: Int, y: Int): number {
    const [a, b] = [this.let(x), this.let(y)]
    this.push(a)
    this.push(b)
    this.push(['<', a, b])
    this.body.code.byte(0x1b) // select
    this.body.set(a)
    return a
  }

  add(local: number, by: Int): void {
    this.set(local, ['+', local, by])
  }

  /** Runs code as often as a local says, which counts down to 0; at least once. */
  countDown(left: number, inside: () => void): void {
    const { code } = this.body
    code.byte(0x03, 0x40) // loop
    inside()
    this.push(['-', left, { is: 1 }])
    code.byte(0x22).unsigned(left) // local.tee
    code.byte(0x0d, 0, 0x0b) // br_if, end
  }

  /** Runs code from a local's value on, in steps, while it is below a limit. */
  steps(local: number, limit: Int, by: Int, inside: () => void): void {
    this.if(['<', local, limit], () => {
      const { code } = this.body
      code.byte(0x03, 0x40)
      inside()
      this.add(local, by)
      this.push(['<', local, limit])
      code.byte(0x0d, 0, 0x0b)
    })
  }

  if(test: Int, yes: () => void, no?: () => void): void {
    const { code } = this.body
    this.push(test)
    code.byte(0x04, 0x40)
    yes()
    if (no !== undefined) {
      code.byte(0x05)
      no()
    }
    code.byte(0x0b)
  }

  call(name: string, ...operands: readonly Int[]): void {
    for (const each of operands) this.push(each)
    this.body.call(name)
  }
}
