/** Other libraries, by the prefix of their names, and the page for those who come from there. */
const LIBRARIES: readonly { readonly title: string; readonly prefixes: readonly string[]; readonly page: string }[] = [
  { title: 'NumPy', prefixes: ['np'], page: 'numpy' },
  { title: 'SciPy', prefixes: ['scipy'], page: 'numpy' },
  { title: 'JAX', prefixes: ['jax', 'jnp'], page: 'jax' },
  { title: 'PyTorch', prefixes: ['torch'], page: 'pytorch' },
  { title: 'TensorFlow.js', prefixes: ['tf'], page: 'tensorflow-js' },
]

/** Names in other libraries, one line for each library. */
export function elsewhere(names: readonly string[]): string[] {
  return LIBRARIES.flatMap(({ title, prefixes, page }) => {
    const own = names.filter(each => prefixes.includes(each.split('.')[0] as string))
    return own.length === 0 ? [] : [`- [${title}](/coming-from/${page}): ${own.map(each => `\`${each}\``).join(', ')}`]
  })
}
