import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { vite as plainTypeScript } from '../../src/plugin/index.ts'
import { PAGES } from './theme/gallery/pages.ts'

const source = fileURLToPath(new URL('../../src/', import.meta.url))
const api = fileURLToPath(new URL('../api/', import.meta.url))

/** Pages of the API, from the folders that TypeDoc has written. */
function apiSidebar() {
  if (!existsSync(api)) return []
  const names: Record<string, string> = {
    index: 'dualtape',
    'compile/entries/js': 'dualtape/compile/js',
    'compile/entries/wasm': 'dualtape/compile/wasm',
    'compile/entries/interpreter': 'dualtape/compile/interpreter',
    'compile/entries/c': 'dualtape/compile/c',
    export: 'dualtape/export',
    mathjs: 'dualtape/mathjs',
    nn: 'dualtape/nn',
    optim: 'dualtape/optim',
    random: 'dualtape/random',
    solve: 'dualtape/solve',
    testing: 'dualtape/testing',
  }
  return Object.entries(names)
    .filter(([folder]) => existsSync(`${api}${folder}`))
    .map(([folder, text]) => ({
      text,
      link: `/api/${folder}/`,
      collapsed: true,
      items: readdirSync(`${api}${folder}`, { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(({ name: kind }) => ({
          text: kind.replace('-', ' '),
          link: `/api/${folder}/#${kind}`,
          collapsed: true,
          items: readdirSync(`${api}${folder}/${kind}`).map(file => ({
            text: file.replace('.md', ''),
            link: `/api/${folder}/${kind}/${file.replace('.md', '')}`,
          })),
        })),
    }))
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
  head: [['link', { rel: 'icon', href: `${process.env.DOCS_BASE ?? '/'}icon.svg` }]],
  // The two typefaces that every page shows at once.
  transformHead: ({ assets }) =>
    assets
      .filter(file => /latin-(wght|600)-normal\.[\w-]+\.woff2$/.test(file))
      .map(href => ['link', { rel: 'preload', href, as: 'font', type: 'font/woff2', crossorigin: '' }]),
  markdown: { math: true, theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  themeConfig: {
    logo: '/icon.svg',
    search: { provider: 'local', options: { translations: { button: { buttonText: 'Search', buttonAriaLabel: 'Search' } } } },
    outline: [2, 3],
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
      '/gallery/': [{ text: 'Gallery', link: '/gallery/', items: PAGES.map(({ name, title }) => ({ text: title, link: `/gallery/${name}` })) }],
      '/': [
        {
          text: 'Guide',
          items: [
            { text: 'Five-minute start', link: '/start' },
            { text: 'Plain TypeScript', link: '/plain-typescript' },
            { text: 'Theory', link: '/theory' },
            { text: 'Numerical pitfalls', link: '/pitfalls' },
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
            { text: 'API', link: '/api/' },
            { text: 'Operators of your own', link: '/custom-operators' },
            { text: 'Command line', link: '/command-line' },
            { text: 'Performance', link: '/performance' },
            { text: 'Algorithms', link: '/algorithms' },
            { text: 'Coming from …', link: '/coming-from' },
          ],
        },
      ],
    },
  },
  vite: {
    resolve: {
      alias: [
        { find: 'dualtape/plugin/runtime', replacement: `${source}plugin/runtime.ts` },
        { find: /^dualtape\/([a-z]+)$/, replacement: `${source}$1/index.ts` },
        { find: /^dualtape$/, replacement: `${source}index.ts` },
      ],
    },
    // The gallery's programs are plain TypeScript.
    plugins: [plainTypeScript() as never],
    build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
  },
})
