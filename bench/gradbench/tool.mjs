/* dualtape as a tool of GradBench (https://github.com/gradbench/gradbench): a message a line comes in, an answer a line goes out. */
import { createInterface } from 'node:readline'
import { answer } from './protocol.mjs'

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  if (line.trim() !== '') console.log(JSON.stringify(await answer(JSON.parse(line))))
}
