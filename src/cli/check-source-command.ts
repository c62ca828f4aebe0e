import { checkSource } from '../plugin/findings.ts'
import { DIRECTIVE } from '../plugin/transform.ts'
import { readText } from './input.ts'
import { asJson, type Output, paint } from './output.ts'
import { type Options, UsageError } from './usage.ts'

/** What in the marked functions of a file throws on traced values, jumps, has kinks, or asks about values. */
export async function runCheckSource(path: string | undefined, options: Options, output: Output): Promise<void> {
  if (path === undefined) throw new UsageError('check-source needs a file: dualtape check-source model.ts.')
  const code = readText('check-source', path)
  // What the definitions say in words stands beside the registry, so that applications do not hold it.
  await import('../ops/registry.ts')
  const findings = checkSource(code, { filename: path })
  if (options.json === true) {
    output.write(asJson({ findings: findings.map(each => ({ file: path, ...each })) }))
    return
  }
  for (const { line, column, kind, code: found, message } of findings)
    output.write(`${path}:${line}:${column}: ${kind}: ${found}\n${paint(output, 'dim', `  ${message}`)}\n`)
  if (findings.length === 0)
    output.write(
      code.includes(DIRECTIVE)
        ? `${path}: nothing in marked functions jumps, has kinks, branches or throws.\n`
        : `${path}: nothing is marked by '${DIRECTIVE}'.\n`,
    )
}
