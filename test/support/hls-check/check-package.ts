import { createDecipheriv } from 'node:crypto'
import { lookInto, type SeenSegment, type SeenTrack } from './look-into.ts'
import { type Alternative, parseMaster, type Variant } from './master.ts'
import { type MediaPlaylist, type MediaSegment, parseMedia } from './media.ts'

/** Gets what stands at an absolute address; rejects when there is nothing. */
export type Load = (url: string) => Promise<Buffer>

export type Expected = Readonly<{
  /** Of the source, by an independent measure. */
  seconds: number
  /** How far the package may be from that. */
  toleranceSeconds: number
}>

export type CheckedPackage = Readonly<{
  /** What is wrong, a sentence each; none for a good package. */
  problems: readonly string[]
  variants: readonly Variant[]
  segments: number
  isEncrypted: boolean
}>

type Loaded = Readonly<{
  name: string
  playlist: MediaPlaylist
  sizes: readonly number[]
  seen: readonly SeenSegment[]
}>

/** Sound frames do not end where pictures end. */
const CUT_TOLERANCE_SECONDS = 0.07
/** Clocks of 90 000 and of 12 800 ticks a second do not meet exactly. */
const TIME_TOLERANCE_SECONDS = 0.005
/** A playlist may promise more than is used, but not so much that a player chooses wrongly. */
const MOST_PROMISED = 1.1
const CODEC_NAMES: Readonly<Record<string, RegExp>> = {
  h264: /^avc[13]\.[0-9a-f]{6}$/i,
  hevc: /^h(vc|ev)1\./,
  av1: /^av01\./,
  vp9: /^vp09\./,
  aac: /^mp4a\.40\.\d+$/,
  ac3: /^ac-3$/,
  opus: /^opus$/i,
}

/**
 * Reads a whole HLS presentation as a player would, and more closely: the syntax of all playlists, each segment decoded
 * by itself behind its init segment, durations against what the segments hold and against the source, cuts of all
 * renditions at the same pictures, declared against real bandwidth, size and codec. Written from RFC 8216, not from
 * our own playlist code.
 */
export async function checkPackage(masterUrl: string, load: Load, expected: Expected): Promise<CheckedPackage> {
  const problems: string[] = []
  const { variants, alternatives } = parseMaster((await load(masterUrl)).toString('utf8'), problems)
  const open = async (uri: string): Promise<Loaded> => {
    const url = new URL(uri, masterUrl).href
    return loadRendition(nameOf(uri), url, load, problems)
  }
  const sound = new Map<string, Loaded[]>()
  for (const { type, group, uri } of alternatives) {
    if (type !== 'AUDIO' || uri === undefined) continue
    sound.set(group, [...(sound.get(group) ?? []), await open(uri)])
  }
  const loaded: Loaded[] = []
  for (const variant of variants) {
    const rendition = await open(variant.uri)
    const others = variant.audioGroup === undefined ? [] : (sound.get(variant.audioGroup) ?? [])
    checkDeclared(variant, rendition, others, alternatives, problems)
    loaded.push(rendition)
  }
  const all = [...loaded, ...[...sound.values()].flat()]
  for (const rendition of all) checkTimes(rendition, expected, problems)
  checkAlignment(loaded, problems)
  return {
    problems,
    variants,
    segments: all.reduce((sum, { playlist }) => sum + playlist.segments.length, 0),
    isEncrypted: all.every(({ playlist }) => playlist.segments.every(({ key }) => key !== undefined)),
  }
}

/** The last folder and the file: enough to tell renditions apart, without tokens. */
function nameOf(uri: string): string {
  return uri.split('?')[0]?.split('/').slice(-2).join('/') ?? uri
}

