import { isPromise, letGo } from './promises.ts'

/** The family of errors this library throws: every one says what was wrong, what was given and what to do. */
export class DualtapeError extends Error {
  override name = 'DualtapeError'
}

/** Sizes or axes that do not fit together. */
export class ShapeError extends DualtapeError {
  override name = 'ShapeError'
}

/** Values outside what an operator is defined for, such as a singular matrix. */
export class DomainError extends DualtapeError {
  override name = 'DomainError'
}

/** A recorded tape used in a way its state does not allow, such as a traced value that outlived its transform. */
export class TapeError extends DualtapeError {
  override name = 'TapeError'
}

/** A value of another transform in a graph that has no input for it. */
export class ForeignValueError extends TapeError {}

/** An argument or a result whose nested structure does not fit, such as a string where a number is needed. */
export class TreeError extends DualtapeError {
  override name = 'TreeError'
}

/** An option that does not exist or has a value outside its range. */
export class OptionError extends DualtapeError {
  override name = 'OptionError'
}

/**
 * A program that was asked for by its target and cannot be made: where a page forbids code that is made as it runs
 * (Content-Security-Policy), or an engine has no WebAssembly.
 */
export class CodeGenerationError extends DualtapeError {
  override name = 'CodeGenerationError'
}

/** Data that are no graph, or values for which a graph does not hold: the message names the step. */
export class GraphError extends DualtapeError {
  override name = 'GraphError'
}

/** A plain-JavaScript operation that would lose the derivative of a traced value. */
export class TracedValueError extends TypeError {
  override name = 'TracedValueError'
}

/** A short description of anything a user may have passed, for error messages. A promise, which is refused thereby, is let go. */
export function describe(x: unknown): string {
  if (isPromise(x)) {
    letGo(x)
    return 'a promise'
  }
  if (x === null) return 'null'
  if (Array.isArray(x)) return `an array of length ${x.length}`
  if (typeof x === 'object' && 'shape' in x && 'rank' in x && Array.isArray(x.shape)) return `a Tensor of shape [${x.shape.join(', ')}]`
  if (ArrayBuffer.isView(x)) return `a ${x.constructor.name}`
  if (typeof x === 'object') return x.constructor === Object ? 'an object' : `an instance of ${x.constructor?.name ?? 'an unnamed class'}`
  if (typeof x === 'string') return `the string ${JSON.stringify(x)}`
  if (typeof x === 'function') return 'a function'
  if (x === undefined) return 'undefined'
  return `the ${typeof x} ${String(x)}`
}
