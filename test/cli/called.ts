import { vi } from 'vitest'
import { main } from '../../src/cli/main.ts'

/** What a command writes, and how it ends. */
export async function called(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' }
  const writers = (['stdout', 'stderr'] as const).map(name =>
    vi.spyOn(process[name], 'write').mockImplementation(text => {
      written[name] += text
      return true
    }),
  )
  try {
    return { status: await main(args), ...written }
  } finally {
    for (const each of writers) each.mockRestore()
  }
}
