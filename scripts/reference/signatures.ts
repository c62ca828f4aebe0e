import ts from 'typescript'
import { registry } from '../../src/ops/registry.ts'

/*
 * How operators are called, in TypeScript, from their types: options are spelled out, and each way to give them is a line of its own.
 */

const FLAGS = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope

/** The signatures of what a module exports and calls, by name. */
export function signatures(program: ts.Program, entry: string): { readonly [name: string]: readonly string[] } {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(entry)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${entry} is no module.`)
  return Object.fromEntries(
    checker.getExportsOfModule(module).map(symbol => {
      const signatures = checker.getTypeOfSymbol(symbol).getCallSignatures()
      return [symbol.name, [...new Set(signatures.flatMap(signature => linesOf(checker, symbol.name, signature)))]]
    }),
  )
}

function linesOf(checker: ts.TypeChecker, name: string, signature: ts.Signature): string[] {
  const text = (type: ts.Type): string => typeText(checker, type)
  const { names = [], bare = [] } = parametersOf(name)
  const parameters = signature.getParameters()
  const given = parameters.map(parameter => ({
    name: parameter.name,
    type: checker.getTypeOfSymbol(parameter),
    isRest: isRest(parameter),
    isOptional: isOptional(parameter),
  }))
  const generics = signature.getTypeParameters()?.map(each => {
    const bound = each.getConstraint()
    return bound === undefined ? each.symbol.name : `${each.symbol.name} extends ${text(bound)}`
  })
  const rest = given.at(-1)
  const ways = rest?.isRest && tuplesOf(checker, rest.type)
  const plain = (ways ? given.slice(0, -1) : given).map(
    ({ name: own, type, isRest: all, isOptional: left }, i) =>
      `${all ? '...' : ''}${names[i] ?? own}${left ? '?' : ''}: ${text(left ? checker.getNonNullableType(type) : type)}`,
  )
  const result = text(signature.getReturnType())
  const head = `${name}${generics === undefined ? '' : `<${generics.join(', ')}>`}`
  return (ways || [[]]).map(way => {
    const behind = way
      .filter(each => typeText(checker, each.type) !== '{}')
      .map((each, i) => `${each.label === 'bare' ? (bare[i] ?? 'option') : each.label}${each.isOptional ? '?' : ''}: ${text(each.type)}`)
    return `${head}(${[...plain, ...behind].join(', ')}): ${result}`
  })
}

/** What the definition calls the operands of an elementwise operator, and the options by position. */
function parametersOf(name: string): { names?: readonly string[]; bare?: readonly string[] } {
  const definition = registry.find(each => each.name === name)
  const [, list] = definition?.kind === 'elementwise' ? (/^(?:function \w+)?\s*\(?([\w\s,]*)\)?\s*(?:=>|\{)/.exec(String(definition.value)) ?? []) : []
  return { ...(list && { names: list.split(',').map(each => each.trim()) }), ...(definition?.bare && { bare: definition.bare }) }
}

/** The ways to give the arguments behind the operands: with an object alone, and with as many by position as may be. */
function tuplesOf(checker: ts.TypeChecker, type: ts.Type) {
  const members = type.isUnion() ? type.types : [type]
  if (!members.every(each => checker.isTupleType(each))) return undefined
  const ways = members.map(each => {
    const { target } = each as ts.TupleTypeReference
    return checker.getTypeArguments(each as ts.TypeReference).map((argument, i) => ({
      label: labelOf(target.labeledElementDeclarations?.[i]) ?? 'options',
      type: checker.getNonNullableType(argument),
      isOptional: target.elementFlags[i] === ts.ElementFlags.Optional,
    }))
  })
  ways.sort((a, b) => a.length - b.length)
  return ways.length > 2 ? [ways[0] ?? [], ways.at(-1) ?? []] : ways
}

const labelOf = (declaration: ts.NamedTupleMember | ts.ParameterDeclaration | undefined) =>
  declaration !== undefined && ts.isIdentifier(declaration.name) ? declaration.name.text : undefined

const isRest = ({ valueDeclaration }: ts.Symbol) =>
  valueDeclaration !== undefined && ts.isParameter(valueDeclaration) && valueDeclaration.dotDotDotToken !== undefined
const isOptional = ({ valueDeclaration }: ts.Symbol) =>
  valueDeclaration !== undefined &&
  ts.isParameter(valueDeclaration) &&
  (valueDeclaration.questionToken !== undefined || valueDeclaration.initializer !== undefined)

/** A type in words; objects of options with their members. */
function typeText(checker: ts.TypeChecker, type: ts.Type): string {
  const isPlainObject = (type.flags & ts.TypeFlags.Object) !== 0 || type.isIntersection()
  const isOptions =
    isPlainObject &&
    (type.isIntersection() ||
      type.aliasSymbol?.name === 'OptionsOf' ||
      type.aliasSymbol?.name === 'Omit' ||
      /^(?!Tensor)\w*Options$/.test(type.aliasSymbol?.name ?? type.symbol?.name ?? ''))
  if (!isOptions) return checker.typeToString(type, undefined, FLAGS)
  const members = checker.getPropertiesOfType(type).map(property => {
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0
    const own = checker.getTypeOfSymbol(property)
    return `${property.name}${optional ? '?' : ''}: ${checker.typeToString(optional ? checker.getNonNullableType(own) : own, undefined, FLAGS)}`
  })
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`
}
