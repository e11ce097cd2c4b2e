import { DomainError } from '../../../../core/errors.ts'
import type { KollusParameters } from '../parameters.ts'

/** `0` or `1`, and `true` or `false` for JSON; undefined where nothing is said. Throws invalid_argument. */
export function readFlag(parameters: KollusParameters, ...names: readonly string[]): boolean | undefined {
  for (const name of names) {
    const text = parameters.get(name)?.toLowerCase()
    if (text === undefined) continue
    if (text === '1' || text === 'true') return true
    if (text === '0' || text === 'false') return false
    throw new DomainError('invalid_argument', `${name} must be 0 or 1.`)
  }
  return undefined
}

/** A name that has to be there. Throws invalid_argument. */
export function readRequired(parameters: KollusParameters, name: string): string {
  const text = parameters.get(name)
  if (text === undefined) throw new DomainError('invalid_argument', `${name} is missing.`)
  return text
}
