/** One run of one server. */
export type Figures = Readonly<Record<string, number>>

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/**
 * A Markdown table: for each server and figure the median with the range, and the median of the ratios to the first
 * server's figure of the same round, which hold also when the machine's speed drifts.
 */
export function table(results: ReadonlyMap<string, readonly Figures[]>): string {
  const [reference] = results.values()
  const names = Object.keys(reference?.[0] ?? {})
  const lines = [`| server | ${names.join(' | ')} |`, `|---|${names.map(() => '---').join('|')}|`]
  for (const [server, rounds] of results) {
    const cells = names.map((name) => {
      const values = rounds.map((round) => round[name] ?? Number.NaN)
      const ratios = rounds.map((round, i) => (reference?.[i]?.[name] ?? Number.NaN) / (round[name] ?? Number.NaN))
      const range = `${format(median(values))} (${format(Math.min(...values))}–${format(Math.max(...values))})`
      return rounds === reference ? range : `${range}, first is ${median(ratios).toFixed(2)} ×`
    })
    lines.push(`| ${server} | ${cells.join(' | ')} |`)
  }
  return `${lines.join('\n')}\n`
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}
