/* The texts of generated files: what scripts/generate.ts bundles and runs. */
export { kernelText } from './kernel-text.ts'
export { runStepsText } from './run-steps.ts'
export { secondText } from './second.ts'
export { specialisedText } from './specialised.ts'
