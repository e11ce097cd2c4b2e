import { ApiError } from './api-error.ts'
import type { CloudvParameters } from './parameters.ts'

/** A parameter that is 0 or 1, or `fallback` where it is absent or empty. Throws parameterError. */
export function flag(parameters: CloudvParameters, name: string, fallback: '0' | '1'): boolean {
  const text = parameters.get(name) || fallback
  if (text !== '0' && text !== '1') throw new ApiError('parameterError', `${name} must be 0 or 1.`)
  return text === '1'
}
