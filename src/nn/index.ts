export { type AttentionApplyOptions, type AttentionLayer, type AttentionOptions, type AttentionParameters, multiHeadAttention } from './attention.ts'
export { glorotNormal, glorotUniform, heNormal, heUniform, type Initialiser } from './initialisers.ts'
export type { ApplyOptions, InitOptions, Layer } from './layer.ts'
export {
  type AnyLayer,
  type ConvOptions,
  conv,
  dense,
  dropout,
  embedding,
  type LayerNormOptions,
  layerNorm,
  type ParametersOf,
  type Part,
  sequential,
  type Weighted,
  type WeightOptions,
} from './layers.ts'
export { gru, type LstmState, lstm, type RecurrentLayer, type RecurrentParameters } from './recurrent.ts'
export { SafetensorsError, type SafetensorsHeader, type TensorEntry } from './safetensors/header.ts'
export { fromSafetensors, type ReadSafetensorsOptions, safetensorsHeader } from './safetensors/read.ts'
export { toSafetensors, type WriteSafetensorsOptions } from './safetensors/write.ts'
