import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import { defineAsyncComponent } from 'vue'
import Explorable from './figure/Explorable.vue'
import './looks/colors.css'
import './looks/type.css'
import './looks/figure.css'
import './looks/print.css'
import './looks/start.css'
import './style.css'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('Explorable', Explorable)
    // Only their own pages load them.
    app.component(
      'OperatorPlot',
      defineAsyncComponent(() => import('./OperatorPlot.vue')),
    )
    app.component(
      'PeersChart',
      defineAsyncComponent(() => import('./PeersChart.vue')),
    )
    app.component(
      'Playground',
      defineAsyncComponent(() => import('./Playground.vue')),
    )
  },
} satisfies Theme
