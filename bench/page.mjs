/* What docs/performance.md says of stored results: texts between two comments that name them. */

const [BEGIN, END] = ['<!-- gradbench: npm run bench:check -- --update -->', '<!-- /gradbench -->']

/** The page with a new text between the comments. */
export function replaced(page, text) {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`The page has no place for results: ${BEGIN} … ${END}.`)
  return `${page.slice(0, from)}${BEGIN}\n\n${text}\n\n${page.slice(to)}`
}

/** A table of stored results of GradBench's evals. */
export function gradbenchTable(results) {
  const rows = results.map(
    ({ module, size, time, hand, ratio }) => `| ${module} | ${size} | ${milliseconds(time)} | ${milliseconds(hand)} | ${ratio.toPrecision(2)} |`,
  )
  return ['| eval | size | dualtape, ms | C++ by hand, ms | times C++ |', '|---|---|---|---|---|', ...rows].join('\n')
}

const milliseconds = time => String(Number((time / 1e6).toPrecision(2)))
