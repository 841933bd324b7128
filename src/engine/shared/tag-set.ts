/** Each tag once, in one order: two tasks with the same tags are the same to a worker. */
export function tagSet(tags: readonly string[]): readonly string[] {
  return tags.length < 2 ? tags : [...new Set(tags)].sort()
}
