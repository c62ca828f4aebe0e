/** Names and their values; those of a function's body stand above those around it. */
export class Names {
  readonly #own: Map<string, unknown>
  readonly #outer: Names | undefined

  constructor(own: Iterable<readonly [string, unknown]>, outer?: Names) {
    this.#own = new Map(own)
    this.#outer = outer
  }

  has(name: string): boolean {
    return this.#own.has(name) || (this.#outer?.has(name) ?? false)
  }

  get(name: string): unknown {
    return this.#own.has(name) ? this.#own.get(name) : this.#outer?.get(name)
  }

  /** Assigns a variable of the session: as in mathjs, functions have arguments of their own, but no variables. */
  set(name: string, value: unknown): void {
    if (this.#outer === undefined) this.#own.set(name, value)
    else this.#outer.set(name, value)
  }

  get all(): string[] {
    return [...this.#own.keys(), ...(this.#outer?.all ?? [])]
  }
}