async function loadRendition(name: string, url: string, load: Load, problems: string[]): Promise<Loaded> {
  const playlist = parseMedia(name, (await load(url)).toString('utf8'), problems)
  const cache = new Map<string, Promise<Buffer>>()
  const once = (uri: string): Promise<Buffer> => {
    const target = new URL(uri, url).href
    const found = cache.get(target) ?? load(target)
    cache.set(target, found)
    return found
  }
  const sizes: number[] = []
  const seen: SeenSegment[] = []
  for (const segment of playlist.segments) {
    const init = segment.mapUri === undefined ? Buffer.alloc(0) : await once(segment.mapUri)
    const stored = await load(new URL(segment.uri, url).href)
    sizes.push(stored.length)
    const clear = await decrypted(stored, segment, once).catch((error: unknown) => {
      problems.push(`${name}: ${segment.uri} cannot be decrypted (${String(error)})`)
      return stored
    })
    const look = await lookInto(Buffer.concat([init, clear]))
    if (look.complaints !== '') problems.push(`${name}: ${segment.uri} cannot be decoded: ${look.complaints}`)
    if (look.tracks.length === 0) problems.push(`${name}: ${segment.uri} holds neither pictures nor sound`)
    const picture = look.tracks.find(({ kind }) => kind === 'video')
    if (picture?.beginsWithKeyframe === false) problems.push(`${name}: ${segment.uri} does not begin with a key frame`)
    seen.push(look)
  }
  return { name, playlist, sizes, seen }
}

async function decrypted(bytes: Buffer, { key, sequence }: MediaSegment, load: Load): Promise<Buffer> {
  if (key === undefined) return bytes
  const secret = await load(key.uri)
  if (secret.length !== 16) throw new Error(`the key has ${secret.length} bytes`)
  const counted = Buffer.alloc(16)
  counted.writeUInt32BE(sequence, 12)
  const decipher = createDecipheriv('aes-128-cbc', secret, key.iv ?? counted)
  return Buffer.concat([decipher.update(bytes), decipher.final()])
}

/** The track that a segment's place in the film is told by. */
function leading({ tracks }: SeenSegment): SeenTrack | undefined {
  return tracks.find(({ kind }) => kind === 'video') ?? tracks[0]
}

function checkTimes({ name, playlist, seen }: Loaded, expected: Expected, problems: string[]): void {
  let at = 0
  for (const [i, segment] of playlist.segments.entries()) {
    const track = leading(seen[i] ?? { tracks: [], complaints: '' })
    if (track === undefined) continue
    const tolerance = track.kind === 'video' ? TIME_TOLERANCE_SECONDS : CUT_TOLERANCE_SECONDS
    if (Math.abs(track.startSeconds - at) > tolerance) {
      problems.push(`${name}: ${segment.uri} begins at ${track.startSeconds}, the playlist says ${at.toFixed(3)}`)
    }
    at += segment.seconds
    const isLast = i === playlist.segments.length - 1
    if (Math.abs(track.endSeconds - at) > (isLast ? CUT_TOLERANCE_SECONDS : tolerance)) {
      problems.push(`${name}: ${segment.uri} ends at ${track.endSeconds}, the playlist says ${at.toFixed(3)}`)
    }
  }
  if (Math.abs(at - expected.seconds) > expected.toleranceSeconds) {
    problems.push(`${name}: lasts ${at.toFixed(3)} s, the source ${expected.seconds.toFixed(3)} s`)
  }
}

/** So that a player may change over at every segment. */
function checkAlignment(renditions: readonly Loaded[], problems: string[]): void {
  const [first, ...others] = renditions.filter(({ seen }) => seen[0] && leading(seen[0])?.kind === 'video')
  if (first === undefined) return
  for (const other of others) {
    if (other.playlist.segments.length !== first.playlist.segments.length) {
      problems.push(
        `${other.name} has ${other.playlist.segments.length} segments, ${first.name} has ${first.playlist.segments.length}`,
      )
      continue
    }
    for (const [i, segment] of other.playlist.segments.entries()) {
      const [mine, its] = [leading(other.seen[i] as SeenSegment), leading(first.seen[i] as SeenSegment)]
      const apart = Math.abs((mine?.startSeconds ?? 0) - (its?.startSeconds ?? 0))
      if (apart > 0.001)
        problems.push(`${other.name}: ${segment.uri} is cut ${apart.toFixed(3)} s apart from ${first.name}`)
      if (mine?.packets !== its?.packets)
        problems.push(`${other.name}: ${segment.uri} has other pictures than ${first.name}`)
    }
  }
}

