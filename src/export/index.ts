export { type OnnxOptions, toOnnx } from './onnx/to-onnx.ts'
