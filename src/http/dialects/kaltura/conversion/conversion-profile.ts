import { offeredSides } from '../../../../core/transcoding/ladder.ts'
import { DEFAULT_PROFILE, type ProfileSettings, STANDARD_KEY } from '../../../../core/transcoding/profile.ts'
import type { AttachWishes } from '../../../../core/uploads/upload-attacher.ts'
import { SOUND_PARAMS_ID, SOURCE_PARAMS_ID } from '../asset/flavor-asset.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { Facts } from '../schema/filter.ts'
import type { KalturaObject } from '../schema/wire-value.ts'

/** Under this namespace the core keeps the numbers that these clients call our workflows and profiles by. */
const PROFILE_NUMBER = 'kaltura.conversionProfile'

/** The vendor's word for "nothing is made of the file". */
const NO_CONVERSION = -1
const PASSTHROUGH_KEY = 'passthrough'

/** KalturaConversionProfileStatus and -Type. */
const ENABLED = 2
const MEDIA = 1

/** One of our workflows, or one of our profiles whose key no workflow has. */
export type ConversionProfile = Readonly<{
  id: number
  key: string
  name: string
  kind: 'workflow' | 'profile'
  settings: ProfileSettings
  /** It is taken where nothing else was said. */
  isDefault: boolean
}>

/**
 * All there are, by key. One of ours whose key is a number has that number, so that a project can keep numbers that are
 * written down in somebody's code; the others get one when they are first shown here.
 */
export async function conversionProfiles({
  services,
  session,
  surroundings,
}: Call): Promise<readonly ConversionProfile[]> {
  const { projectId } = session
  const profiles = await services.mediaSettings.listProfiles(projectId)
  const workflows = await services.mediaSettings.listWorkflows(projectId)
  const settingsOf = (key = STANDARD_KEY) => profiles.find((own) => own.key === key)?.settings ?? DEFAULT_PROFILE
  const offered = [
    ...workflows.map(({ key, name, settings }) => ({
      ...{ key, name, kind: 'workflow' as const },
      settings: settingsOf(settings.profileKey),
    })),
    ...profiles
      .filter(({ key }) => !workflows.some((own) => own.key === key))
      .map(({ key, name, settings }) => ({ key, name, kind: 'profile' as const, settings })),
  ]
  const subjectOf = ({ kind, key }: (typeof offered)[number]): string => `${projectId}/${kind}/${key}`
  const unnumbered = offered.filter(({ key }) => numberIn(key) === undefined).map(subjectOf)
  const newNumber = (): string => String(Buffer.from(surroundings.random.bytes(4)).readUInt32BE() >>> 1 || 1)
  const numbers = await services.names.ensure(projectId, PROFILE_NUMBER, unnumbered, newNumber)
  const standardProfile = workflows.find(({ key }) => key === STANDARD_KEY)?.settings.profileKey
  const chosen = offered.find(({ kind, key }) => kind === 'profile' && key === standardProfile)
  return offered.map((own) => ({
    ...own,
    id: numberIn(own.key) ?? Number(numbers.get(subjectOf(own))),
    isDefault: chosen === undefined ? own.kind === 'workflow' && own.key === STANDARD_KEY : own === chosen,
  }))
}

/** A number that none has for its key. */
export function newProfileNumber({ surroundings }: Call, taken: readonly string[]): string {
  for (;;) {
    const number = String(1 + (Buffer.from(surroundings.random.bytes(4)).readUInt32BE() % 999_999_999))
    if (!taken.includes(number)) return number
  }
}

/** One that was made or changed just now. */
export async function findConversionProfileByKey(call: Call, key: string): Promise<ConversionProfile> {
  const found = (await conversionProfiles(call)).find((own) => own.key === key)
  if (found === undefined) throw new KalturaError('CONVERSION_PROFILE_ID_NOT_FOUND', { ID: key })
  return found
}

function numberIn(key: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(key) ? Number(key) : undefined
}

/** Throws CONVERSION_PROFILE_ID_NOT_FOUND. */
export async function findConversionProfile(call: Call, id: number): Promise<ConversionProfile> {
  const found = (await conversionProfiles(call)).find((own) => own.id === id)
  if (found === undefined) throw new KalturaError('CONVERSION_PROFILE_ID_NOT_FOUND', { ID: String(id) })
  return found
}

/** What is taken where nothing else was said. */
export async function defaultConversionProfile(call: Call): Promise<ConversionProfile> {
  const found = (await conversionProfiles(call)).find(({ isDefault }) => isDefault)
  if (found === undefined) throw new Error('every project has the standard workflow')
  return found
}

/**
 * How a file is treated whose entry states this number. One that nobody knows, because it was another account's, is the
 * default: code that moves here keeps working.
 */
export async function treatmentWish(call: Call, stated: number | undefined): Promise<AttachWishes> {
  if (stated === undefined || stated === 0) return {}
  if (stated === NO_CONVERSION) return { profileKey: PASSTHROUGH_KEY }
  const found = (await conversionProfiles(call)).find(({ id }) => id === stated)
  if (found === undefined) return {}
  return found.kind === 'workflow' ? { workflowKey: found.key } : { profileKey: found.key }
}

/** The flavours that may come of a file, the original among them. */
export function flavorParamsIdsOf({ settings }: Pick<ConversionProfile, 'settings'>): readonly number[] {
  const sound = settings.delivery === 'audio' ? [SOUND_PARAMS_ID] : []
  return [SOURCE_PARAMS_ID, ...sound, ...offeredSides(settings)]
}

export function conversionProfileFacts(profile: ConversionProfile): Facts {
  const { id, key, name } = profile
  return { id, name, systemName: key, status: ENABLED, type: MEDIA, tags: [], createdAt: 0 }
}

export function toConversionProfile(profile: ConversionProfile, partnerId: number): KalturaObject {
  const { id, key, name, isDefault } = profile
  return {
    type: 'KalturaConversionProfile',
    values: {
      id,
      partnerId,
      status: ENABLED,
      type: MEDIA,
      name,
      systemName: key,
      flavorParamsIds: flavorParamsIdsOf(profile).join(','),
      isDefault,
      isPartnerDefault: isDefault,
    },
  }
}
