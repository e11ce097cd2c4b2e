const MAX_CHARACTERS = 255
const MAX_EXTENSION = 16

/** Control characters, line and paragraph separators, and the marks that turn the writing direction around. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu

/**
 * A file's name as people shall see it, from whatever a client sent: the last segment of a path, composed (NFC), on one
 * line, at most 255 characters with the extension kept. Empty when nothing is left. It is a label: nothing on the
 * server's disk is ever called by it.
 */
export function clientFileName(sent: string): string {
  // Browsers write these three as percent escapes in a multipart header, and no others.
  const unescaped = sent.replace(/%22/g, '"').replace(/%0[DA]/gi, '\n')
  const name = unescaped
    .slice(Math.max(unescaped.lastIndexOf('/'), unescaped.lastIndexOf('\\')) + 1)
    .normalize('NFC')
    .replace(UNPRINTABLE, ' ')
    .trim()
  return name === '.' || name === '..' ? '' : shortened(name)
}

function shortened(name: string): string {
  const characters = [...name]
  if (characters.length <= MAX_CHARACTERS) return name
  const extension = /\.[^.]+$/u.exec(name)?.[0] ?? ''
  const kept = [...extension].length <= MAX_EXTENSION ? extension : ''
  return characters.slice(0, MAX_CHARACTERS - [...kept].length).join('') + kept
}
