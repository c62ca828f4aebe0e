import { CodeWriter, type Piece } from './code-writer.ts'
import { integersIn } from './integers.ts'
import { continuing, type Returned, returnedBy, returnsParts } from './leaving.ts'
import { variablesIn } from './names.ts'
import { answersIn, type Changed, changedBy, isArithmetic, type Known, MASKS, maskOfCall, namesRead, positionsIn } from './selections.ts'
import { bare, isFunction, isLoop, type Node, namesIn, walk } from './syntax.ts'

/** Writes conditions whose sides compute numbers and do nothing else: where values are abstract, both sides run, and a mask selects. */
export abstract class SelectionWriter extends CodeWriter {
  protected readonly isGlobal: (name: string) => boolean
  /** Of the marked function that is written: names that hold integers, and names that may say which entry, or how often. */
  protected integers: ReadonlySet<string> = new Set()
  protected positions: ReadonlySet<string> = new Set()
  /** Constants that hold the answer of a test, which is a mask where values are abstract. */
  protected answers: ReadonlySet<string> = new Set()
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
    this.answers = answersIn(node, this.known)
    // A count that a mask changes is a value from then on, and so are those that conditions on it change.
    const counts = new Set<string>()
    for (let before = -1; before !== counts.size; ) {
      before = counts.size
      walk(node, each => {
        const conditions = isLoop(each) ? (this.#continuing(each.body) ?? []) : [each]
        for (const condition of conditions)
          if (condition.type === 'IfStatement') for (const name of this.#changedBy(condition)?.names ?? []) if (!this.positions.has(name)) counts.add(name)
        return undefined
      })
      if (counts.size > before) this.integers = integersIn(node, counts)
    }
  }

  protected get known(): Known {
    return { integers: this.integers, isGlobal: this.isGlobal, answers: this.answers }
  }

  /** Statements of a list; from one on which the rest only returns, it returns what a mask selects. */
  protected listed(statements: readonly Node[], start: number, end: number): Piece[] {
    const returnedFrom = (i: number) => returnedBy(statements.slice(i), this.known, each => this.#textOf(each))
    const from = statements.findIndex((each, i) => each.type === 'IfStatement' && returnedFrom(i) !== undefined)
    // What is computed on the way is declared inside of what returns it, where nothing else may see it.
    const isOwn = (each: Node, i: number) => from >= 0 && i >= from && each.type === 'VariableDeclaration' && each.kind !== 'var'
    const own = statements.filter(isOwn).flatMap(({ declarations }) => (declarations as Node[]).flatMap(({ id }) => namesIn(id)))
    const others = statements.filter((each, i) => i < from || (each.type.endsWith('Declaration') && !isOwn(each, i)))
    const isSeen = others.some(each => namesRead(each).some(name => own.includes(name)))
    const returned = from < 0 || isSeen ? undefined : returnedFrom(from)
    return this.sequence(statements, start, end, each => {
      const i = statements.indexOf(each)
      if (returned === undefined || i < from) return this.traced(each)
      if (i === from) return ['return ', ...this.#returned(returned), ';']
      // Others are not reached, but may declare what is used before.
      return isOwn(each, i) || (!each.type.endsWith('Declaration') && variablesIn(each).length === 0) ? [] : this.traced(each)
    })
  }

  #continuing(body: Node): readonly Node[] | undefined {
    return continuing(body, this.known, each => this.#textOf(each))
  }

  /** The body of a loop. */
  protected round(body: Node): Piece[] {
    const statements = this.#continuing(body)
    return statements === undefined ? this.traced(body) : this.sequence(statements, body.start, body.end, each => this.traced(each))
  }

  #returned(returned: Returned): Piece[] {
    if ('value' in returned) return this.traced(returned.value)
    if ('statement' in returned) {
      const pieces: Piece[] = ['(() => { ']
      let rest: Returned = returned
      for (; 'statement' in rest; rest = rest.then) pieces.push(...this.traced(rest.statement), '; ')
      return [...pieces, 'return ', ...this.#returned(rest), ' })()']
    }
    return this.selection(
      returned.test,
      () => this.#returned(returned.yes),
      () => this.#returned(returned.no),
      returnsParts(returned, this.known) ? 'chooseParts' : 'choose',
    )
  }

  /** What a test selects, by a function of the runtime. */
  protected selection(test: Node, yes: () => Piece[], no: () => Piece[], selecting: 'select' | 'choose' | 'chooseParts'): Piece[] {
    const side = (write: () => Piece[]): Piece[] => ['() => (', ...this.#side(write), ')']
    return this.call(selecting, this.mask(test), side(yes), side(no))
  }

  #side(write: () => Piece[]): Piece[] {
    this.sides++
    const pieces = write()
    this.sides--
    return pieces
  }

  /** A test made of comparisons: where values are abstract, a mask. */
  protected mask(test: Node): Piece[] {
    const { type, name, operator, left, right, argument, ...node } = bare(test)
    if (type === 'Identifier') return [name]
    if (type === 'CallExpression') return this.call(maskOfCall(bare(test), this.known) as string, this.traced(node.arguments[0]), this.traced(node.callee))
    if (type === 'UnaryExpression') return this.call('notMask', this.mask(argument))
    if (type === 'LogicalExpression')
      return this.call(operator === '&&' ? 'andMask' : 'orMask', this.mask(left), ['() => ', ...this.#side(() => this.mask(right))])
    return this.call(MASKS[operator] as string, this.traced(left), this.traced(right))
  }

  #textOf({ start, end }: Node): string {
    return this.source.slice(start, end)
  }

  /** The number by which a comparison orders, as in `(a, b) => f(a) - f(b)`, and whether it is the other way round; undefined for others. */
  protected orderOf(callback: Node): { name: string; key: Node; sign: 1 | -1 } | undefined {
    const { type, params = [], body } = callback
    const [a = '', b = ''] = (params as Node[]).map(each => (each.type === 'Identifier' ? (each.name as string) : ''))
    const difference = type === 'ArrowFunctionExpression' && params.length === 2 && a && b && a !== b ? bare(body) : undefined
    if (difference?.type !== 'BinaryExpression' || difference.operator !== '-') return undefined
    const { left, right } = difference
    if (!isArithmetic(left, this.known) || !isArithmetic(right, this.known)) return undefined
    const textWith = (node: Node, from: string, to: string) => textOf(this.source, node, name => (name === from ? to : name))
    const key = textWith(left, '', '')
    if (namesRead(left).includes(a) && !namesRead(left).includes(b) && textWith(right, b, a) === key) return { name: a, key: left, sign: 1 }
    if (namesRead(left).includes(b) && !namesRead(left).includes(a) && textWith(right, a, b) === key) return { name: b, key: left, sign: -1 }
    return undefined
  }

  #changedBy(node: Node): Changed | undefined {
    return changedBy(node, this.known, each => this.#textOf(each))
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
      ...this.call('branch', this.mask(node.test), side(node.consequent), side(node.alternate), [
        ...['() => ({ values: () => ', ...values, `, set: ${given} => { `, ...targets, ` = ${given} }, places: () => `, ...listOf(places.map(ownedBy))],
        ...[', through: () => ', ...listOf(places.flatMap(membersRead).map(ownedBy))],
        `, positions: ${names.filter(each => this.positions.has(each)).length} })`,
      ]),
      '; }',
    ]
  }
}

/** The text of an expression in which variables have other names. */
function textOf(source: string, node: Node, rename: (name: string) => string): string {
  let [text, at] = ['', node.start]
  walk(node, each => {
    if (each.type !== 'Identifier') return undefined
    text += source.slice(at, each.start) + rename(each.name)
    at = each.end
    return undefined
  })
  return text + source.slice(at, node.end)
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
