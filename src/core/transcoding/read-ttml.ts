import { readXml, type XmlElement } from './read-xml.ts'

/** Words that are shown for a time; lines as WebVTT has them. */
export type TimedText = Readonly<{ startMs: number; endMs: number; lines: readonly string[] }>

type Attributes = XmlElement['attributes']
type Interval = Readonly<{ startMs: number; endMs: number }>
type Style = Readonly<{ isBold: boolean; isItalic: boolean; isUnderlined: boolean }>
type Context = Readonly<{ interval: Interval; style: Style; keepsSpace: boolean }>
type Run = Readonly<{ text: string; style: Style }>

/** How a document counts time where it does not do so in seconds. */
type Rates = Readonly<{ framesPerS: number; ticksPerS: number }>

const PLAIN: Style = { isBold: false, isItalic: false, isUnderlined: false }
const ALWAYS: Interval = { startMs: 0, endMs: Number.POSITIVE_INFINITY }
const DEFAULT_FRAMES_PER_S = 30

/**
 * The words of a TTML document (W3C Timed Text Markup Language, also known as DFXP), with the times of all that they
 * stand in. Bold, italic and underlined words stay so; regions, colours and animations are not carried over. Throws
 * invalid_argument as `readXml` does.
 */
export function readTtml(text: string): readonly TimedText[] {
  const root = readXml(text.trim())
  const reader = new Reader(ratesOf(root), stylesOf(root))
  for (const body of elementsOf(root, 'body')) {
    reader.read(body, { interval: ALWAYS, style: PLAIN, keepsSpace: root.attributes.get('space') === 'preserve' })
  }
  return reader.found
}

class Reader {
  readonly found: TimedText[] = []
  readonly #rates: Rates
  readonly #styles: ReadonlyMap<string, Attributes>
  readonly #resolved = new Map<string, Partial<Style>>()

  constructor(rates: Rates, styles: ReadonlyMap<string, Attributes>) {
    this.#rates = rates
    this.#styles = styles
  }

  /** A body, a div or a p in its surroundings; what follows one another does so where the element says that. */
  read(element: XmlElement, around: Context): Interval {
    const context = this.#within(element, around)
    if (element.name === 'p') {
      this.#addParagraph(element, context)
      return context.interval
    }
    const isSequence = element.attributes.get('timeContainer') === 'seq'
    let from = context.interval.startMs
    for (const child of element.children) {
      if (typeof child === 'string' || !['div', 'p'].includes(child.name)) continue
      const interval = { ...context.interval, startMs: from }
      const { endMs } = this.read(child, { ...context, interval })
      if (isSequence && Number.isFinite(endMs)) from = endMs
    }
    return context.interval
  }

  /** Words with times of their own within a paragraph are shown by themselves. */
  #addParagraph(paragraph: XmlElement, context: Context): void {
    const shown = new Map<string, { interval: Interval; lines: Run[][] }>()
    const gather = (element: XmlElement, { interval, style, keepsSpace }: Context): void => {
      const key = `${interval.startMs} ${interval.endMs}`
      const own = shown.get(key) ?? { interval, lines: [[]] }
      shown.set(key, own)
      for (const child of element.children) {
        if (typeof child === 'string') {
          const [first = '', ...others] = keepsSpace ? child.split(/\r\n?|\n/) : [child.replace(/[ \t\r\n]+/g, ' ')]
          own.lines.at(-1)?.push({ text: first, style })
          for (const text of others) own.lines.push([{ text, style }])
        } else if (child.name === 'br') own.lines.push([])
        else if (child.name === 'span') gather(child, this.#within(child, { interval, style, keepsSpace }))
      }
    }
    gather(paragraph, context)
    for (const { interval, lines } of shown.values()) {
      const written = lines.map(lineText).filter((line) => line !== '')
      if (Number.isFinite(interval.endMs)) this.found.push({ ...interval, lines: written })
    }
  }

  #within({ attributes }: XmlElement, { interval, style, keepsSpace }: Context): Context {
    const space = attributes.get('space')
    return {
      interval: this.#interval(attributes, interval),
      style: { ...style, ...this.#style(attributes) },
      keepsSpace: space === undefined ? keepsSpace : space === 'preserve',
    }
  }

  /** Times are counted from where the surrounding element begins, and end with it at the latest. */
  #interval(attributes: Attributes, around: Interval): Interval {
    const [begin, end, duration] = ['begin', 'end', 'dur'].map((name) => this.#ms(attributes.get(name)))
    const startMs = around.startMs + (begin ?? 0)
    const ends = [around.endMs]
    if (end !== undefined) ends.push(around.startMs + end)
    if (duration !== undefined) ends.push(startMs + duration)
    return { startMs, endMs: Math.min(...ends) }
  }

