import {
  asksInSilence,
  CALLBACKS,
  canBeginAgain,
  isBoolean,
  isCalledAtOnce,
  isClass,
  isEntry,
  isLoose,
  isNoNumber,
  needsItsScope,
  QUESTIONS,
  usesItsCall,
} from './code.ts'
import { integersIn, isInteger } from './integers.ts'
import { bare, childrenOf, directivesOf, isFunction, type Node } from './syntax.ts'

/** A part of the written code: text, or a stretch of the source. */
export type Piece = string | readonly [start: number, end: number]

/** Operators of two operands, and the functions of the runtime that take their place. */
const BINARY: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'rem',
  '**': 'pow',
  '<': 'lt',
  '>': 'gt',
  '<=': 'le',
  '>=': 'ge',
  '===': 'same',
  '!==': 'differ',
  '==': 'equal',
  '!=': 'unequal',
}
const BITS = ['&', '|', '^', '<<', '>>', '>>>']
/** Globals that the runtime has its own of. */
const GLOBALS = ['Math', 'Number', 'Boolean', 'isNaN', 'isFinite', 'parseInt', 'parseFloat', 'Float64Array', 'Float32Array']
/** Questions about the kind of a list, which lists in place of typed arrays answer as those. */
const KINDS = ['Array.isArray', 'ArrayBuffer.isView']
/** Functions inside one another to this depth are written twice: as they are, for numbers, and with operators. */
const DEEPEST = 2

/** Writes functions so that they compute with values of transforms, too. */
export class Writer {
  readonly #source: string
  /** What names of the runtime begin with. */
  readonly #runtime: string
  readonly #isGlobal: (name: string) => boolean
  #integers: ReadonlySet<string> = new Set()
  /** Whether a function uses operators of the library itself, and with them tensors that it makes. */
  #operators = false
  readonly #used = new Map<string, string>()
  /** Properties that are given values. */
  readonly #patterns = new Set<Node>()
  #temporaries = 0
  #depth = 0
  #apart = 0
  /** Of a statement which exports: what it declares, and functions that go before it, as they cannot stand in it. */
  #exporting: { declared: readonly Node[]; before: Piece[] } | undefined

  constructor(source: string, runtime: string, isGlobal: (name: string) => boolean) {
    this.#source = source
    this.#runtime = runtime
    this.#isGlobal = isGlobal
  }

  /** What is used of the runtime, and what it is called. */
  get used(): ReadonlyMap<string, string> {
    return this.#used
  }

