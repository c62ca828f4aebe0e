import { BITS, CALLBACKS, isBoolean, isClass, isEntry, isLoose, isMadeByLength, isNoNumber, QUESTIONS } from './code.ts'
import { firstOf, type Piece } from './code-writer.ts'
import { isInteger } from './integers.ts'
import { SelectionWriter } from './selection-writer.ts'
import { isSelection, partsOf } from './selections.ts'
import { bare, isFunction, type Node } from './syntax.ts'

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
/** Globals that the runtime has its own of. */
const GLOBALS = ['Math', 'Number', 'Boolean', 'isNaN', 'isFinite', 'parseInt', 'parseFloat', 'Float64Array', 'Float32Array', 'structuredClone']
/** Questions about the kind of a list, which lists in place of typed arrays answer as those, and functions that take values. */
const KINDS = ['Array.isArray', 'ArrayBuffer.isView', 'Object.is', 'JSON.stringify']

/** Methods that make texts of what they belong to or look for values in it, and methods that keep what they are given. */
const TELLING: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['toFixed', 'toPrecision', 'toExponential', 'toString', 'toLocaleString', 'join'].map(name => [name, 'numbers'])),
  ...Object.fromEntries(['includes', 'indexOf', 'lastIndexOf'].map(name => [name, 'sought'])),
}
const HOLDING = ['push', 'unshift', 'concat', 'of']
const NO_NUMBERS = [
  ...['Literal', 'TemplateLiteral', 'ArrowFunctionExpression', 'FunctionExpression', 'ArrayExpression', 'ObjectExpression', 'ThisExpression'],
  ...['NewExpression', 'SpreadElement', 'Super', 'ClassExpression'],
]

/** Writes expressions and statements with operators in place of arithmetic. */
export abstract class ExpressionWriter extends SelectionWriter {
  /** Properties that are given values. */
  readonly #patterns = new Set<Node>()
  /** Members that are called, made anew, given values or deleted: no entries that are read. */
  readonly #members = new Set<Node>()

  /** A declaration of a function, with what stands beside it; undefined for what is no such declaration. */
  protected abstract declared(node: Node, begin: (node: Node) => boolean, inside: (node: Node) => Piece[]): Piece[] | undefined
  /** A function by itself. */
  protected abstract function(node: Node): Piece[]