  /** Undefined for what is no time. */
  #ms(written = ''): number | undefined {
    const clock = /^(\d+):(\d\d):(\d\d)(?:[.,](\d+)|:(\d+)(?:\.\d+)?)?$/.exec(written.trim())
    if (clock !== null) {
      const [, hours, minutes, seconds, fraction = '0', frames = '0'] = clock
      const wholeS = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
      return Math.round((wholeS + Number(`0.${fraction}`) + Number(frames) / this.#rates.framesPerS) * 1000)
    }
    const [, count, unit = ''] = /^(\d+(?:\.\d+)?)(h|ms|m|s|f|t)$/.exec(written.trim()) ?? []
    const unitsMs: Readonly<Record<string, number>> = {
      ...{ h: 3_600_000, m: 60_000, s: 1000, ms: 1 },
      ...{ f: 1000 / this.#rates.framesPerS, t: 1000 / this.#rates.ticksPerS },
    }
    return count === undefined ? undefined : Math.round(Number(count) * (unitsMs[unit] ?? 0))
  }

  /** Styles named first give way to those named later, all of them to what stands at the element itself. */
  #style(attributes: Attributes): Partial<Style> {
    const style: Partial<Style> = {}
    for (const id of new Set(wordsOf(attributes.get('style')))) Object.assign(style, this.#namedStyle(id))
    return Object.assign(style, statedStyle(attributes))
  }

  /** Each is worked out once, also where they name each other in a circle. */
  #namedStyle(id: string): Partial<Style> {
    const known = this.#resolved.get(id)
    if (known !== undefined) return known
    this.#resolved.set(id, {})
    const attributes = this.#styles.get(id)
    const style = attributes === undefined ? {} : this.#style(attributes)
    this.#resolved.set(id, style)
    return style
  }
}

function statedStyle(attributes: Attributes): Partial<Style> {
  const [weight, slant, decoration] = ['fontWeight', 'fontStyle', 'textDecoration'].map((name) => attributes.get(name))
  return {
    ...(weight !== undefined && { isBold: weight === 'bold' }),
    ...(slant !== undefined && { isItalic: slant === 'italic' || slant === 'oblique' }),
    ...(decoration !== undefined && { isUnderlined: wordsOf(decoration).includes('underline') }),
  }
}

function wordsOf(text = ''): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

function lineText(runs: readonly Run[]): string {
  let line = ''
  let wasSpace = true
  const last = runs.findLastIndex(({ text }) => text.trim() !== '')
  for (const [i, { text, style }] of runs.slice(0, last + 1).entries()) {
    const kept: string = wasSpace ? text.trimStart() : text
    const words: string = i === last ? kept.trimEnd() : kept
    if (words === '') continue
    wasSpace = words.endsWith(' ')
    line += styled(words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('-->', '→'), style)
  }
  return line
}

function styled(words: string, { isBold, isItalic, isUnderlined }: Style): string {
  const underlined = isUnderlined ? `<u>${words}</u>` : words
  const italic = isItalic ? `<i>${underlined}</i>` : underlined
  return isBold ? `<b>${italic}</b>` : italic
}

function ratesOf({ attributes }: XmlElement): Rates {
  const stated = Number(attributes.get('frameRate') ?? '')
  const [numerator = 1, denominator = 1] = (attributes.get('frameRateMultiplier') ?? '1 1').split(/[\s:]+/).map(Number)
  const framesPerS = ((stated || DEFAULT_FRAMES_PER_S) * numerator) / denominator
  const ticksPerS = Number(attributes.get('tickRate') ?? '') || (stated > 0 ? framesPerS : 1)
  const isRate = (rate: number): boolean => Number.isFinite(rate) && rate > 0
  return {
    framesPerS: isRate(framesPerS) ? framesPerS : DEFAULT_FRAMES_PER_S,
    ticksPerS: isRate(ticksPerS) ? ticksPerS : 1,
  }
}

function stylesOf(root: XmlElement): ReadonlyMap<string, Attributes> {
  const all = elementsOf(root, 'head')
    .flatMap((head) => elementsOf(head, 'styling'))
    .flatMap((styling) => elementsOf(styling, 'style'))
  return new Map(all.map(({ attributes }) => [attributes.get('id') ?? '', attributes]))
}

function elementsOf({ children }: XmlElement, name: string): readonly XmlElement[] {
  return children.filter((child) => typeof child !== 'string').filter((child) => child.name === name)
}
