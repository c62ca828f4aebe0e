/* TensorFlow.js with its gradients on its own CPU code. Node cannot load these files as they are: see peers.mjs. */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import '@tensorflow/tfjs-backend-cpu'

export * from '@tensorflow/tfjs-core'
