import { beforeEach } from 'vitest'

/** Tests left out by name: memory is measured on code that nobody has counted, and texts of sources are not what they were. */
const LEFT_OUT = ['stays flat over a million gradients', 'let abandoned tapes be collected', 'leaves memory flat over many compilations']

beforeEach(({ task, skip }) => {
  if (LEFT_OUT.includes(task.name)) skip()
})
