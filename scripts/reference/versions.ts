/** A version of the site, in a folder of its own. */
export interface Version {
  /** What the switch shows. */
  readonly name: string
  /** The tag that it is built from; left out for the files as they are. */
  readonly tag?: string
}

/**
 * The versions of a site: the last patch of every minor version that has a tag, newest first, and before them `next`, the files as they are. Where
 * the version of the package has no tag, its files as they are stand for it.
 */
export function versionsOf(tags: readonly string[], current: string): Version[] {
  const parsed = tags.flatMap(tag => {
    const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(tag) ?? []
    return patch === undefined ? [] : [{ tag, numbers: [Number(major), Number(minor), Number(patch)] }]
  })
  const newest = parsed.sort((a, b) => difference(b.numbers, a.numbers))
  const name = ({ numbers }: { numbers: number[] }) => `${numbers[0]}.${numbers[1]}`
  const released = newest.filter((each, i) => newest.findIndex(other => name(other) === name(each)) === i).map(each => ({ name: name(each), tag: each.tag }))
  const own = current.split('.').slice(0, 2).join('.')
  const isTagged = released.some(each => each.name === own)
  return [{ name: 'next' }, ...(isTagged ? [] : [{ name: own }]), ...released]
}

function difference(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((each, i) => each !== b[i])
  return at < 0 ? 0 : (a[at] as number) - (b[at] as number)
}
