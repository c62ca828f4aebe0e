import { vite } from 'dualtape/plugin'

export default { plugins: [vite()] }
