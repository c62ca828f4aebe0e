import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import { defineAsyncComponent, h } from 'vue'
import Explorable from './figure/Explorable.vue'
import { lightOnPaper } from './looks/on-paper.ts'
import VersionSwitch from './VersionSwitch.vue'
import './looks/colors.css'
import './looks/type.css'
import './looks/figure.css'
import './looks/print.css'
import './reference.css'
import './looks/start.css'
import './style.css'

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { 'nav-bar-content-after': () => h(VersionSwitch) }),
  enhanceApp({ app }) {
    app.component('Explorable', Explorable)
    if (!import.meta.env.SSR) lightOnPaper()
    // Only their own pages load them.
    app.component(
      'OperatorFilter',
      defineAsyncComponent(() => import('./OperatorFilter.vue')),
    )
    app.component(
      'Playground',
      defineAsyncComponent(() => import('./Playground.vue')),
    )
  },
} satisfies Theme
