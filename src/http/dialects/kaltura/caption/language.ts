/**
 * The vendor's names of languages (KalturaLanguage) where they differ from those of CLDR, by BCP 47 tag. Source: its
 * published clients, 2026 (docs/dialects/kaltura.md#captions).
 */
const VENDOR_NAMES: Readonly<Record<string, string>> = {
  be: 'Byelorussian (Belarusian)',
  bn: 'Bengali (Bangla)',
  dz: 'Bhutani',
  'en-AU': 'English (Australian)',
  'en-GB': 'English (British)',
  'en-US': 'English (American)',
  'es-419': 'Spanish (Latin America)',
  fa: 'Farsi',
  fj: 'Fiji',
  fo: 'Faeroese',
  fy: 'Frisian',
  gd: 'Gaelic (Scottish)',
  gv: 'Gaelic (Manx)',
  ik: 'Inupiak',
  kl: 'Greenlandic',
  km: 'Cambodian',
  ky: 'Kirghiz',
  lb: 'Luxembourgish (Letzeburgesch)',
  li: 'Limburgish ( Limburger)',
  lo: 'Laothian',
  lv: 'Latvian (Lettish)',
  mi: 'Maori',
  mul: 'Multilingual',
  oj: 'Ojibwe, Ojibwa',
  om: 'Oromo (Afan, Galla)',
  or: 'Oriya',
  ps: 'Pashto (Pushto)',
  rm: 'Rhaeto-Romance',
  rn: 'Kirundi (Rundi)',
  rw: 'Kinyarwanda (Ruanda)',
  sg: 'Sangro',
  si: 'Sinhalese',
  'sk-SK': 'Slovakian',
  ss: 'Siswati',
  st: 'Sesotho',
  sw: 'Swahili (Kiswahili)',
  tl: 'Tagalog',
  tn: 'Setswana',
  to: 'Tonga',
  tw: 'Twi',
  ug: 'Uighur',
  und: 'Undefined',
  vo: 'Volapuk',
  'zh-CN': 'Simplified Chinese',
  'zh-HK': 'Traditional Chinese',
  'zh-TW': 'Taiwanese Mandarin',
}
/** KalturaLanguageCode where it is not the tag in lower case. */
const VENDOR_CODES: Readonly<Record<string, string>> = { 'es-419': 'es_xl', mul: 'mu', und: 'un' }
/** Longer tags that the vendor calls as CLDR does. */
const LONGER_TAGS = ['ceb', 'chr', 'fa-IR', 'fil', 'fr-CA', 'haw', 'hmn', 'pt-BR', 'yue']
const TAG = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']

const NAMES = new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard', fallback: 'none' })

/** Of a language that nobody named. */
export const NO_LANGUAGE = 'und'

/** What the vendor calls a language, by its tag; the tag itself where nobody calls it anything. */
export function languageName(tag: string): string {
  return VENDOR_NAMES[tag] ?? NAMES.of(tag) ?? tag
}

export function languageCode(tag: string): string {
  return VENDOR_CODES[tag] ?? tag.toLowerCase().replaceAll('-', '_')
}

let tags: ReadonlyMap<string, string> | undefined

/** The tag of a language by the vendor's name, its code, or the tag itself; undefined for what is none of these. */
export function languageTag(text: string): string | undefined {
  tags ??= allTags()
  const known = tags.get(text.trim().toLowerCase())
  if (known !== undefined || !TAG.test(text)) return known
  return NAMES.of(text) === undefined ? undefined : text
}

function allTags(): ReadonlyMap<string, string> {
  const two = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
  const all = new Map<string, string>()
  for (const tag of [...two, ...LONGER_TAGS, ...Object.keys(VENDOR_NAMES)]) {
    const name = VENDOR_NAMES[tag] ?? NAMES.of(tag)
    if (name === undefined) continue
    // Of two tags of one name the first is the usual one.
    for (const word of [name, languageCode(tag), tag].map((own) => own.toLowerCase())) {
      if (!all.has(word)) all.set(word, tag)
    }
  }
  return all
}
