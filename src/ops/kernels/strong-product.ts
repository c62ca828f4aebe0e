export { strongProduct } from '../../core/rows.ts'
