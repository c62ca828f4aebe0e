/** Bytes that grow, with the encodings of WebAssembly's binary format (WebAssembly Core Specification, section 5). */
export class Bytes {
  #data = new Uint8Array(256)
  length = 0

  constructor(...bytes: number[]) {
    this.byte(...bytes)
  }

  byte(...bytes: number[]): this {
    this.#reserve(bytes.length)
    for (const each of bytes) this.#data[this.length++] = each
    return this
  }

  unsigned(value: number): this {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128)
    return this.byte(rest)
  }

  /** A signed integer of 32 bits, as LEB128. */
  integer(value: number): this {
    let rest = value
    for (;;) {
      const low = rest & 127
      rest >>= 7
      if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) return this.byte(low)
      this.byte(low | 128)
    }
  }

  /** A signed integer of 64 bits, as LEB128. */
  long(value: bigint): this {
    let rest = value
    for (;;) {
      const low = Number(rest & 127n)
      rest >>= 7n
      if ((rest === 0n && (low & 64) === 0) || (rest === -1n && (low & 64) !== 0)) return this.byte(low)
      this.byte(low | 128)
    }
  }

  /** 64 bits twice. */
  twice(value: bigint): this {
    this.#reserve(16)
    const view = new DataView(this.#data.buffer)
    for (const at of [0, 8]) view.setBigInt64(this.length + at, value, true)
    this.length += 16
    return this
  }

  double(value: number): this {
    this.#reserve(8)
    new DataView(this.#data.buffer).setFloat64(this.length, value, true)
    this.length += 8
    return this
  }

  /** Room for an unsigned number that is known later: see `fill`. */
  gap(): number {
    this.byte(0x80, 0x80, 0x80, 0x80, 0)
    return this.length - 5
  }

  fill(gap: number, value: number): void {
    for (let i = 0; i < 5; i++) this.#data[gap + i] = ((value >>> (7 * i)) & 127) | (i < 4 ? 128 : 0)
  }

  text(text: string): this {
    return this.unsigned(text.length).byte(...[...text].map(each => each.charCodeAt(0)))
  }

  bytes(other: Bytes | Uint8Array): this {
    this.#reserve(other.length)
    this.#data.set(other instanceof Bytes ? other.#data.subarray(0, other.length) : other, this.length)
    this.length += other.length
    return this
  }

  /** Bytes with their number in front. */
  sized(other: Bytes): this {
    return this.unsigned(other.length).bytes(other)
  }

  section(id: number, entries: readonly Bytes[]): this {
    if (entries.length === 0) return this
    const content = new Bytes().unsigned(entries.length)
    for (const each of entries) content.bytes(each)
    return this.byte(id).sized(content)
  }

  toArray(): Uint8Array<ArrayBuffer> {
    return this.#data.slice(0, this.length)
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#data.length) return
    const larger = new Uint8Array(2 * (this.length + more))
    larger.set(this.#data)
    this.#data = larger
  }
}
