import { asksInSilence, calledInside, canBeginAgain, isCalledAtOnce, needsItsScope, usesItsCall } from './code.ts'
import { flat, type Piece } from './code-writer.ts'
import { ExpressionWriter } from './expressions.ts'
import { childrenOf, directivesOf, endsAtOnce, isFunction, type Node, walk } from './syntax.ts'

/** Functions inside one another to this depth are written twice: as they are, for numbers, and with operators. */
const DEEPEST = 2

/** Writes functions so that they compute with values of transforms, too. */
export class Writer extends ExpressionWriter {
  /** Whether a function uses operators of the library itself, and with them tensors that it makes. */
  #operators = false
  #depth = 0
  /** Functions that the plain body which is written calls itself, where no transform runs, then. */
  #inside: ReadonlySet<Node> = new Set()
  #apart = 0
  /** The body of the function that is written. */
  #body: Node | undefined
  /** Of a statement which exports: what it declares, and functions that go before it, as they cannot stand in it. */
  #exporting: { declared: readonly Node[]; before: Piece[] } | undefined

  /**
   * A program from a place on, in which marked functions alone change; `marked` says of one that is whether it uses operators of the library,
   * `all` that all are, which then may know Math by other names.
   */
  program(node: Node, start: number, marked: (node: Node) => { usesOperators: boolean } | undefined, all = false): Piece[] {
    const begin = (each: Node) => {
      const found = isFunction(each) ? marked(each) : undefined
      if (found === undefined) return false
      this.begin(each)
      this.#operators = found.usesOperators
      return true
    }
    const visit = (each: Node): Piece[] =>
      (all ? this.#named(each) : undefined) ??
      this.declared(each, begin, visit) ??
      (begin(each) ? this.function(each) : this.around(each, isOfMarked(each) ? member : visit))
    // What instances begin with is computed when they are made, as if it stood in a constructor.
    const isOfMarked = ({ type, body }: Node) => type === 'ClassBody' && (all || (body as Node[]).some(each => each.value && marked(each.value)))
    const member = (each: Node): Piece[] => {
      if (!isField(each)) return visit(each)
      this.begin(each.value)
      return this.#field(each)
    }
    const after = (node.body as Node[]).filter(each => each.start >= start)
    return this.sequence(after, start, node.end, visit)
  }

  /** A function by itself: statements that declare what it needs, and the function as an expression. */
  alone(node: Node, usesOperators: boolean): { before: Piece[]; expression: Piece[] } {
    this.begin(node)
    this.#operators = usesOperators
    const parts = this.#split(node)
    if (parts === undefined) return { before: [], expression: this.function(node) }
    return { before: [`const ${parts.name} = `, ...parts.traced, '; '], expression: parts.plain }
  }

  /**
   * A declaration of a function, with a second function beside it that has the operators: V8 then treats the first as if there were
   * no other. Undefined for what is no such declaration.
   */
  protected declared(node: Node, begin: (node: Node) => boolean, inside: (node: Node) => Piece[]): Piece[] | undefined {
    if (node.type === 'ExportNamedDeclaration' && node.declaration?.type === 'VariableDeclaration') {
      const exporting = { declared: node.declaration.declarations as Node[], before: [] as Piece[] }
      this.#exporting = exporting
      const pieces = this.around(node, inside)
      this.#exporting = undefined
      return [...exporting.before, ...pieces]
    }
    if (node.type === 'FunctionDeclaration' && node.id && begin(node)) {
      const parts = this.#split(node)
      if (parts === undefined) return undefined
      // Its own name in the second function is that of the first.
      return [...parts.plain, ` function ${parts.name}`, ...parts.traced.slice(1)]
    }
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init && isFunction(node.init) && begin(node.init)) {
      const parts = this.#split(node.init)
      if (parts === undefined) return undefined
      const second: Piece[] = [`${parts.name} = `, ...parts.traced]
      const exporting = this.#exporting?.declared.includes(node) ? this.#exporting.before : undefined
      for (const piece of ['const ', ...second, '; ']) exporting?.push(piece)
      return [...(exporting === undefined ? [...second, ', '] : []), [node.start, node.init.start], ...parts.plain, [node.init.end, node.end]]
    }
    return undefined
  }

