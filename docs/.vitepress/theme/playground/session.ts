import type { Answers, Question } from './questions.ts'

/** Asks about the function that is shown, wherever it runs. */
export type Ask = <K extends keyof Answers>(question: Question & { kind: K }) => Promise<Answers[K]>