  #use(name: string): string {
    const own = `${this.#runtime}_${name}`
    this.#used.set(name, own)
    return own
  }

  /** A program from a place on, in which marked functions alone change; `marked` says of one that is whether it uses operators of the library. */
  program(node: Node, start: number, marked: (node: Node) => { usesOperators: boolean } | undefined): Piece[] {
    const begin = (each: Node) => {
      const found = isFunction(each) ? marked(each) : undefined
      if (found === undefined) return false
      this.#integers = integersIn(each)
      this.#operators = found.usesOperators
      return true
    }
    const visit = (each: Node): Piece[] => this.#declared(each, begin, visit) ?? (begin(each) ? this.#function(each) : this.#around(each, visit))
    const after = (node.body as Node[]).filter(each => each.start >= start)
    return this.#sequence(after, start, node.end, visit)
  }

  /** A function by itself: statements that declare what it needs, and the function as an expression. */
  alone(node: Node, usesOperators: boolean): { before: Piece[]; expression: Piece[] } {
    this.#integers = integersIn(node)
    this.#operators = usesOperators
    const parts = this.#split(node)
    if (parts === undefined) return { before: [], expression: this.#function(node) }
    return { before: [`const ${parts.name} = `, ...parts.traced, '; '], expression: parts.plain }
  }

  /** A node's text, with that of its children written anew. */
  #around(node: Node, child: (node: Node) => Piece[]): Piece[] {
    return this.#sequence(childrenOf(node), node.start, node.end, child)
  }

  #sequence(nodes: readonly Node[], start: number, end: number, write: (node: Node) => Piece[]): Piece[] {
    const pieces: Piece[] = []
    let at = start
    for (const each of nodes) {
      pieces.push([at, each.start])
      // One by one: a call takes only so many arguments.
      for (const piece of write(each)) pieces.push(piece)
      at = each.end
    }
    return [...pieces, [at, end]]
  }

  /**
   * A declaration of a function, with a second function beside it that has the operators: V8 then treats the first as if there were
   * no other. Undefined for what is no such declaration.
   */
  #declared(node: Node, begin: (node: Node) => boolean, inside: (node: Node) => Piece[]): Piece[] | undefined {
    if (node.type === 'ExportNamedDeclaration' && node.declaration?.type === 'VariableDeclaration') {
      const exporting = { declared: node.declaration.declarations as Node[], before: [] as Piece[] }
      this.#exporting = exporting
      const pieces = this.#around(node, inside)
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
    const isPlain = node.async !== true && node.generator !== true && body && (params as Node[]).every(each => each.type === 'Identifier')
    // What a function expression calls itself by is one of the two.
    if (!isPlain || this.#depth >= DEEPEST || this.#operators || (type === 'FunctionExpression' && node.id) || usesItsCall(node)) return undefined
    const name = `${this.#runtime}${++this.#apart}`
    const names = (params as Node[]).map(each => each.name as string).filter(each => each !== 'this')
    const call = `${name}(${names.join(', ')})`
    const outer = this.#temporaries
    this.#temporaries = 0
    this.#depth++
    const end = this.#endOfHeader(node)
    // A declared function's header without its name, which comes before.
    const header: Piece[] = type === 'FunctionDeclaration' ? ['', [node.id.end, end], ' '] : [[node.start, end], ' ']
    let plain: Piece[]
    let traced: Piece[]
    if (body.type === 'BlockStatement') {
      const { kept, statements } = bodyOf(body)
      const own = this.#statements(statements, body, each => this.#plain(each))
      plain = [
        [node.start, end],
        ' { ',
        ...kept,
        `if (!${this.#isPlain(node)}) return ${call}; `,
        ...(this.#isSilent(node) ? own : this.#rescued(own, call)),
        '}',
      ]
      traced = this.#statements(statements, body, each => this.#traced(each))
      traced = [...header, '{ ', ...kept, this.#locals(), ...traced, '}']
    } else {
      const own = this.#plain(body)
      const value: Piece[] = this.#isSilent(node) ? ['return (', ...own, ') '] : this.#rescued(['return (', ...own, ') '], call)
      plain = [[node.start, end], ` { if (!${this.#isPlain(node)}) return ${call}; `, ...value, '}']
      const result = this.#traced(body)
      traced = [...header, '{ ', this.#locals(), 'return (', ...result, ') }']
    }
    this.#depth--
    this.#temporaries = outer
    return { name, plain, traced }
  }

  /** A function with its body twice: as it is, where no transform runs, and with operators. */
  #function(node: Node): Piece[] {
    const { body } = node
    if (node.async === true || node.generator === true || body === null || body === undefined) return [[node.start, node.end]]
    const outer = this.#temporaries
    this.#temporaries = 0
    this.#depth++
    let header = this.#header(node)
    // Defaults of parameters have no place for temporaries: such ones stay as they are.
    if (this.#temporaries > 0) {
      this.#temporaries = 0
      header = [[node.start, this.#endOfHeader(node)], ' ']
    }
    const twice = this.#depth <= DEEPEST && !this.#operators && !needsItsScope(body)
    let pieces: Piece[]
    if (body.type === 'BlockStatement') {
      const { kept, statements } = bodyOf(body)
      const plain: Piece[] = twice
        ? [`if (${this.#isPlain(node, true)}) {`, ...this.#statements(statements, body, each => this.#plain(each)), '\nreturn }']
        : []
      const traced = this.#statements(statements, body, each => this.#traced(each))
      pieces = [...header, '{ ', ...kept, ...plain, this.#locals(), ...traced, '}']
    } else {
      const plain: Piece[] = twice ? [`if (${this.#isPlain(node, true)}) return (`, ...this.#plain(body), '); '] : []
      const traced = this.#traced(body)
      pieces = [...header, '{ ', ...plain, this.#locals(), 'return (', ...traced, ') }']
    }
    this.#depth--
    this.#temporaries = outer
    return pieces
  }

  /** The test whether a function may run as it is written, by its first arguments that have names. */
  #isPlain(node: Node, isSilent = this.#isSilent(node)): string {
    const names = (node.params as Node[]).flatMap(each => (each.type === 'Identifier' ? [each.name as string] : [])).slice(0, 3)
    return `${this.#use(isSilent ? 'silent' : 'plain')}(${names.join(', ')})`
  }

  /** Whether a function may meet a value without arithmetic that throws, or cannot begin again with its arguments. */
  #isSilent(node: Node): boolean {
    return asksInSilence(node.body, this.#integers) || needsItsScope(node.body) || !canBeginAgain(node)
  }

  /** A body that begins again with operators where it meets a value. */
  #rescued(own: readonly Piece[], call: string): Piece[] {
    const error = `${this.#runtime}e`
    return ['try { ', ...own, `} catch (${error}) { if (${this.#use('met')}(${error})) return ${call}; throw ${error} }`]
  }

  /** Everything before a function's body; defaults of parameters are computed with operators. */
  #header(node: Node): Piece[] {
    const pieces: Piece[] = []
    let at = node.start
    for (const each of childrenOf(node)) {
      if (each === node.body) break
      pieces.push([at, each.start], ...this.#traced(each))
      at = each.end
    }
    return [...pieces, [at, this.#endOfHeader(node)], ' ']
  }

  /** Where a body begins; one in parentheses is written without them. */
  #endOfHeader({ start, body, params, returnType }: Node): number {
    if (body.type === 'BlockStatement') return body.start
    const from = returnType?.end ?? params.at(-1)?.end ?? start
    // Comments may hold arrows, too.
    const between = this.#source.slice(from, body.start).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, text => ' '.repeat(text.length))
    return from + between.indexOf('=>') + 2
  }

  #statements(statements: readonly Node[], body: Node, write: (node: Node) => Piece[]): Piece[] {
    // What stands between statements, comments above all, goes along.
    return this.#sequence(statements, statements[0]?.start ?? body.end - 1, body.end - 1, write)
  }

  #locals(): string {
    return this.#temporaries === 0 ? '' : `let ${Array.from({ length: this.#temporaries }, (_, i) => `${this.#runtime}t${i + 1}`).join(', ')}; `
  }

  #temporary(): string {
    return `${this.#runtime}t${++this.#temporaries}`
  }

  /** A node as it is, with functions inside it that can be called later, where transforms run. */
  #plain(node: Node): Piece[] {
    const inside = (child: Node) => this.#plain(child)
    if (node.type === 'CallExpression' && isCalledAtOnce(node))
      return this.#around(node, child =>
        isFunction(child) && node.arguments.includes(child) && !asksInSilence(child.body, this.#integers) ? this.#around(child, inside) : inside(child),
      )
    return this.#declared(node, isFunction, inside) ?? (isFunction(node) ? this.#function(node) : this.#around(node, inside))
  }

  #call(name: string, ...operands: readonly Piece[][]): Piece[] {
    return [`${this.#use(name)}(`, ...operands.flatMap((each, i): Piece[] => (i === 0 ? each : [', ', ...each])), ')']
  }

  /** A condition: the truth of a value that stands for a number is asked for by nobody but here, and refused. */
  #test(node: Node): Piece[] {
    return isBoolean(node) ? this.#traced(node) : this.#call('truth', this.#traced(node))
  }

  /** A node with operators in place of arithmetic. */
  #traced(node: Node): Piece[] {
    const inside = (child: Node) => this.#traced(child)
    const asIs = () => this.#around(node, inside)
    const declared = this.#declared(node, isFunction, inside)
    if (declared !== undefined) return declared
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#function(node)
      case 'BinaryExpression': {
        const { operator, left, right } = node
        if (BITS.includes(operator)) {
          if (isInteger(left, this.#integers) && isInteger(right, this.#integers)) return asIs()
          return this.#with(operator, [left, each => this.#call('bits', each)], [right, each => this.#call('bits', each)])
        }
        const name = BINARY[operator]
        if (operator === 'instanceof' && isClass(right)) return this.#around(node, child => (child === right ? [[child.start, child.end]] : inside(child)))
        if (name === undefined || left.type === 'PrivateIdentifier') return asIs()
        if (isInteger(left, this.#integers) && isInteger(right, this.#integers)) return asIs()
        if ([left, right].some(isNoNumber) && QUESTIONS.includes(operator)) return asIs()
        if (QUESTIONS.includes(operator) && [left, right].some(isClass))
          return this.#around(node, child => (isClass(child) ? [[child.start, child.end]] : inside(child)))
        return this.#call(name, inside(left), inside(right))
      }
      case 'UnaryExpression': {
        const { operator, argument } = node
        if (operator === '-') return isInteger(argument, this.#integers) || argument.type === 'Literal' ? asIs() : this.#call('neg', inside(argument))
        if (operator === '+') return this.#call('plus', inside(argument))
        if (operator === '~') return ['~', ...this.#call('bits', inside(argument))]
        if (operator === '!') return ['!', '(', ...this.#test(argument), ')']
        if (operator !== 'typeof') return asIs()
        // Of a name that may not exist typeof is asked directly.
        if (argument.type === 'Identifier')
          return ['(typeof ', argument.name, ` === 'object' ? `, ...this.#call('typeOf', [argument.name]), ' : typeof ', argument.name, ')']
        return this.#call('typeOf', inside(argument))
      }
      case 'LogicalExpression':
        return node.operator === '??'
          ? asIs()
          : this.#with(
              node.operator,
              [node.left, each => (isBoolean(node.left) ? each : this.#call('truth', each))],
              [node.right, each => (isLoose(node.right) ? ['(', ...each, ')'] : each)],
            )
      case 'SequenceExpression':
        return ['(', ...asIs(), ')']
      case 'NewExpression':
        return this.#around(node, child => (child === node.callee && isClass(child) ? [[child.start, child.end]] : inside(child)))
      case 'SwitchCase':
        return this.#around(node, child =>
          child === node.test && child.type !== 'Literal' && !isBoolean(child) ? this.#call('discriminant', inside(child)) : inside(child),
        )
      case 'CallExpression':
        return this.#callback(node) ?? asIs()
      case 'ConditionalExpression':
        return ['(', ...this.#test(node.test), ' ? ', ...inside(node.consequent), ' : ', ...inside(node.alternate), ')']
      case 'IfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        return this.#around(node, child => (child === node.test ? this.#test(child) : inside(child)))
      case 'SwitchStatement':
        return this.#around(node, child => (child === node.discriminant ? this.#call('discriminant', inside(child)) : inside(child)))
      case 'AssignmentExpression':
        return this.#assignment(node) ?? asIs()
      case 'UpdateExpression':
        return this.#update(node, false) ?? asIs()
      case 'ExpressionStatement':
        return this.#statement(node)
      case 'MemberExpression':
        if (
          node.object.type === 'Identifier' &&
          !node.computed &&
          KINDS.includes(`${node.object.name}.${node.property.name}`) &&
          this.#isGlobal(node.object.name)
        )
          return [this.#use(node.property.name)]
        // A property's name is no variable.
        return this.#around(node, child => (child !== node.property ? inside(child) : node.computed ? this.#key(child) : [[child.start, child.end]]))
      case 'Property':
      case 'PropertyDefinition':
      case 'MethodDefinition':
        if (node.shorthand === true) return node.value.type === 'AssignmentPattern' ? inside(node.value) : [[node.start, node.end]]
        return this.#around(node, child => {
          if (child === node.key) return node.computed ? inside(child) : [[child.start, child.end]]
          return child.type === 'MemberExpression' && this.#patterns.has(node) ? this.#target(child) : inside(child)
        })
      case 'ObjectPattern':
        for (const each of node.properties) this.#patterns.add(each)
        return asIs()
      case 'ArrayPattern':
        return this.#around(node, child => this.#target(child))
      case 'AssignmentPattern':
      case 'ForOfStatement':
      case 'ForInStatement':
        return this.#around(node, child => (child === node.left ? this.#target(child) : inside(child)))
      case 'RestElement':
        return this.#around(node, child => this.#target(child))
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#around(node, child => (child === node.superClass && child.type === 'Identifier' ? [[child.start, child.end]] : inside(child)))
      case 'Identifier':
        return GLOBALS.includes(node.name) && this.#isGlobal(node.name) ? [this.#use(node.name)] : [[node.start, node.end]]
      default:
        return asIs()
    }
  }

  /** An expression by itself. Its text may begin with a parenthesis that it did not have, and is ended, for sources without semicolons. */
  #statement(node: Node): Piece[] {
    const { expression } = node
    const pieces = (expression.type === 'UpdateExpression' ? this.#update(expression, true) : undefined) ?? this.#traced(expression)
    const first = pieces.find(each => (typeof each === 'string' ? each !== '' : each[0] < each[1]))
    const opens = node.start === expression.start && typeof first === 'string' && first.startsWith('(')
    const tail = this.#source.slice(expression.end, node.end)
    return [[node.start, expression.start], opens ? '0, ' : '', ...pieces, [expression.end, node.end], tail.endsWith(';') ? '' : ';']
  }

  /** A method of arrays that asks about what its callback gives: as a question, which a traced value answers. */
  #callback(node: Node): Piece[] | undefined {
    const { callee, arguments: given } = node
    const method = callee.type === 'MemberExpression' && !callee.computed ? CALLBACKS.get(callee.property.name) : undefined
    const [callback] = given as Node[]
    if (method === undefined || callback === undefined || callback.type === 'SpreadElement') return undefined
    return this.#around(node, child => (child === callback ? this.#call(method, this.#traced(child)) : this.#traced(child)))
  }

  /** Two operands around an operator that stays. */
  #with(
    operator: string,
    [left, first]: readonly [Node, (pieces: Piece[]) => Piece[]],
    [right, second]: readonly [Node, (pieces: Piece[]) => Piece[]],
  ): Piece[] {
    return ['(', ...first(this.#traced(left)), ` ${operator} `, ...second(this.#traced(right)), ')']
  }

  /** `x op= y`, where the operator has one of the runtime; undefined for others, which stay. */
  #assignment(node: Node): Piece[] | undefined {
    const { left, right, operator } = node
    const plain = operator.slice(0, -1)
    if (plain === '??') return undefined
    if (operator === '=') return isEntry(left) ? this.#put(this.#traced(bare(left).object), this.#key(bare(left).property), this.#traced(right)) : undefined
    if (left.type === 'Identifier' && isInteger(left, this.#integers)) return undefined
    const { first, again, set, setFirst } = this.#place(left)
    const value = this.#traced(right)
    if (plain === '&&' || plain === '||') return ['(', ...this.#call('truth', first), ` ${plain} (`, ...set(value), '))']
    const name = BINARY[plain]
    return [
      '(',
      ...setFirst(name === undefined ? [...this.#call('bits', again), ` ${plain} `, ...this.#call('bits', value)] : this.#call(name, again, value)),
      ')',
    ]
  }

  /** `x++` and its kin; `unused`: nobody reads the value. */
  #update(node: Node, unused: boolean): Piece[] | undefined {
    const { argument, operator, prefix } = node
    if (argument.type === 'Identifier' && isInteger(argument, this.#integers)) return undefined
    const step = operator === '++' ? 'increased' : 'decreased'
    const { first, again, set, setFirst } = this.#place(argument)
    if (prefix || unused) return ['(', ...setFirst(this.#call(step, again)), ')']
    const old = this.#temporary()
    return ['(', `${old} = `, ...this.#call('numeric', first), ', ', ...set(this.#call(step, [old])), ', ', old, ')']
  }

  /**
   * A place that is read and written, in the order of JavaScript: `first` and `setFirst` compute object and key, `again` and `set` use
   * what they were.
   */
  #place(target: Node): { first: Piece[]; again: Piece[]; set: (value: Piece[]) => Piece[]; setFirst: (value: Piece[]) => Piece[] } {
    const node = bare(target)
    const assign = (place: Piece[]) => (value: Piece[]) => [...place, ' = ', ...value]
    if (node.type !== 'MemberExpression' || (node.object.type === 'Super' && !node.computed)) {
      const place: Piece[] = [[node.start, node.end]]
      return { first: place, again: place, set: assign(place), setFirst: assign(place) }
    }
    const isSuper = node.object.type === 'Super'
    const object = isSuper ? 'super' : this.#temporary()
    const opened: Piece[] = isSuper ? ['super'] : ['(', `${object} = `, ...this.#traced(node.object), ')']
    if (!node.computed) {
      const name: Piece[] = ['.', [node.property.start, node.property.end]]
      const [first, again]: Piece[][] = [
        [...opened, ...name],
        [object, ...name],
      ] as Piece[][]
      return { first: first as Piece[], again: again as Piece[], set: assign(again as Piece[]), setFirst: assign(first as Piece[]) }
    }
    const key = this.#temporary()
    const computed: Piece[] = [`${key} = `, ...this.#key(node.property)]
    const [first, again]: [Piece[], Piece[]] = [
      [...opened, '[', ...computed, ']'],
      [object, '[', key, ']'],
    ]
    if (!isEntry(node)) return { first, again, set: assign(again), setFirst: assign(first) }
    return { first, again, set: value => this.#put([object], [key], value), setFirst: value => this.#put(opened, computed, value) }
  }

  /** What a pattern gives a value: an entry by a setter. */
  #target(node: Node): Piece[] {
    if (!isEntry(node)) return this.#traced(node)
    const { object, property } = bare(node)
    return [...this.#call('place', this.#traced(object), this.#key(property)), '.value']
  }

  /** What an entry is found by: a traced value by its number. */
  #key(node: Node): Piece[] {
    return isInteger(node, this.#integers) || isNoNumber(node) ? this.#traced(node) : this.#call('key', this.#traced(node))
  }

  /** `object[key] = value`, where the object may be storage. */
  #put(object: Piece[], key: Piece[], value: Piece[]): Piece[] {
    return this.#call('put', object, key, value)
  }
}

/** The directives of a body that stay, and its statements. */
function bodyOf({ body }: Node): { kept: Piece[]; statements: Node[] } {
  const count = directivesOf(body).length
  const directives: Node[] = body.slice(0, count)
  const kept = directives.filter(({ expression }) => expression.value !== 'use ad').flatMap((each): Piece[] => [[each.start, each.end], ';'])
  return { kept, statements: body.slice(count) }
}
