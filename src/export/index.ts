export { fromOnnx, type OnnxModel, type OnnxValue } from './onnx/from-onnx.ts'
export { type OnnxOptions, toOnnx } from './onnx/to-onnx.ts'
