import { describe, expect, it } from 'vitest'
import { faultOf } from './outcomes.ts'

describe('random programs', () => {
  it('give on numbers what they gave before they were marked, in the same order, outside transforms and inside', () => {
    // More of them: npm run fuzz:plugin.
    for (let seed = 1; seed <= 300; seed++) expect(faultOf(seed), `seed ${seed}`).toBeUndefined()
  })
})
