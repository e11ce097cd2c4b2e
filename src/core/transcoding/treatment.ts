import type { UploadTarget } from '../uploads/upload.ts'
import type { FurtherProfile } from './further-renditions.ts'
import { BUILT_IN_PROFILES, DEFAULT_PROFILE, type Delivery, type ProfileSettings, STANDARD_KEY } from './profile.ts'
import type { Withdrawn } from './rendition-removal.ts'
import {
  BUILT_IN_WORKFLOWS,
  DEFAULT_WORKFLOW,
  type Encryption,
  type Watermark,
  type WorkflowSettings,
} from './workflow.ts'

/**
 * What is done to one source: decided once, when it has been probed, and kept with it, so that an edited profile
 * changes nothing that is under way. Plain data: it is stored as JSON.
 */
export type Treatment = Readonly<{
  /** Of what was used. */
  workflowKey: string
  profileKey: string
  profile: ProfileSettings
  /** The token's wish, else the profile's. */
  delivery: Delivery
  encryption: Encryption | undefined
  watermark: Watermark | undefined
  sprites: boolean
  burnInLanguage: string | undefined
  /** Its smallest size is made first, and plays until all is there (early-part.ts). */
  playsEarly?: boolean | undefined
  /** What of it could not be done, a sentence each, for people; known once it is encoded. */
  omissions?: readonly string[] | undefined
  /** What was asked for besides, later; the latest wish for a profile counts. */
  further?: readonly FurtherProfile[] | undefined
  /** The moment of the film that somebody wants as its picture; `isMade` once it is, `hasFailed` once that was given up. */
  poster?: Readonly<{ atMs: number; isMade: boolean; hasFailed?: boolean }> | undefined
  /** What is stored of renditions that were removed. */
  withdrawn?: readonly Withdrawn[] | undefined
}>

/** Somebody's wish: a token's, a category's or a channel's. Keys that name nothing count as no wish. */
export type TreatmentWish = Readonly<{
  workflowKey?: string | undefined
  profileKey?: string | undefined
  /** Whatever workflow is taken: it goes where only encrypted assets are taken. */
  encrypt?: boolean
}>

/** Where a project's own settings are looked up; undefined: the project has none of that key. */
export type TreatmentLookup = Readonly<{
  profile: (key: string) => ProfileSettings | undefined
  workflow: (key: string) => WorkflowSettings | undefined
}>

/**
 * Decides what is done to a source. `wishes` come from the most to the least specific: category, then channel; the
 * token's own stands before them all, and the standard workflow behind them. The first workflow found is taken; a
 * profile named at its level or a more specific one goes before the workflow's own. What the token says of the file
 * itself (passthrough, audio only, encrypt) goes before all profiles; encryption before passthrough, for nothing that
 * was to be protected is ever served in the clear.
 */
export function chooseTreatment(
  target: Pick<UploadTarget, 'workflowKey' | 'profileKey' | 'encrypt' | 'audioOnly' | 'passthrough' | 'burnInLanguage'>,
  wishes: readonly TreatmentWish[] = [],
  own: TreatmentLookup = NOTHING_OF_ITS_OWN,
): Treatment {
  const profileOf = (key: string) => own.profile(key) ?? BUILT_IN_PROFILES[key]?.settings
  const workflowOf = (key: string) => own.workflow(key) ?? BUILT_IN_WORKFLOWS[key]?.settings
  let profileKey: string | undefined
  let workflowKey: string = STANDARD_KEY
  for (const wish of [target, ...wishes]) {
    if (profileKey === undefined && wish.profileKey !== undefined && profileOf(wish.profileKey) !== undefined) {
      profileKey = wish.profileKey
    }
    if (wish.workflowKey !== undefined && workflowOf(wish.workflowKey) !== undefined) {
      workflowKey = wish.workflowKey
      break
    }
  }
  const workflow = workflowOf(workflowKey) ?? DEFAULT_WORKFLOW
  if (profileKey === undefined && workflow.profileKey !== undefined && profileOf(workflow.profileKey) !== undefined) {
    profileKey = workflow.profileKey
  }
  profileKey ??= STANDARD_KEY
  const profile = profileOf(profileKey) ?? DEFAULT_PROFILE
  const isProtected = target.encrypt || wishes.some(({ encrypt }) => encrypt === true)
  const encryption = workflow.encryption ?? (isProtected ? { segmentsPerKey: undefined } : undefined)
  return {
    workflowKey,
    profileKey,
    profile,
    delivery: deliveryOf(target, profile, encryption !== undefined),
    encryption,
    watermark: workflow.watermark,
    sprites: workflow.sprites,
    burnInLanguage: target.burnInLanguage ?? workflow.burnInLanguage,
  }
}

const NOTHING_OF_ITS_OWN: TreatmentLookup = { profile: () => undefined, workflow: () => undefined }

function deliveryOf(
  target: Pick<UploadTarget, 'audioOnly' | 'passthrough'>,
  profile: ProfileSettings,
  isEncrypted: boolean,
): Delivery {
  const wanted = target.passthrough ? 'passthrough' : target.audioOnly ? 'audio' : profile.delivery
  if (wanted !== 'passthrough' || !isEncrypted) return wanted
  return target.audioOnly ? 'audio' : 'adaptive'
}
