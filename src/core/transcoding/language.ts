/**
 * A language tag in its usual form: `ko` for the `kor` that files have, `pt-BR` for `pt-br`. Undefined for what is no
 * tag (BCP 47).
 */
export function usualLanguage(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}

/** Whether a text in `tag` serves somebody who asks for `wanted`: `pt-BR` serves `pt`, and not the other way round. */
export function servesLanguage(tag: string, wanted: string): boolean {
  const [has, asks] = [usualLanguage(tag), usualLanguage(wanted)]
  return has !== undefined && asks !== undefined && (has === asks || has.startsWith(`${asks}-`))
}
