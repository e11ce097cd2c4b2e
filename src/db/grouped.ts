/** Collects values under their keys, in the order of the rows. */
export function grouped<Row, Key, Value>(
  rows: readonly Row[],
  entry: (row: Row) => readonly [Key, Value],
): ReadonlyMap<Key, readonly Value[]> {
  const groups = new Map<Key, Value[]>()
  for (const row of rows) {
    const [key, value] = entry(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}
