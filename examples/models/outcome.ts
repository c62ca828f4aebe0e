/** Takes note of how far a training is, from 0 to 1, and of what there is to say. */
export type OnProgress = (done: number, text: string) => void

/** What a training gives. */
export interface Outcome {
  /** The loss at each step. */
  losses: readonly number[]
  /** The results, with a row of headings. */
  table: readonly (readonly string[])[]
  /** One line for people. */
  summary: string
  /** Pictures and models to be kept, by name. */
  files: Readonly<Record<string, string | Uint8Array>>
}
