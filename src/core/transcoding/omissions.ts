import type { VideoCodec } from './profile.ts'
import type { Treatment } from './treatment.ts'

const NAMES: Readonly<Record<VideoCodec, string>> = { h264: 'H.264', hevc: 'HEVC', av1: 'AV1', vp9: 'VP9' }

/** What a treatment asks for and this machine (`encoders` is what it has), or the treatment itself, does not allow. */
export function omissionsOf(treatment: Treatment | undefined, encoders: readonly VideoCodec[]): readonly string[] {
  if (treatment === undefined) return []
  const { profile, delivery, encryption } = treatment
  const missing = delivery === 'adaptive' ? profile.video.codecs.filter((codec) => !encoders.includes(codec)) : []
  return [
    ...missing.map((codec) => `There is no ${NAMES[codec]}: this server's ffmpeg has no encoder for it.`),
    ...(profile.downloads && encryption !== undefined
      ? ['There are no files to download: they would not be encrypted.']
      : []),
  ]
}
