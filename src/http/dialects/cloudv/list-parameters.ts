import { ApiError } from './api-error.ts'

/** The vendor takes several users, separated by commas; this server finds what one has. Throws parameterError. */
export function createUser(text: string | undefined): string | undefined {
  if (!text) return undefined
  if (text.includes(',')) throw new ApiError('parameterError', 'createUser must name one user here.')
  return text
}

/** Throws outOfRange. */
export function choice(text: string, name: string, choices: readonly string[]): string {
  if (!choices.includes(text)) throw new ApiError('outOfRange', `${name} must be one of ${choices.join(', ')}.`)
  return text
}
