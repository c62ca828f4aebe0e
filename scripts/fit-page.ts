/* Serves examples/fit-page, bundled anew at each reload. */
import { context } from 'esbuild'
import { fitPageBuild } from '../examples/fit-page/build.ts'

const bundler = await context(fitPageBuild)
const { port } = await bundler.serve({ servedir: 'examples/fit-page' })
console.log(`http://localhost:${port}/`)
