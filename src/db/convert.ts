/** The one place where column values become domain values. */

export function optional<T>(value: T | null): T | undefined {
  return value ?? undefined
}

export function toJson(value: unknown): string {
  return JSON.stringify(value)
}

/** JSON text that this program wrote. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T
}

export function toOptionalJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

export function fromOptionalJson<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T)
}

/** Column values of a change: members that are absent stay out, `undefined` that is present becomes null. */
export function changedColumns<Change extends object, Columns extends object>(
  change: Change,
  columns: { readonly [K in keyof Change]-?: (value: Change[K]) => Columns },
): Columns {
  let result = {} as Columns
  for (const name of Object.keys(change) as (keyof Change)[]) {
    result = { ...result, ...columns[name](change[name]) }
  }
  return result
}
