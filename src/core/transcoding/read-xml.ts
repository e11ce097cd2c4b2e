import { DomainError } from '../errors.ts'

/** An element by its local name, with the values of its attributes by theirs: what a prefix stands for is not looked at. */
export type XmlElement = Readonly<{
  name: string
  attributes: ReadonlyMap<string, string>
  children: readonly (XmlElement | string)[]
}>

type Open = { qualified: string; element: XmlElement; children: (XmlElement | string)[] }

const MAX_DEPTH = 64
const MAX_ELEMENTS = 100_000

/** What an XML document is made of, one piece at a time; each alternative ends where it can end first. */
const PIECE =
  /<!--[\s\S]*?-->|<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<\/(?<end>[^\s<>/]+)\s*>|<(?<start>[^\s<>/!?]+)(?<attributes>(?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y
const ATTRIBUTE = /([^\s<>/="']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/**
 * Reads a small XML document: a tree of elements and texts. It knows the five entities of XML itself and characters by
 * their numbers. A document type, with which entities could be declared or fetched, is refused, and so is nesting beyond
 * any use. Throws invalid_argument, also for what is not well-formed.
 */
export function readXml(text: string): XmlElement {
  const open: Open[] = []
  let root: XmlElement | undefined
  let elements = 0
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < text.length) {
    const at = PIECE.lastIndex
    const piece = PIECE.exec(text)?.groups
    if (piece === undefined) throw malformed(text, at)
    const parent = open.at(-1)
    const words = piece['cdata'] ?? (piece['text'] === undefined ? undefined : withCharacters(piece['text']))
    if (words !== undefined) {
      if (parent !== undefined) parent.children.push(words)
      else if (words.trim() !== '') throw malformed(text, at)
    } else if (piece['start'] !== undefined) {
      const started = begin(piece['start'], piece['attributes'] ?? '')
      if (parent === undefined && root !== undefined) throw malformed(text, at)
      elements += 1
      if (open.length >= MAX_DEPTH) throw refused(`XML that is nested deeper than ${MAX_DEPTH} levels is not read.`)
      if (elements > MAX_ELEMENTS) throw refused(`XML of more than ${MAX_ELEMENTS} elements is not read.`)
      parent?.children.push(started.element)
      root ??= started.element
      if (piece['empty'] === '') open.push(started)
    } else if (piece['end'] !== undefined && open.pop()?.qualified !== piece['end']) throw malformed(text, at)
  }
  if (root === undefined || open.length > 0) throw malformed(text, text.length)
  return root
}

function begin(qualified: string, written: string): Open {
  const attributes = new Map<string, string>()
  for (const [, name = '', double, single = ''] of written.matchAll(ATTRIBUTE)) {
    attributes.set(localName(name), withCharacters(double ?? single))
  }
  const children: (XmlElement | string)[] = []
  return { qualified, children, element: { name: localName(qualified), attributes, children } }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const REFERENCE = /&(?:#x([0-9a-f]{1,6});|#(\d{1,7});|(\w{1,8});)?/gi

function withCharacters(text: string): string {
  let written = ''
  let from = 0
  // One after the other, so that the first bad one ends it.
  for (const { 0: reference, 1: hex, 2: decimal, 3: name, index } of text.matchAll(REFERENCE)) {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    const character = name === undefined ? characterOf(code) : ENTITIES[name]
    if (character === undefined) throw refused(`XML without declarations has no "${reference}".`)
    written += text.slice(from, index) + character
    from = index + reference.length
  }
  return written + text.slice(from)
}

function characterOf(code: number): string | undefined {
  const isText = code >= 0x20 || code === 0x9 || code === 0xa || code === 0xd
  return isText && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined
}

function malformed(text: string, at: number): DomainError {
  if (text.startsWith('<!DOCTYPE', at)) {
    return refused('XML with a document type is not read, for it can declare entities.')
  }
  const line = text.slice(0, at).split('\n').length
  return refused(`The XML is not well-formed near line ${line}.`)
}

function refused(message: string): DomainError {
  return new DomainError('invalid_argument', message)
}
