import { describe, expect, it } from 'vitest'
import { faultOf, faultOfValues } from './outcomes.ts'

describe('random programs', () => {
  it('give on numbers what they gave before they were marked, in the same order, outside transforms and inside', () => {
    // More of them: npm run fuzz:plugin.
    for (let seed = 1; seed <= 200; seed++) expect(faultOf(seed), `seed ${seed}`).toBeUndefined()
  })

  it('of values give what they give on numbers, compiled and in a batch', () => {
    for (let seed = 1; seed <= 15; seed++) expect(faultOfValues(seed), `seed ${seed}`).toBeUndefined()
  })
})
