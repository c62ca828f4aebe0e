import { main } from '../../src/cli/main.ts'
import { written } from './written.ts'

/** What a command writes, and how it ends. */
export const called = (...args: string[]) => written(() => main(args))
