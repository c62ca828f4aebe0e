import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import { defineAsyncComponent } from 'vue'
import './style.css'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
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