  /** A condition: the truth of a value that stands for a number is asked for by nobody but here, and refused. */
  #test(node: Node): Piece[] {
    return isBoolean(node) ? this.traced(node) : this.call('truth', this.traced(node))
  }

  /** A node with operators in place of arithmetic. */
  protected traced(node: Node): Piece[] {
    const inside = (child: Node) => this.traced(child)
    const asIs = () => this.around(node, inside)
    const declared = this.declared(node, isFunction, inside)
    if (declared !== undefined) return declared
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.function(node)
      case 'BinaryExpression': {
        const { operator, left, right } = node
        if (BITS.includes(operator)) {
          if (isInteger(left, this.integers) && isInteger(right, this.integers)) return asIs()
          return this.#with(operator, [left, each => this.call('bits', each)], [right, each => this.call('bits', each)])
        }
        const name = BINARY[operator]
        if (operator === 'instanceof' && isClass(right)) return this.around(node, child => (child === right ? [[child.start, child.end]] : inside(child)))
        if (operator === 'in' && left.type !== 'PrivateIdentifier') return this.around(node, child => (child === left ? this.#given(child) : inside(child)))
        if (name === undefined || left.type === 'PrivateIdentifier') return asIs()
        if (isInteger(left, this.integers) && isInteger(right, this.integers)) return asIs()
        if ([left, right].some(isNoNumber) && QUESTIONS.includes(operator))
          return this.around(node, child => (['===', '!=='].includes(operator) ? inside(child) : this.#given(child)))
        if (QUESTIONS.includes(operator) && [left, right].some(isClass))
          return this.around(node, child => (isClass(child) ? [[child.start, child.end]] : inside(child)))
        return this.call(name, inside(left), inside(right))
      }
      case 'UnaryExpression': {
        const { operator, argument } = node
        if (operator === '-') return isInteger(argument, this.integers) || argument.type === 'Literal' ? asIs() : this.call('neg', inside(argument))
        if (operator === '+') return this.call('plus', inside(argument))
        if (operator === '~') return ['~', ...this.call('bits', inside(argument))]
        if (operator === '!') return ['!', '(', ...this.#test(argument), ')']
        if (operator === 'delete') this.#members.add(bare(argument))
        if (operator !== 'typeof') return asIs()
        // Of a name that may not exist typeof is asked directly.
        if (argument.type === 'Identifier' && !this.answers.has(argument.name))
          return ['(typeof ', argument.name, ` === 'object' ? `, ...this.call('typeOf', [argument.name]), ' : typeof ', argument.name, ')']
        return this.call('typeOf', inside(argument))
      }
      case 'LogicalExpression':
        return node.operator === '??'
          ? asIs()
          : this.#with(
              node.operator,
              [node.left, each => (isBoolean(node.left) ? each : this.call('truth', each))],
              [node.right, each => (isLoose(node.right) ? ['(', ...each, ')'] : each)],
            )
      case 'SequenceExpression':
        return ['(', ...asIs(), ')']
      case 'TemplateLiteral':
        return this.around(node, child => (child.type === 'TemplateElement' ? [[child.start, child.end]] : this.#given(child)))
      case 'NewExpression':
        this.#members.add(bare(node.callee))
        if (isMadeByLength(node, this.known)) return this.#sized(node)
        return this.around(node, child => (child === node.callee ? (isClass(child) ? [[child.start, child.end]] : inside(child)) : this.#given(child)))
      case 'SwitchCase':
        return this.around(node, child =>
          child === node.test && child.type !== 'Literal' && !isBoolean(child) ? this.call('discriminant', inside(child)) : inside(child),
        )
      case 'TaggedTemplateExpression':
        this.#members.add(node.tag)
        return asIs()
      case 'CallExpression':
        this.#members.add(bare(node.callee))
        return isMadeByLength(node, this.known) ? this.#sized(node) : (this.#callback(node) ?? this.#called(node))
      case 'ConditionalExpression':
        if (isSelection(node, this.known) || partsOf(node, this.known) !== undefined)
          return this.selection(
            node.test,
            () => inside(node.consequent),
            () => inside(node.alternate),
            partsOf(node, this.known) !== undefined ? 'chooseParts' : 'choose',
          )
        return ['(', ...this.#test(node.test), ' ? ', ...inside(node.consequent), ' : ', ...inside(node.alternate), ')']
      case 'IfStatement':
        return this.selected(node) ?? this.around(node, child => (child === node.test ? this.#test(child) : inside(child)))
      case 'BlockStatement':
        return this.listed(node.body, node.start, node.end)
      case 'VariableDeclarator': {
        const { id, init } = node
        if (this.answers.has(id.name)) return this.around(node, child => (child === init ? this.mask(child) : [[child.start, child.end]]))
        if (id.type !== 'Identifier' || !init || bare(init) !== init || init.type !== 'ConditionalExpression' || !isSelection(init, this.known)) return asIs()
        const selection = this.selection(
          init.test,
          () => inside(init.consequent),
          () => inside(init.alternate),
          this.positions.has(id.name) ? 'choose' : 'select',
        )
        return this.around(node, child => (child === init ? selection : inside(child)))
      }
      case 'CatchClause':
        return this.#caught(node)
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        return this.around(node, child => (child === node.test ? this.#test(child) : child === node.body ? this.round(child) : inside(child)))
      case 'SwitchStatement':
        return this.around(node, child => (child === node.discriminant ? this.call('discriminant', inside(child)) : inside(child)))
      case 'AssignmentExpression':
        this.#members.add(bare(node.left))
        return this.#assignment(node) ?? asIs()
      case 'UpdateExpression':
        this.#members.add(bare(node.argument))
        return this.#update(node, false) ?? asIs()
      case 'ExpressionStatement':
        return this.#statement(node)
      case 'MemberExpression':
        if (
          node.object.type === 'Identifier' &&
          !node.computed &&
          KINDS.includes(`${node.object.name}.${node.property.name}`) &&
          this.isGlobal(node.object.name)
        )
          return [this.use(node.property.name)]
        if (this.sides > 0 && this.#isAsked(node)) return this.call('read', inside(node.object), [`'${node.property.name}'`])
        if (this.#isRead(node)) return this.call('entry', inside(node.object), inside(node.property))
        // A property's name is no variable.
        return this.around(node, child => (child !== node.property ? inside(child) : node.computed ? this.key(child) : [[child.start, child.end]]))
      case 'Property':
      case 'PropertyDefinition':
      case 'MethodDefinition':
        if (node.shorthand === true && this.answers.has(node.value.name)) return [[node.start, node.end], ': ', ...inside(node.value)]
        if (node.shorthand === true) return node.value.type === 'AssignmentPattern' ? inside(node.value) : [[node.start, node.end]]
        return this.around(node, child => {
          if (child === node.key) return node.computed ? this.key(child) : [[child.start, child.end]]
          return child.type === 'MemberExpression' && this.#patterns.has(node) ? this.target(child) : inside(child)
        })
      case 'ObjectPattern':
        for (const each of node.properties) this.#patterns.add(each)
        return asIs()
      case 'ArrayPattern':
        return this.around(node, child => this.target(child))
      case 'AssignmentPattern':
      case 'ForOfStatement':
      case 'ForInStatement':
        return this.around(node, child => (child === node.left ? this.target(child) : child === node.body ? this.round(child) : inside(child)))
      case 'RestElement':
        return this.around(node, child => this.target(child))
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.around(node, child => (child === node.superClass && child.type === 'Identifier' ? [[child.start, child.end]] : inside(child)))
      case 'Identifier':
        if (this.answers.has(node.name)) return this.call('holds', [[node.start, node.end]])
        return GLOBALS.includes(node.name) && this.isGlobal(node.name) ? [this.use(node.name)] : [[node.start, node.end]]
      default:
        return asIs()
    }
  }

  /** An expression by itself. Its text may begin with a parenthesis that it did not have, and is ended, for sources without semicolons. */
  #statement(node: Node): Piece[] {
    const { expression } = node
    const pieces = (expression.type === 'UpdateExpression' ? this.#update(expression, true) : undefined) ?? this.traced(expression)
    const first = firstOf(pieces)
    const opens = node.start === expression.start && typeof first === 'string' && first.startsWith('(')
    const tail = this.source.slice(expression.end, node.end)
    return [[node.start, expression.start], opens ? '0, ' : '', ...pieces, [expression.end, node.end], tail.endsWith(';') ? '' : ';']
  }

  /** A call. Functions that are not known are given numbers where masks have selected among numbers. */
  #called(node: Node): Piece[] {
    const callee = bare(node.callee)
    const { name } = callee.type === 'MemberExpression' ? callee.object : callee
    const isKnown = this.functions.has(name) || (GLOBALS.includes(name) && this.isGlobal(name))
    const method: string = callee.type === 'MemberExpression' && !callee.computed ? callee.property.name : ''
    const telling = Object.hasOwn(TELLING, method) ? TELLING[method] : undefined
    return this.around(node, child => {
      if (child === node.callee && telling !== undefined && callee.object.type !== 'Super')
        return this.around(callee, part => (part === callee.object ? this.call(telling, this.traced(part)) : [[part.start, part.end]]))
      return child === node.callee || isKnown || HOLDING.includes(method) ? this.traced(child) : this.#given(child)
    })
  }

  /** What is given to code that may ask it for anything: a number, where masks have selected among numbers. */
  #given(node: Node): Piece[] {
    const isSafe = isInteger(node, this.integers) || NO_NUMBERS.includes(node.type)
    return isSafe ? this.traced(node) : this.call('number', this.traced(node))
  }

  /** What catches errors leaves those of this library about values: no number throws them. */
  #caught({ param, body, start }: Node): Piece[] {
    const isNamed = param?.type === 'Identifier'
    const error: string = isNamed ? param.name : `${this.runtime}e`
    const pattern: Piece[] = param && !isNamed ? ['let ', ...this.traced(param), ` = ${error}; `] : []
    return [[start, start + 'catch'.length], ` (${error}) { `, ...this.call('caught', [error]), '; ', ...pattern, ...this.traced(body), ' }']
  }

  /** A list that is made with a length, which may be a value. */
  #sized(node: Node): Piece[] {
    return this.around(node, child => (child === node.callee ? [[child.start, child.end]] : this.call('count', this.traced(child))))
  }

  /** A method of arrays that asks about what its callback gives: as a question, which a traced value answers. */
  #callback(node: Node): Piece[] | undefined {
    const { callee, arguments: given } = node
    const method = callee.type === 'MemberExpression' && !callee.computed ? CALLBACKS.get(callee.property.name) : undefined
    const [callback] = given as Node[]
    if (method === 'comparison' && callback === undefined && callee.object.type !== 'Super')
      return this.around(node, () =>
        this.around(callee, child => (child === callee.object ? this.call('ordered', this.traced(child)) : [[child.start, child.end]])),
      )
    if (method === undefined || callback === undefined || callback.type === 'SpreadElement') return undefined
    const { object } = callee
    const order = method === 'comparison' && !callee.optional && !node.optional && object.type !== 'Super' ? this.orderOf(callback) : undefined
    if (order !== undefined) {
      const key: Piece[] = [`${order.name} => (`, ...this.traced(order.key), ')']
      return this.call('arranged', this.traced(object), [`'${callee.property.name}'`], [String(order.sign)], key, this.traced(callback))
    }
    // The list is computed once, and asked what it is: other objects have methods of these names, too.
    const list = object.type === 'Identifier' ? object.name : ['Super', 'ThisExpression'].includes(object.type) ? 'this' : this.temporary()
    const isNamed = object.type === 'Identifier' || list === 'this'
    const target = (child: Node): Piece[] => (child !== object || isNamed ? [[child.start, child.end]] : [`(${list} = `, ...this.traced(child), ')'])
    return this.around(node, child => {
      if (child === callee) return this.around(callee, target)
      return child === callback ? this.call(method, [list], this.traced(child)) : this.traced(child)
    })
  }

  /** Two operands around an operator that stays. */
  #with(
    operator: string,
    [left, first]: readonly [Node, (pieces: Piece[]) => Piece[]],
    [right, second]: readonly [Node, (pieces: Piece[]) => Piece[]],
  ): Piece[] {
    return ['(', ...first(this.traced(left)), ` ${operator} `, ...second(this.traced(right)), ')']
  }

  /** `x op= y`, where the operator has one of the runtime; undefined for others, which stay. */
  #assignment(node: Node): Piece[] | undefined {
    const { left, right, operator } = node
    const plain = operator.slice(0, -1)
    if (plain === '??' && !isEntry(left)) return undefined
    if (operator === '=') return isEntry(left) ? this.#put(this.traced(bare(left).object), this.traced(bare(left).property), this.traced(right)) : undefined
    if (left.type === 'Identifier' && isInteger(left, this.integers)) return undefined
    const { first, again, set, setFirst } = this.#place(left)
    const value = this.traced(right)
    if (plain === '??') return ['(', ...first, ' ?? (', ...set(value), '))']
    if (plain === '&&' || plain === '||') return ['(', ...this.call('truth', first), ` ${plain} (`, ...set(value), '))']
    const name = BINARY[plain]
    return [
      '(',
      ...setFirst(name === undefined ? [...this.call('bits', again), ` ${plain} `, ...this.call('bits', value)] : this.call(name, again, value)),
      ')',
    ]
  }

  /** `x++` and its kin; `unused`: nobody reads the value. */
  #update(node: Node, unused: boolean): Piece[] | undefined {
    const { argument, operator, prefix } = node
    if (argument.type === 'Identifier' && isInteger(argument, this.integers)) return undefined
    const step = operator === '++' ? 'increased' : 'decreased'
    const { first, again, set, setFirst } = this.#place(argument)
    if (prefix || unused) return ['(', ...setFirst(this.call(step, again)), ')']
    const old = this.temporary()
    return ['(', `${old} = `, ...this.call('numeric', first), ', ', ...set(this.call(step, [old])), ', ', old, ')']
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
    const object = isSuper ? 'super' : this.temporary()
    const opened: Piece[] = isSuper ? ['super'] : ['(', `${object} = `, ...this.traced(node.object), ')']
    if (!node.computed) {
      const name: Piece[] = ['.', [node.property.start, node.property.end]]
      const [first, again]: Piece[][] = [
        [...opened, ...name],
        [object, ...name],
      ] as Piece[][]
      return { first: first as Piece[], again: again as Piece[], set: assign(again as Piece[]), setFirst: assign(first as Piece[]) }
    }
    const key = this.temporary()
    const isFound = isEntry(node) && !isInteger(node.property, this.integers)
    const computed: Piece[] = [`${key} = `, ...(isFound ? this.traced(node.property) : this.key(node.property))]
    const at = (owner: Piece[], name: Piece[]) => (isFound ? this.call('entry', owner, name) : [...owner, '[', ...name, ']'])
    const [first, again] = [at(opened, computed), at([object], [key])]
    if (!isEntry(node)) return { first, again, set: assign(again), setFirst: assign(first) }
    return { first, again, set: value => this.#put([object], [key], value), setFirst: value => this.#put(opened, computed, value) }
  }

  /** What a pattern gives a value: an entry by a setter. */
  protected target(node: Node): Piece[] {
    this.#members.add(bare(node))
    if (!isEntry(node)) return this.traced(node)
    const { object, property } = bare(node)
    return [...this.call('place', this.traced(object), this.traced(property)), '.value']
  }

  /** What an entry is found by: a traced value by its number. */
  protected key(node: Node): Piece[] {
    return isInteger(node, this.integers) || isNoNumber(node) ? this.traced(node) : this.call('key', this.traced(node))
  }

  /** Whether a member is a property that is read, and may have a getter. */
  #isAsked(node: Node): boolean {
    const { object, property, computed } = node
    const isOfMath = object.type === 'Identifier' && object.name === 'Math' && this.isGlobal('Math')
    return !computed && property.type === 'Identifier' && property.name !== 'length' && !isOfMath && !this.#members.has(node)
  }

  /** Whether a member is an entry whose place may be a value, and is read. */
  #isRead(node: Node): boolean {
    const isPlain = (object: Node): boolean => {
      const { type, optional, object: inner, callee } = bare(object)
      return optional !== true && (type === 'MemberExpression' ? isPlain(inner) : type === 'CallExpression' ? isPlain(callee) : true)
    }
    return isEntry(node) && node.optional !== true && isPlain(node.object) && !isInteger(node.property, this.integers) && !this.#members.has(node)
  }

  /** `object[key] = value`, where the object may be storage. */
  #put(object: Piece[], key: Piece[], value: Piece[]): Piece[] {
    return this.call('put', object, key, value)
  }
}
