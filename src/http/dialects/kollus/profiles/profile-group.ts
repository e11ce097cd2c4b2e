import type { Delivery } from '../../../../core/transcoding/profile.ts'

/** Profiles are grouped by what viewers get. Clients look for a group named "Audio" before they upload sound. */
export type ProfileGroup = Readonly<{ key: string; name: string }>

export const PROFILE_GROUPS: Readonly<Record<Delivery, ProfileGroup>> = {
  adaptive: { key: 'video', name: 'Video' },
  audio: { key: 'audio', name: 'Audio' },
  passthrough: { key: 'passthrough', name: 'Passthrough' },
}
