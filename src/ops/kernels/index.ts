export * from './erf.ts'
export * from './sigmoid.ts'
export * from './strong-product.ts'
