import { cases } from './suite/cases/gradbench.mjs'
import { readFileSync } from 'node:fs'
import { jacobian } from './gradbench/evals/zz-ht.mjs'
const src = readFileSync(new URL('./suite/cases/gradbench.mjs', import.meta.url), 'utf8')
const list = (count, seed) => Array.from({ length: count }, (_, i) => Math.abs(Math.sin(1e4 * Math.sin(seed + i))))
const rows = (count, length, seed) => Array.from({ length: count }, (_, i) => list(length, seed + 1000 * i))
const body = src.slice(src.indexOf('const ht = '), src.indexOf('const descent'))
const ht = new Function('list', 'rows', body + '; return ht')(list, rows)
for (const tri of [false, true]) {
const { input } = ht(544, 10000, tri)
const { f, at } = jacobian(input)
const r = f(at)
const out = new Float64Array(r.data.length)
const runs = { call: () => f(at), into: () => f.into(out, at), fresh: () => new Float64Array(out), fill: () => out.fill(1) }
const all = Object.fromEntries(Object.keys(runs).map(k => [k, []]))
for (let r = 0; r < 120; r++) for (const k in runs) { const t = performance.now(); runs[k](); all[k].push(performance.now() - t) }
for (const k in all) { const s = all[k].slice(20).sort((x, y) => x - y); console.log(tri, k, s[2].toFixed(3), s[20].toFixed(3), s[50].toFixed(3)) }
if (process.argv[2]) { const end = performance.now() + 5000; while (performance.now() < end) f.into(out, at); break }
}
