/** `Content-Disposition` for a file that is shown where it can be. */
export function inline(fileName: string): string {
  return `inline; filename*=UTF-8''${extendedValue(fileName)}`
}

/** … for one that is to be saved. */
export function attachment(fileName: string): string {
  return `attachment; filename*=UTF-8''${extendedValue(fileName)}`
}

/** RFC 8187: what encodeURIComponent leaves alone and is not allowed there is encoded as well. */
function extendedValue(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
