export type Attributes = ReadonlyMap<string, string>

const ONE = /^([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s][^",]*)(?:,|$)/

/** An attribute list of RFC 8216 4.2; undefined when it is not one. Quotes are part of the value. */
export function parseAttributes(text: string): Attributes | undefined {
  const found = new Map<string, string>()
  for (let rest = text; rest !== ''; ) {
    const match = ONE.exec(rest)
    const [all = '', name = '', value = ''] = match ?? []
    if (match === null || found.has(name)) return undefined
    found.set(name, value)
    rest = rest.slice(all.length)
    if (rest === '' && all.endsWith(',')) return undefined
  }
  return found
}

/** The value of a quoted string; undefined when it is absent or not quoted. */
export function quoted(attributes: Attributes, name: string): string | undefined {
  return /^"(.*)"$/.exec(attributes.get(name) ?? '')?.[1]
}

/** A decimal integer or decimal number; undefined when it is absent or anything else. */
export function numeric(attributes: Attributes, name: string): number | undefined {
  const value = attributes.get(name)
  return value !== undefined && /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined
}
