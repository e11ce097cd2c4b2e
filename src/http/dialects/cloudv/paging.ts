import { ApiError } from './api-error.ts'
import type { CloudvParameters } from './parameters.ts'

/** How far a list can be paged: the product of page and size. */
const MAX_REACH = 100_000

export type NumberedPage = Readonly<{ pageIndex: number; pageSize: number; offset: number; limit: number }>

/** `pageIndex` from 1, `pageSize` 1 to `largest`, 10 by default. Throws outOfRange. */
export function readPage(parameters: CloudvParameters, largest: number): NumberedPage {
  const pageIndex = wholeNumber(parameters, 'pageIndex', 1, MAX_REACH)
  const pageSize = wholeNumber(parameters, 'pageSize', 10, largest)
  if (pageIndex * pageSize > MAX_REACH) {
    throw new ApiError('outOfRange', `pageIndex times pageSize must not be more than ${MAX_REACH}.`)
  }
  return { pageIndex, pageSize, offset: (pageIndex - 1) * pageSize, limit: pageSize }
}

function wholeNumber(parameters: CloudvParameters, name: string, fallback: number, most: number): number {
  const text = parameters.get(name)
  if (!text) return fallback
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > most) throw new ApiError('outOfRange', `${name} must be a whole number from 1 to ${most}.`)
  return number
}
