import { reroll } from '../graph/reroll/reroll.ts'
import { unrolled } from '../graph/reroll/unroll.ts'
import type { Backends } from './backend.ts'
import { forbidden } from './backend.ts'
import { emitModule } from './emit.ts'
import { explainLoops } from './explain.ts'
import { STEPS_IN_ONE } from './js/parts.ts'
import { generateJavaScript } from './js/program.ts'
import { Writer } from './js/writer.ts'

/** JavaScript, made from text. */
export const js: Backends['js'] = {
  make({ graph, result, signature }) {
    try {
      return generateJavaScript(graph, result, signature)
    } catch (error) {
      throw error instanceof EvalError ? forbidden('js', error) : error
    }
  },
  source: ({ graph, result, signature }) => new Writer(graph, result, signature).firstProgram(),
  emit: ({ graph, result, signature }) => emitModule(graph, result, signature),
  loops: { find: reroll, fewest: STEPS_IN_ONE, unroll: unrolled, explain: explainLoops },
}
