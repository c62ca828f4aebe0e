export {
  bernoulli,
  type CategoricalOptions,
  categorical,
  type DropoutOptions,
  dropout,
  type FloatDType,
  type NormalOptions,
  normal,
  type OfShape,
  permutation,
  type RandintOptions,
  randint,
  type UniformOptions,
  uniform,
} from './distributions.ts'
export { fold, type Key, type Keys, key, split } from './keys.ts'
