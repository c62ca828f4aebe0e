import { runBench } from './bench-command.ts'
import { runCheck } from './check-command.ts'
import { runCheckSource } from './check-source-command.ts'
import { runCompile } from './compile-command.ts'
import { runDerivative } from './derivative.ts'
import { runFit } from './fit-command.ts'
import { runOde } from './ode-command.ts'
import { outputTo, progressOn } from './output.ts'
import { runSolve } from './solve-command.ts'
import type { Command, Options } from './usage.ts'

/** Runs a command on an expression or function; gives the exit status. */
export async function runCommand(command: Command, text: string | undefined, options: Options): Promise<number> {
  const output = outputTo(process.stdout)
  switch (command) {
    case 'jacobian':
    case 'grad':
    case 'hessian':
    case 'plan':
      await runDerivative(command, text, options, output)
      return 0
    case 'check':
      await runCheck(text, options, output)
      return 0
    case 'check-source':
      await runCheckSource(text, options, output)
      return 0
    case 'graph':
    case 'compile':
    case 'export':
      await runCompile(command, text, options, output)
      return 0
    case 'bench':
      await runBench(text, options, output)
      return 0
    case 'minimize':
    case 'root':
      return (await runSolve(command, text, options, output, progressOn(process.stderr))) ? 0 : 1
    case 'ode':
      return (await runOde(text, options, output, progressOn(process.stderr))) ? 0 : 1
    case 'fit':
      return (await runFit(text, options, output, progressOn(process.stderr))) ? 0 : 1
  }
}
