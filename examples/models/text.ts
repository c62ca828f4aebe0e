import { readdirSync, readFileSync } from 'node:fs'
import { add, compile, gelu, mul, reshape, slice, softmaxCrossEntropy, type Tensor, tensor, valueAndGrad } from '../../src/index.ts'
import { dense, embedding, layerNorm, multiHeadAttention, sequential, toSafetensors } from '../../src/nn/index.ts'
import { adamW, cosineDecay } from '../../src/optim/index.ts'
import { categorical, fold, type Key, key, permutation, randint } from '../../src/random/index.ts'
import type { OnProgress, Outcome } from './outcome.ts'
import { lossCurve } from './picture.ts'

/** How large the model is, and how much is trained. */
export interface TextOptions {
  steps?: number
  /** Characters that it looks back at. */
  length?: number
  batch?: number
  size?: number
  blocks?: number
}

/**
 * A small transformer that learns the guides of this library character by character, in float32, and then goes on writing.
 * Source: Vaswani et al., NeurIPS 2017, with the norms first, as in GPT-2.
 */
export function text(
  { steps = 1200, length = 32, batch = 24, size = 64, blocks = 1 }: TextOptions = {},
  progress: OnProgress = () => {},
): Outcome & { sample: string } {
  const { characters, codes } = readGuides()
  const held = Math.floor(0.95 * codes.length)
  const model = transformer(characters.length, length, size, blocks)
  type Parameters = ReturnType<typeof model.init>

  const loss = (p: Parameters, x: Tensor, next: Tensor) => softmaxCrossEntropy(reshape(model.apply(p, x), [-1, characters.length]), reshape(next, [-1]))
  const slope = compile(valueAndGrad(loss))
  const seed = key(5)
  const optimiser = adamW(model.init(fold(seed, 0)), { learningRate: cosineDecay(0.01, { over: steps }) })
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    const starts = randint(fold(fold(seed, 1), step), [batch], { high: held - length }).data
    const [value, gradient] = slope(optimiser.params, rows(codes, starts, length, 0), rows(codes, starts, length, 1))
    optimiser.step(gradient)
    losses.push(value)
    if (step % 5 === 0) progress(step / steps, `loss ${value.toFixed(3)}`)
  }

  const p = optimiser.params
  const tested = Array.from({ length: 16 }, (_, i) => held + Math.floor((i * (codes.length - held - length - 1)) / 16))
  const heldLoss = loss(p, rows(codes, tested, length, 0), rows(codes, tested, length, 1))
  const sample = write(p, model.apply, characters, 'A gradient is ', 200, length, fold(seed, 2))
  const bits = (nats: number) => (nats / Math.LN2).toFixed(2)
  const last = losses.slice(-20)
  return {
    losses,
    sample,
    table: [
      ['a character is told by', 'bits per character'],
      ['its frequency', bits(frequencyLoss(codes, characters.length))],
      ['the transformer, on what it learned', bits(last.reduce((sum, each) => sum + each, 0) / last.length)],
      ['the transformer, on what was held out', bits(heldLoss)],
    ],
    summary: `It writes: ${JSON.stringify(sample)}`,
    files: {
      'loss.svg': lossCurve('Text: cross-entropy of each step', losses),
      'model.safetensors': toSafetensors(p, { metadata: { characters: characters.join('') } }),
    },
  }
}

/** A decoder: embeddings of characters and places, blocks of attention and a network of two layers, and the scores of the next character. */
function transformer(characters: number, length: number, size: number, blocks: number) {
  const [tokens, places] = [embedding(characters, size), embedding(length, size)]
  const attention = multiHeadAttention(size, 4, { causal: true })
  const network = sequential(dense(size, 4 * size), gelu, dense(4 * size, size))
  const norm = layerNorm(size)
  const scores = dense(size, characters)
  const narrow = { dtype: 'float32' } as const
  const init = (seed: Key) => ({
    tokens: tokens.init(fold(seed, 0), narrow),
    places: places.init(fold(seed, 1), narrow),
    blocks: Array.from({ length: blocks }, (_, i) => {
      const own = fold(fold(seed, 2), i)
      return {
        norm: norm.init(own, narrow),
        attention: attention.init(fold(own, 0), narrow),
        second: norm.init(own, narrow),
        network: network.init(fold(own, 1), narrow),
      }
    }),
    norm: norm.init(seed, narrow),
    scores: scores.init(fold(seed, 3), narrow),
  })
  /** For characters [batch, length] the scores of those that follow, [batch, length, characters]. */
  const apply = (p: ReturnType<typeof init>, x: Tensor): Tensor => {
    const place = slice(p.places.weight, 0, x.shape[1] as number) as Tensor
    const embedded = add(mul(0.5, tokens.apply(p.tokens, x)), mul(0.05, place))
    const last = p.blocks.reduce<Tensor>((state, block) => {
      const seen = add(state, attention.apply(block.attention, norm.apply(block.norm, state)))
      return add(seen, network.apply(block.network, norm.apply(block.second, seen)))
    }, embedded)
    return scores.apply(p.scores, norm.apply(p.norm, last))
  }
  return { init, apply }
}

/** Goes on with a text, a character after the other, each drawn by its scores. */
function write<P>(p: P, apply: (p: P, x: Tensor) => Tensor, characters: readonly string[], begin: string, count: number, length: number, seed: Key): string {
  const codes = Array.from(begin, each => Math.max(0, characters.indexOf(each)))
  for (let i = 0; i < count; i++) {
    const seen = codes.slice(-length)
    const scores = apply(p, tensor([seen], { dtype: 'int32' })) as Tensor
    const next = reshape(slice(scores, [0, seen.length - 1, 0], [1, seen.length, characters.length]), [-1])
    codes.push(categorical(fold(seed, i), mul(1.5, next)) as number)
  }
  return codes.map(code => characters[code]).join('')
}

/** Rows of characters from some places on. */
function rows(codes: Int32Array, starts: ArrayLike<number>, length: number, behind: number): Tensor {
  const from = Array.from(starts, start => Array.from(codes.subarray(start + behind, start + behind + length)))
  return tensor(from, { dtype: 'int32' })
}

function frequencyLoss(codes: Int32Array, characters: number): number {
  const counts = new Float64Array(characters)
  for (const code of codes) counts[code] = (counts[code] as number) + 1
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / codes.length) * Math.log(count / codes.length)), 0)
}

/** The guides and decisions of this repository as one text, without blocks of code, tables and rare characters. */
function readGuides(): { characters: string[]; codes: Int32Array } {
  const folder = new URL('../../docs/', import.meta.url)
  const names = readdirSync(folder).concat(readdirSync(new URL('decisions/', folder)).map(name => `decisions/${name}`))
  const pages = names.filter(name => name.endsWith('.md') && !['mathjs-functions.md', 'operators.md'].includes(name)).sort()
  // In random order, so that what is held out at the end is like the rest.
  const all = Array.from(permutation(key(6), pages.length).data, i => readFileSync(new URL(pages[i] as string, folder), 'utf8'))
    .join('\n')
    .replace(/^---[\s\S]*?^---$/gm, '')
    .replace(/```[\s\S]*?```/g, '')
    .replace(/^\|.*$/gm, '')
    .replace(/[^\x20-\x7e\n]/g, '')
    .replace(/\n\s*\n+/g, '\n')
  const characters = [...new Set(all)].sort()
  const codeOf = new Map(characters.map((each, i) => [each, i]))
  return { characters, codes: Int32Array.from(all, each => codeOf.get(each) as number) }
}