function checkDeclared(
  variant: Variant,
  rendition: Loaded,
  sound: readonly Loaded[],
  alternatives: readonly Alternative[],
  problems: string[],
): void {
  const { name } = rendition
  const own = rates(rendition)
  const peak = own.peak + Math.max(0, ...sound.map((one) => rates(one).peak))
  const average = own.average + Math.max(0, ...sound.map((one) => rates(one).average))
  if (peak > variant.bandwidth) problems.push(`${name}: needs ${peak} bit/s, BANDWIDTH is ${variant.bandwidth}`)
  if (variant.bandwidth > peak * MOST_PROMISED)
    problems.push(`${name}: BANDWIDTH is ${variant.bandwidth}, it needs only ${peak}`)
  const declared = variant.averageBandwidth
  if (declared !== undefined && (declared < average || declared > average * MOST_PROMISED)) {
    problems.push(`${name}: AVERAGE-BANDWIDTH is ${declared}, it is ${average}`)
  }
  const tracks = [rendition, ...sound].flatMap(({ seen }) => seen[0]?.tracks ?? [])
  const picture = tracks.find(({ kind }) => kind === 'video')
  if (picture?.widthPx !== variant.widthPx || picture?.heightPx !== variant.heightPx) {
    problems.push(
      `${name}: RESOLUTION is ${variant.widthPx}x${variant.heightPx}, the pictures are ${picture?.widthPx}x${picture?.heightPx}`,
    )
  }
  for (const { codec } of tracks) {
    const form = CODEC_NAMES[codec]
    if (form === undefined || !variant.codecs.some((one) => form.test(one))) {
      problems.push(`${name}: ${codec} is not among CODECS ${variant.codecs.join()}`)
    }
  }
  if (picture !== undefined) checkFrameRate(variant, rendition, problems)
  if (variant.audioGroup !== undefined && !alternatives.some(({ group }) => group === variant.audioGroup)) {
    problems.push(`${name}: there is no sound in the group ${variant.audioGroup}`)
  }
}

function checkFrameRate(variant: Variant, { name, seen, playlist }: Loaded, problems: string[]): void {
  const pictures = seen.reduce((sum, segment) => sum + (leading(segment)?.packets ?? 0), 0)
  const seconds = playlist.segments.reduce((sum, segment) => sum + segment.seconds, 0)
  const rate = pictures / seconds
  // The last picture of a very short film stands for more than its share.
  if (variant.frameRate === undefined || Math.abs(rate - variant.frameRate) * seconds > 1.5) {
    problems.push(`${name}: FRAME-RATE is ${variant.frameRate}, there are ${rate.toFixed(3)} pictures a second`)
  }
}

/** As RFC 8216 4.1 defines them; bits per second, rounded up. */
function rates({ sizes, playlist: { segments, targetSeconds } }: Loaded): { peak: number; average: number } {
  const rate = (from: number, to: number): number => {
    const bytes = sizes.slice(from, to).reduce((sum, size) => sum + size, 0)
    return Math.floor((bytes * 8) / segments.slice(from, to).reduce((sum, { seconds }) => sum + seconds, 0))
  }
  const average = rate(0, segments.length)
  let peak = average
  for (let from = 0; from < segments.length; from++) {
    for (let to = from + 1; to <= segments.length; to++) {
      const seconds = segments.slice(from, to).reduce((sum, segment) => sum + segment.seconds, 0)
      if (seconds > 1.5 * targetSeconds) break
      if (seconds >= 0.5 * targetSeconds) peak = Math.max(peak, rate(from, to))
    }
  }
  return { peak, average }
}
