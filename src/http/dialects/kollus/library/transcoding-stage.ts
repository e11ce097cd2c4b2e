import { DomainError } from '../../../../core/errors.ts'
import type { ListedState } from '../../../../core/library/asset-filter.ts'
import type { AssetStage } from '../../../../core/library/asset-state.ts'

/** Clients ask again while they see 0, 1 or 12, show 21 as done, and look for "error" in the name. */
export type TranscodingStage = Readonly<{ number: number; name: string }>

const ERROR = 31

/** Source: docs/dialects/kollus.md#transcoding-stages. */
export const TRANSCODING_STAGES: Readonly<Record<AssetStage, TranscodingStage>> = {
  waiting: { number: 0, name: 'waiting' },
  uploading: { number: 0, name: 'uploading' },
  publishing: { number: 1, name: 'waiting' },
  probing: { number: 1, name: 'analyzing' },
  encoding: { number: 12, name: 'transcoding' },
  ready: { number: 21, name: 'done' },
  failed: { number: ERROR, name: 'error' },
}

const STATES_BY_NUMBER: Readonly<Record<string, readonly ListedState[]>> = {
  '0': ['processing'],
  '1': ['processing'],
  '12': ['processing'],
  '21': ['ready'],
  [ERROR]: ['failed'],
}

const STATES_BY_NAME: Readonly<Record<string, readonly ListedState[]>> = {
  completed: ['ready'],
  transcoding: ['processing'],
  error: ['failed'],
}

/** The v0 filter `transcoding_stage`. Throws invalid_argument. */
export function statesOfStage(text: string | undefined): readonly ListedState[] | undefined {
  return found(STATES_BY_NUMBER, text, 'transcoding_stage')
}

/** The v3 filter `state`. Throws invalid_argument. */
export function statesOfName(text: string | undefined): readonly ListedState[] | undefined {
  return found(STATES_BY_NAME, text?.toLowerCase(), 'state')
}

function found(
  states: Readonly<Record<string, readonly ListedState[]>>,
  text: string | undefined,
  name: string,
): readonly ListedState[] | undefined {
  if (text === undefined) return undefined
  if (Object.hasOwn(states, text)) return states[text]
  throw new DomainError('invalid_argument', `${name} must be one of ${Object.keys(states).join(', ')}.`)
}