  /** A function as it is but for a call of another, which has the operators; undefined where its arguments cannot be handed on. */
  #split(node: Node): { name: string; plain: Piece[]; traced: Piece[] } | undefined {
    const { body, params, type } = node
    const isPlain = endsAtOnce(node) && body && (params as Node[]).every(each => each.type === 'Identifier')
    // What a function expression calls itself by is one of the two.
    if (!isPlain || this.#depth >= DEEPEST || this.#operators || (type === 'FunctionExpression' && node.id) || usesItsCall(node)) return undefined
    const name = `${this.runtime}${++this.#apart}`
    const names = (params as Node[]).map(each => each.name as string).filter(each => each !== 'this')
    const call = `${name}(${names.join(', ')})`
    const outer = { temporaries: this.temporaries, body: this.#body }
    this.temporaries = 0
    this.#body = body
    this.#depth++
    const end = this.#endOfHeader(node)
    // A declared function's header without its name, which comes before.
    const header: Piece[] = type === 'FunctionDeclaration' ? ['', [node.id.end, end], ' '] : [[node.start, end], ' ']
    const around = this.#inside
    this.#inside = calledInside(body)
    let plain: Piece[]
    let traced: Piece[]
    if (body.type === 'BlockStatement') {
      const { kept, statements } = bodyOf(body)
      const own = this.sequence(statements, ...inside(body, statements), each => this.#plain(each))
      plain = [
        [node.start, end],
        ' { ',
        ...kept,
        `if (!${this.#isPlain(node)}) return ${call}; `,
        ...(this.#isSilent(node) ? own : this.#rescued(own, call)),
        '}',
      ]
      traced = this.listed(statements, ...inside(body, statements))
      traced = [...header, '{ ', ...kept, this.locals(), ...traced, '}']
    } else {
      const own = this.#plain(body)
      const value: Piece[] = this.#isSilent(node) ? ['return (', ...own, ') '] : this.#rescued(['return (', ...own, ') '], call)
      plain = [[node.start, end], ` { if (!${this.#isPlain(node)}) return ${call}; `, ...value, '}']
      const result = this.traced(body)
      traced = [...header, '{ ', this.locals(), 'return (', ...result, ') }']
    }
    this.#depth--
    this.#inside = around
    this.temporaries = outer.temporaries
    this.#body = outer.body
    return { name, plain, traced }
  }

  /** A function with its body twice: as it is, where no transform runs, and with operators. */
  protected function(node: Node): Piece[] {
    const { body } = node
    if (body === null || body === undefined) return [[node.start, node.end]]
    const outer = { temporaries: this.temporaries, body: this.#body }
    this.temporaries = 0
    this.#body = body
    this.#depth++
    let header = this.#header(node)
    // Defaults of parameters have no place for temporaries: such ones stay as they are.
    if (this.temporaries > 0) {
      this.temporaries = 0
      header = [[node.start, this.#endOfHeader(node)], ' ']
    }
    const around = this.#inside
    this.#inside = calledInside(body)
    const twice = this.#depth <= DEEPEST && !this.#operators && !needsItsScope(body)
    let pieces: Piece[]
    if (body.type === 'BlockStatement') {
      const { kept, statements } = bodyOf(body)
      const plain: Piece[] = twice
        ? [`if (${this.#isPlain(node, true)}) {`, ...this.sequence(statements, ...inside(body, statements), each => this.#plain(each)), '\nreturn }']
        : []
      const traced = this.listed(statements, ...inside(body, statements))
      pieces = [...header, '{ ', ...kept, ...plain, this.locals(), ...traced, '}']
    } else {
      const plain: Piece[] = twice ? [`if (${this.#isPlain(node, true)}) return (`, ...this.#plain(body), '); '] : []
      const traced = this.traced(body)
      pieces = [...header, '{ ', ...plain, this.locals(), 'return (', ...traced, ') }']
    }
    this.#depth--
    this.#inside = around
    this.temporaries = outer.temporaries
    this.#body = outer.body
    return pieces
  }

  /** A field of instances: what it begins with as it is, where no transform runs, and with operators. */
  #field(node: Node): Piece[] {
    const { value } = node
    const outer = this.temporaries
    this.temporaries = 0
    this.#depth++
    const isTwice = this.#depth <= DEEPEST && !this.#operators
    const plain: Piece[] = isTwice ? [`${this.use('silent')}() ? (`, ...this.#plain(value), ') : '] : []
    const traced = this.traced(value)
    const alone: Piece[] = this.temporaries > 0 ? ['(() => { ', this.locals(), 'return (', ...traced, ') })()'] : ['(', ...traced, ')']
    this.#depth--
    this.temporaries = outer
    const isAsItIs = flat(traced).every(each => typeof each !== 'string')
    return this.around(node, child => (child === value && !isAsItIs ? [...plain, ...alone] : [[child.start, child.end]]))
  }

  /** The test whether a function may run as it is written, by its first arguments that have names. */
  #isPlain(node: Node, isSilent = this.#isSilent(node)): string {
    const names = (node.params as Node[]).flatMap(each => (each.type === 'Identifier' ? [each.name as string] : [])).slice(0, 3)
    return `${this.use(isSilent ? 'silent' : 'plain')}(${names.join(', ')})`
  }

  /** Whether a function may meet a value without arithmetic that throws, or cannot begin again with its arguments. */
  #isSilent(node: Node): boolean {
    return asksInSilence(node.body, this.integers) || needsItsScope(node.body) || !canBeginAgain(node)
  }

  /** A body that begins again with operators where it meets a value. */
  #rescued(own: readonly Piece[], call: string): Piece[] {
    const error = `${this.runtime}e`
    return ['try { ', ...own, `} catch (${error}) { if (${this.use('met')}(${error})) return ${call}; throw ${error} }`]
  }

  /** Everything before a function's body; defaults of parameters are computed with operators. */
  #header(node: Node): Piece[] {
    const pieces: Piece[] = []
    let at = node.start
    for (const each of childrenOf(node)) {
      if (each === node.body) break
      pieces.push([at, each.start], ...this.traced(each))
      at = each.end
    }
    return [...pieces, [at, this.#endOfHeader(node)], ' ']
  }

  /** Where a body begins; one in parentheses is written without them. */
  #endOfHeader({ start, body, params, returnType }: Node): number {
    if (body.type === 'BlockStatement') return body.start
    const from = returnType?.end ?? params.at(-1)?.end ?? start
    // Comments may hold arrows, too.
    const between = this.source.slice(from, body.start).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, text => ' '.repeat(text.length))
    return from + between.indexOf('=>') + 2
  }

  /** A declaration that names Math, or functions of it, anew: those of the runtime, which take values, too. */
  #named({ type, init, start, end }: Node): Piece[] | undefined {
    if (type !== 'VariableDeclarator' || init?.type !== 'Identifier' || init.name !== 'Math' || !this.isGlobal('Math')) return undefined
    return [[start, init.start], this.use('Math'), [init.end, end]]
  }

  /** A node as it is, with functions inside it that can be called later, where transforms run. */
  #plain(node: Node): Piece[] {
    const inside = (child: Node) => this.#plain(child)
    const made = node.type === 'VariableDeclarator' ? node.init : node
    if (made && this.#inside.has(made))
      return made === node ? this.around(node, inside) : this.around(node, child => (child === made ? this.around(child, inside) : inside(child)))
    if (isField(node)) return this.#field(node)
    // Functions inside may be called where transforms run.
    const named = this.#named(node)
    if (named !== undefined && this.#body && holdsFunction(this.#body)) return named
    if (node.type === 'CallExpression' && isCalledAtOnce(node))
      return this.around(node, child =>
        endsAtOnce(child) && node.arguments.includes(child) && !asksInSilence(child.body, this.integers) ? this.around(child, inside) : inside(child),
      )
    return this.declared(node, isFunction, inside) ?? (isFunction(node) ? this.function(node) : this.around(node, inside))
  }
}

/** Whether a member of a class is a field that each instance begins with, and no function. */
function isField({ type, static: isStatic, value }: Node): boolean {
  return type === 'PropertyDefinition' && !isStatic && value && !isFunction(value)
}

function holdsFunction(body: Node): boolean {
  let found = false
  walk(body, node => {
    if (isFunction(node)) found = true
    return !found
  })
  return found
}

/** The directives of a body that stay, and its statements. */
function bodyOf({ body }: Node): { kept: Piece[]; statements: Node[] } {
  const count = directivesOf(body).length
  const directives: Node[] = body.slice(0, count)
  const kept = directives.filter(({ expression }) => expression.value !== 'use ad').flatMap((each): Piece[] => [[each.start, each.end], ';'])
  return { kept, statements: body.slice(count) }
}

/** Where the statements of a body begin and end, with what stands between and after them, comments above all. */
function inside(body: Node, statements: readonly Node[]): [start: number, end: number] {
  return [statements[0]?.start ?? body.end - 1, body.end - 1]
}
