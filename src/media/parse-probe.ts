/** ffprobe's answer, typed and with numbers as numbers; what is missing or `N/A` is undefined. */
export type ProbedStream = Readonly<{
  index: number
  type: string | undefined
  /** Undefined where ffprobe has no name for it. */
  codec: string | undefined
  codecTag: string | undefined
  width: number | undefined
  height: number | undefined
  /** Width of one pixel divided by its height; 1 where it is not given. */
  pixelAspect: number
  pixelFormat: string | undefined
  colorSpace: string | undefined
  colorTransfer: string | undefined
  fieldOrder: string | undefined
  nominalRate: number | undefined
  averageRate: number | undefined
  startSeconds: number | undefined
  durationSeconds: number | undefined
  bitRate: number | undefined
  channels: number | undefined
  sampleRateHz: number | undefined
  isDefault: boolean
  isAttachedPicture: boolean
  isForced: boolean
  isForHearingImpaired: boolean
  language: string | undefined
  title: string | undefined
  /** Counter-clockwise, as ffprobe has it. */
  rotation: number | undefined
}>

export type Probed = Readonly<{
  container: string
  startSeconds: number | undefined
  durationSeconds: number | undefined
  bitRate: number | undefined
  streamCount: number
  streams: readonly ProbedStream[]
}>

export type ProbeAnswer = { kind: 'described'; probed: Probed } | { kind: 'error'; code: number }

/** Reads the JSON of `describeArguments`; undefined when it is not complete JSON (ffprobe died over it). */
export function parseProbe(json: string): ProbeAnswer | undefined {
  const root = parseObject(json)
  if (root === undefined) return undefined
  const error = child(root, 'error')
  if (error !== undefined) return { kind: 'error', code: number(error, 'code') ?? 0 }
  const format = child(root, 'format')
  const streams = root['streams']
  if (format === undefined || !Array.isArray(streams)) return undefined
  return {
    kind: 'described',
    probed: {
      container: text(format, 'format_name') ?? '',
      startSeconds: number(format, 'start_time'),
      durationSeconds: number(format, 'duration'),
      bitRate: number(format, 'bit_rate'),
      streamCount: number(format, 'nb_streams') ?? streams.length,
      streams: streams.filter(isObject).map(parseStream),
    },
  }
}

function parseStream(stream: JsonObject, position: number): ProbedStream {
  const disposition = child(stream, 'disposition')
  const tags = child(stream, 'tags')
  const codec = text(stream, 'codec_name')
  const language = tags && text(tags, 'language')
  return {
    index: number(stream, 'index') ?? position,
    type: text(stream, 'codec_type'),
    codec: codec === 'unknown' || codec === 'none' ? undefined : codec,
    codecTag: text(stream, 'codec_tag_string'),
    width: number(stream, 'width'),
    height: number(stream, 'height'),
    pixelAspect: ratio(text(stream, 'sample_aspect_ratio'), ':') ?? 1,
    pixelFormat: text(stream, 'pix_fmt'),
    colorSpace: text(stream, 'color_space'),
    colorTransfer: text(stream, 'color_transfer'),
    fieldOrder: text(stream, 'field_order'),
    nominalRate: ratio(text(stream, 'r_frame_rate'), '/'),
    averageRate: ratio(text(stream, 'avg_frame_rate'), '/'),
    startSeconds: number(stream, 'start_time'),
    durationSeconds: number(stream, 'duration') ?? clockSeconds(tags && text(tags, 'DURATION')),
    bitRate: number(stream, 'bit_rate'),
    channels: number(stream, 'channels'),
    sampleRateHz: number(stream, 'sample_rate'),
    isDefault: disposition !== undefined && number(disposition, 'default') === 1,
    isAttachedPicture: disposition !== undefined && number(disposition, 'attached_pic') === 1,
    isForced: disposition !== undefined && number(disposition, 'forced') === 1,
    isForHearingImpaired: disposition !== undefined && number(disposition, 'hearing_impaired') === 1,
    language: language === 'und' ? undefined : language,
    title: tags && text(tags, 'title'),
    rotation: rotation(stream['side_data_list']),
  }
}

function rotation(sideData: unknown): number | undefined {
  if (!Array.isArray(sideData)) return undefined
  for (const entry of sideData.filter(isObject)) {
    const degrees = number(entry, 'rotation')
    if (degrees !== undefined) return degrees
  }
  return undefined
}

/** `30000/1001` or `16:15` as a number; undefined for `0/0`, `0:1` and the like. */
function ratio(value: string | undefined, separator: string): number | undefined {
  const [above, below] = (value ?? '').split(separator).map(Number)
  if (above === undefined || below === undefined) return undefined
  const result = above / below
  return Number.isFinite(result) && result > 0 ? result : undefined
}

/** `00:01:02.500000000`, as Matroska's tags have it. */
function clockSeconds(value: string | undefined): number | undefined {
  const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(value ?? '')
  return match === null ? undefined : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])
}

type JsonObject = Readonly<Record<string, unknown>>

function parseObject(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function child(object: JsonObject, name: string): JsonObject | undefined {
  const value = object[name]
  return isObject(value) ? value : undefined
}

function text(object: JsonObject, name: string): string | undefined {
  const value = object[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** ffprobe writes most numbers as strings, and `N/A` for what it does not know. */
function number(object: JsonObject, name: string): number | undefined {
  const value = object[name]
  const parsed = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : undefined
}
