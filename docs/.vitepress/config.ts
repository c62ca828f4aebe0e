import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitepress'
import { vite as plainTypeScript } from '../../src/plugin/index.ts'
import { writeLlms } from './llms.ts'
import { searchSections } from './search.ts'
import { apiSidebar, operatorSidebar } from './sidebar.ts'
import { PAGES } from './theme/gallery/pages.ts'

const source = fileURLToPath(new URL('../../src/', import.meta.url))

/** A highlighter that keeps what it has given for the same code. */
function remembered<F extends (code: string, language: string, attributes: string) => string>(highlight: F | null | undefined): F | null | undefined {
  const kept = new Map<string, string>()
  const look = (...args: [string, string, string]) => {
    const key = args.join('\0')
    if (!kept.has(key)) kept.set(key, highlight?.(...args) as string)
    return kept.get(key) as string
  }
  return highlight && (look as F)
}

/** What only renders the pages need not be small: looking for what it leaves out took a tenth of the time. */
const wholeForServer: Plugin = {
  name: 'whole-for-server',
  config: (_config, { isSsrBuild }) => (isSsrBuild ? { build: { rollupOptions: { treeshake: false } } } : undefined),
}

export default defineConfig({
  title: 'dualtape',
  description: 'Automatic differentiation for TypeScript and JavaScript',
  lang: 'en',
  base: process.env.DOCS_BASE ?? '/',
  cleanUrls: false,
  // The operator reference alone is as large as the start page.
  router: { prefetchLinks: false },
  srcExclude: ['decisions/**'],
  // What all pages need to know of the site is one file, and not in each of them.
  metaChunk: true,
  rewrites: { 'by-task.md': 'api/index.md' },
  buildEnd: config => writeLlms(config as never),
  head: [['link', { rel: 'icon', href: `${process.env.DOCS_BASE ?? '/'}icon.svg` }]],
  // The two typefaces that every page shows at once.
  transformHead: ({ assets }) =>
    assets
      .filter(file => /\/(sans|heading)\.[\w-]+\.woff2$/.test(file))
      .map(href => ['link', { rel: 'preload', href, as: 'font', type: 'font/woff2', crossorigin: '' }]),
  markdown: {
    math: true,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: ({ core, options }) => {
      // The index for the search renders every page once more.
      options.highlight = remembered(options.highlight)
      // An image that is a paragraph is a chart: it is scrolled on a phone, by keys as well.
      core.ruler.push('charts', ({ tokens }) => {
        for (const [i, token] of tokens.entries()) {
          const inside = token.type === 'paragraph_open' ? (tokens[i + 1]?.children ?? []) : []
          if (inside.length !== 1 || inside[0]?.type !== 'image') continue
          token.attrSet('class', 'chart')
          token.attrSet('tabindex', '0')
        }
      })
    },
  },
  themeConfig: {
    logo: '/icon.svg',
    search: {
      provider: 'local',
      options: {
        translations: { button: { buttonText: 'Search', buttonAriaLabel: 'Search' } },
        miniSearch: { searchOptions: { boost: { title: 5, text: 2, titles: 4 } }, _splitIntoSections: searchSections },
      },
    },
    outline: [2, 3],
    notFound: {
      title: 'There is no such page',
      quote: 'It may have moved. The search above finds pages by what you want to do, and by names of other libraries.',
      linkText: 'To the start',
    },
    nav: [
      { text: 'Guide', link: '/start' },
      { text: 'Explore', link: '/explore/' },
      { text: 'Operators', link: '/operators' },
      { text: 'API', link: '/api/' },
      { text: 'Gallery', link: '/gallery/' },
      { text: 'Playground', link: '/playground' },
    ],
    sidebar: {
      '/api/': apiSidebar(),
      '/operators/': operatorSidebar(),
      '/operators.md': operatorSidebar(),
      '/gallery/': [{ text: 'Gallery', link: '/gallery/', items: PAGES.map(({ name, title }) => ({ text: title, link: `/gallery/${name}` })) }],
      '/': [
        {
          text: 'Guide',
          items: [
            { text: 'Five-minute start', link: '/start' },
            { text: 'Plain TypeScript', link: '/plain-typescript' },
            { text: 'Which way when', link: '/choosing' },
            { text: 'Theory', link: '/theory' },
            { text: 'Numerical pitfalls', link: '/pitfalls' },
            { text: 'Limits', link: '/limits' },
            { text: 'Dtypes', link: '/dtypes' },
            { text: 'Playground', link: '/playground' },
            { text: 'Gallery', link: '/gallery/' },
          ],
        },
        {
          text: 'See how it works',
          items: [
            { text: 'Nine figures', link: '/explore/' },
            { text: 'Duals on a curve', link: '/explore/duals' },
            { text: 'Forwards and backwards', link: '/explore/sweeps' },
            { text: 'Which mode, when', link: '/explore/modes' },
            { text: 'Coloring a Jacobian', link: '/explore/coloring' },
            { text: 'Orders of elimination', link: '/explore/elimination' },
            { text: 'Checkpoints', link: '/explore/checkpoints' },
            { text: 'Perturbations confused', link: '/explore/confusion' },
            { text: 'Zero times infinity', link: '/explore/zero' },
            { text: 'Differences', link: '/explore/differences' },
          ],
        },
        {
          text: 'Jacobians',
          items: [
            { text: 'Jacobians and Hessians', link: '/jacobians' },
            { text: 'The planner', link: '/planner' },
          ],
        },
        {
          text: 'Solving',
          items: [
            { text: 'Minima, roots, fits, equations', link: '/solve' },
            { text: 'Fits and least squares', link: '/fitting' },
            { text: 'Differential equations', link: '/differential-equations' },
          ],
        },
        {
          text: 'Two ways of working',
          items: [
            { text: 'Define-by-run', link: '/define-by-run' },
            { text: 'Define-and-run', link: '/define-and-run' },
            { text: 'Training', link: '/training' },
            { text: 'Layers and saved models', link: '/layers' },
            { text: 'From a page to a server', link: '/from-page-to-server' },
            { text: 'Export', link: '/export' },
            { text: 'C', link: '/c' },
            { text: 'WebGPU', link: '/webgpu' },
            { text: 'Random numbers', link: '/random' },
            { text: 'Control flow', link: '/control-flow' },
            { text: 'Checkpointing', link: '/checkpointing' },
          ],
        },
        {
          text: 'Formulas',
          items: [
            { text: 'mathjs', link: '/mathjs' },
            { text: 'mathjs’ functions', link: '/mathjs-functions' },
          ],
        },
        {
          text: 'Reference',
          items: [
            { text: 'Operators', link: '/operators' },
            { text: 'Operators in ONNX', link: '/onnx-operators' },
            { text: 'Operators in C', link: '/c-operators' },
            { text: 'Operators on WebGPU', link: '/webgpu-operators' },
            { text: 'API by task', link: '/api/' },
            { text: 'Operators of your own', link: '/custom-operators' },
            { text: 'Command line', link: '/command-line' },
            { text: 'Performance', link: '/performance' },
            { text: 'Algorithms', link: '/algorithms' },
          ],
        },
        {
          text: 'Coming from',
          collapsed: true,
          link: '/coming-from',
          items: [
            { text: 'NumPy and SciPy', link: '/coming-from/numpy' },
            { text: 'JAX', link: '/coming-from/jax' },
            { text: 'PyTorch', link: '/coming-from/pytorch' },
            { text: 'TensorFlow.js', link: '/coming-from/tensorflow-js' },
            { text: 'mathjs', link: '/coming-from/mathjs' },
            { text: 'Julia', link: '/coming-from/julia' },
            { text: 'CasADi', link: '/coming-from/casadi' },
          ],
        },
      ],
    },
  },
  vite: {
    resolve: {
      alias: [
        { find: 'dualtape/plugin/runtime', replacement: `${source}plugin/runtime.ts` },
        { find: 'dualtape/compile/webgpu', replacement: `${source}compile/entries/webgpu.ts` },
        { find: /^dualtape\/([a-z]+)$/, replacement: `${source}$1/index.ts` },
        { find: /^dualtape$/, replacement: `${source}index.ts` },
      ],
    },
    // The gallery's programs are plain TypeScript.
    plugins: [plainTypeScript() as never, wholeForServer],
    build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
  },
})
