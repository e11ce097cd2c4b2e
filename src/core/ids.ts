import type { Random } from './ports/random.ts'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type ProjectId = Branded<'ProjectId'>
export type ApiKeyId = Branded<'ApiKeyId'>
export type UserId = Branded<'UserId'>
export type UploadId = Branded<'UploadId'>
export type AssetId = Branded<'AssetId'>
export type SourceId = Branded<'SourceId'>
export type RenditionId = Branded<'RenditionId'>
export type ProfileId = Branded<'ProfileId'>
export type WorkflowId = Branded<'WorkflowId'>
export type ImageId = Branded<'ImageId'>
export type SubtitleId = Branded<'SubtitleId'>
export type JobId = Branded<'JobId'>
export type EventId = Branded<'EventId'>
export type EndpointId = Branded<'EndpointId'>
export type DeliveryId = Branded<'DeliveryId'>
export type CategoryId = Branded<'CategoryId'>
export type ChannelId = Branded<'ChannelId'>
export type PlacementId = Branded<'PlacementId'>

type AnyId = IdOf<IdKind>

const PREFIXES = {
  project: 'prj',
  apiKey: 'key',
  user: 'usr',
  upload: 'upl',
  asset: 'ast',
  source: 'src',
  rendition: 'ren',
  profile: 'prf',
  workflow: 'wfl',
  image: 'img',
  subtitle: 'sub',
  job: 'job',
  event: 'evt',
  endpoint: 'end',
  delivery: 'dlv',
  category: 'cat',
  channel: 'chn',
  placement: 'plc',
} as const

export type IdKind = keyof typeof PREFIXES

type IdOf<K extends IdKind> = {
  project: ProjectId
  apiKey: ApiKeyId
  user: UserId
  upload: UploadId
  asset: AssetId
  source: SourceId
  rendition: RenditionId
  profile: ProfileId
  workflow: WorkflowId
  image: ImageId
  subtitle: SubtitleId
  job: JobId
  event: EventId
  endpoint: EndpointId
  delivery: DeliveryId
  category: CategoryId
  channel: ChannelId
  placement: PlacementId
}[K]

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford base 32: no i, l, o, u
const ID_PATTERN = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/

/**
 * A new identifier: `ast_` and 26 characters, of which the first 10 are the time in milliseconds, so that ids sort by
 * creation and new rows land at the end of an index. The other 80 bits are random. Ids are names, not secrets.
 */
export function newId<K extends IdKind>(kind: K, nowMs: number, random: Random): IdOf<K> {
  let time = ''
  for (let rest = nowMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET.charAt(rest % 32) + time
  let tail = ''
  for (const byte of random.bytes(16)) tail += ALPHABET.charAt(byte & 31)
  return `${PREFIXES[kind]}_${time}${tail}` as IdOf<K>
}

/** The id that sorts right after `id`: for rows of the same millisecond whose order counts. */
export function idAfter<Id extends AnyId>(id: Id): Id {
  let end = id.length - 1
  while (id.charAt(end) === ALPHABET.at(-1)) end -= 1
  const raised = ALPHABET.charAt(ALPHABET.indexOf(id.charAt(end)) + 1)
  return (id.slice(0, end) + raised + ALPHABET.charAt(0).repeat(id.length - end - 1)) as Id
}

/** The id when `text` has the form of one of this kind; undefined otherwise (callers answer "not found"). */
export function parseId<K extends IdKind>(kind: K, text: string): IdOf<K> | undefined {
  return text.startsWith(`${PREFIXES[kind]}_`) && ID_PATTERN.test(text) ? (text as AnyId as IdOf<K>) : undefined
}
