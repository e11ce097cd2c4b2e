import { DomainError } from '../../../../core/errors.ts'
import type { Delivery, ProfileSettings, VideoCodec } from '../../../../core/transcoding/profile.ts'
import type { KollusParameters } from '../parameters.ts'
import { PROFILE_GROUPS } from './profile-group.ts'

const CODECS: Readonly<Record<string, VideoCodec>> = {
  h264: 'h264',
  avc: 'h264',
  h265: 'hevc',
  hevc: 'hevc',
  vp9: 'vp9',
  av1: 'av1',
}

/**
 * What a call says of a profile, over what it was made of; absent members stay as they are. A size makes it a profile of
 * that one size, as the vendor's are. Throws invalid_argument. Source: docs/dialects/kollus.md#profiles.
 */
export function readProfileSettings(parameters: KollusParameters, base: ProfileSettings): ProfileSettings {
  const { video, audio } = base
  const codec = parameters.get('video_codec')
  const frameRate = number(parameters, 'video_framerate')
  const bitRate = number(parameters, 'audio_bitrate')
  return {
    ...base,
    delivery: readDelivery(parameters) ?? base.delivery,
    video: {
      ...video,
      ...readSize(parameters, video.steps),
      ...(codec !== undefined && { codecs: [readCodec(codec)] }),
      ...(frameRate !== undefined && { maxFrameRate: frameRate }),
    },
    audio: { ...audio, ...(bitRate !== undefined && { bitRates: [bitRate] }) },
  }
}

type Steps = ProfileSettings['video']['steps']

/** Widths and heights count alike, so that portrait and landscape are one profile: the shorter one is meant. */
function readSize(parameters: KollusParameters, known: Steps): Readonly<{ steps?: Steps; maxShorterSidePx?: number }> {
  const sides = [number(parameters, 'video_width'), number(parameters, 'video_height')].filter(
    (side) => side !== undefined,
  )
  const wanted = number(parameters, 'video_bitrate')
  if (sides.length > 0) {
    const shorterSidePx = 2 * Math.floor(Math.min(...sides) / 2)
    const maxBitRate = wanted ?? known[0]?.maxBitRate
    return {
      steps: [{ shorterSidePx, ...(maxBitRate !== undefined && { maxBitRate }) }],
      maxShorterSidePx: shorterSidePx,
    }
  }
  if (wanted === undefined) return {}
  const [largest, ...others] = known
  if (largest === undefined) throw new DomainError('invalid_argument', 'A video_bitrate needs a video_height.')
  return { steps: [{ ...largest, maxBitRate: wanted }, ...others] }
}

function readCodec(text: string): VideoCodec {
  const codec = Object.hasOwn(CODECS, text.toLowerCase()) ? CODECS[text.toLowerCase()] : undefined
  if (codec === undefined) throw new DomainError('invalid_argument', `There is no video_codec ${text}.`)
  return codec
}

function readDelivery(parameters: KollusParameters): Delivery | undefined {
  const text = parameters.get('media_profile_group_key')
  if (text === undefined) return undefined
  const [found] = Object.entries(PROFILE_GROUPS).find(([, { key }]) => key === text.toLowerCase()) ?? []
  if (found === undefined) throw new DomainError('invalid_argument', `There is no media_profile_group_key ${text}.`)
  return found as Delivery
}

function number(parameters: KollusParameters, name: string): number | undefined {
  const text = parameters.get(name)
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new DomainError('invalid_argument', `${name} must be a whole number.`)
}
