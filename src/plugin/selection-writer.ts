import { CodeWriter, type Piece } from './code-writer.ts'
import { integersIn } from './integers.ts'
import { variablesIn } from './names.ts'
import { type Changed, changedBy, type Known, MASKS, positionsIn, type Returned, returnedBy } from './selections.ts'
import { bare, isFunction, type Node, namesIn, walk } from './syntax.ts'

/** Writes conditions whose sides compute numbers and do nothing else: where values are abstract, both sides run, and a mask selects. */
export abstract class SelectionWriter extends CodeWriter {
  protected readonly isGlobal: (name: string) => boolean
  /** Of the marked function that is written: names that hold integers, and names that may say which entry, or how often. */
  protected integers: ReadonlySet<string> = new Set()
  protected positions: ReadonlySet<string> = new Set()
  /** Names of functions in it. */
  protected functions: ReadonlySet<string> = new Set()
  /** How many sides are around what is written. */
  protected sides = 0

  constructor(source: string, runtime: string, isGlobal: (name: string) => boolean) {
    super(source, runtime)
    this.isGlobal = isGlobal
  }

  /** A node with operators in place of arithmetic. */
  protected abstract traced(node: Node): Piece[]
  /** What a pattern gives a value. */
  protected abstract target(node: Node): Piece[]
  /** What an entry is found by. */
  protected abstract key(node: Node): Piece[]

  /** Begins with a marked function. */
  protected begin(node: Node): void {
    const functions = new Set<string>()
    walk(node, each => {
      if (each.type === 'FunctionDeclaration' && each.id) functions.add(each.id.name)
      if (each.type === 'VariableDeclarator' && each.init && isFunction(each.init)) for (const name of namesIn(each.id)) functions.add(name)
      return undefined
    })
    this.functions = functions
    this.integers = integersIn(node)
    this.positions = positionsIn(node)
    // A count that a mask changes is a value from then on, and so are those that conditions on it change.
    const counts = new Set<string>()
    for (let before = -1; before !== counts.size; ) {
      before = counts.size
      walk(node, each => {
        if (each.type === 'IfStatement') for (const name of this.#changedBy(each)?.names ?? []) if (!this.positions.has(name)) counts.add(name)
        return undefined
      })
      if (counts.size > before) this.integers = integersIn(node, counts)
    }
  }

  protected get known(): Known {
    return { integers: this.integers, isGlobal: this.isGlobal }
  }

  /** Statements of a list; from one on which the rest only returns, it returns what a mask selects. */
  protected listed(statements: readonly Node[], start: number, end: number): Piece[] {
    const from = statements.findIndex((each, i) => each.type === 'IfStatement' && returnedBy(statements.slice(i), this.known) !== undefined)
    const returned = from < 0 ? undefined : returnedBy(statements.slice(from), this.known)
    return this.sequence(statements, start, end, each => {
      const i = statements.indexOf(each)
      if (returned === undefined || i < from) return this.traced(each)
      if (i === from) return ['return ', ...this.#returned(returned), ';']
      // Others are not reached, but may declare what is used before.
      return ['ReturnStatement', 'IfStatement'].includes(each.type) && variablesIn(each).length === 0 ? [] : this.traced(each)
    })
  }

  #returned(returned: Returned): Piece[] {
    if ('value' in returned) return this.traced(returned.value)
    return this.selection(
      returned.test,
      () => this.#returned(returned.yes),
      () => this.#returned(returned.no),
      true,
    )
  }

  /** What a test selects; `position`: integers may say which entry, so that which of them it is has to be asked. */
  protected selection(test: Node, yes: () => Piece[], no: () => Piece[], position: boolean): Piece[] {
    const side = (write: () => Piece[]): Piece[] => ['() => (', ...this.#side(write), ')']
    return this.call(position ? 'choose' : 'select', this.#mask(test), side(yes), side(no))
  }

  #side(write: () => Piece[]): Piece[] {
    this.sides++
    const pieces = write()
    this.sides--
    return pieces
  }

  /** A test made of comparisons: where values are abstract, a mask. */
  #mask(test: Node): Piece[] {
    const { type, operator, left, right, argument } = bare(test)
    if (type === 'UnaryExpression') return this.call('notMask', this.#mask(argument))
    if (type === 'LogicalExpression')
      return this.call(operator === '&&' ? 'andMask' : 'orMask', this.#mask(left), ['() => ', ...this.#side(() => this.#mask(right))])
    return this.call(MASKS[operator] as string, this.traced(left), this.traced(right))
  }

  #changedBy(node: Node): Changed | undefined {
    return changedBy(node, this.known, each => this.source.slice(each.start, each.end))
  }

  /** `if` whose sides compute numbers and do nothing else. */
  protected selected(node: Node): Piece[] | undefined {
    const changed = this.#changedBy(node)
    if (changed === undefined) return undefined
    // Those whose integers may be positions come first.
    const names = [...changed.names].sort((a, b) => Number(this.positions.has(b)) - Number(this.positions.has(a)))
    const places = [...changed.places.values()]
    const listOf = (parts: readonly Piece[][]): Piece[] => ['[', ...parts.flatMap((each): Piece[] => [...each, ', ']), ']']
    const ownedBy = (place: Node): Piece[] => {
      const { object, property, computed } = bare(place)
      return ['[', ...this.traced(object), ', ', ...(computed ? this.key(property) : [`'${property.name}'`]), ']']
    }
    const variables = names.map((each): Piece[] => [each])
    const values = listOf([...places.map(each => this.traced(each)), ...variables])
    const targets = listOf([...places.map(each => this.target(each)), ...variables])
    const given = `${this.runtime}v`
    const side = (statement: Node | null): Piece[] => ['() => { ', ...(statement ? this.#side(() => this.traced(statement)) : []), ' }']
    return [
      '{ ',
      ...this.call('branch', this.#mask(node.test), side(node.consequent), side(node.alternate), [
        ...['() => ({ values: () => ', ...values, `, set: ${given} => { `, ...targets, ` = ${given} }, places: () => `, ...listOf(places.map(ownedBy))],
        ...[', through: () => ', ...listOf(places.flatMap(membersRead).map(ownedBy))],
        `, positions: ${names.filter(each => this.positions.has(each)).length} })`,
      ]),
      '; }',
    ]
  }
}

/** The members that are read to find a place. */
function membersRead(place: Node): Node[] {
  const members: Node[] = []
  const { object, property, computed } = bare(place)
  for (const part of computed ? [object, property] : [object])
    walk(part, node => {
      if (node.type === 'MemberExpression') members.push(node)
      return undefined
    })
  return members
}
