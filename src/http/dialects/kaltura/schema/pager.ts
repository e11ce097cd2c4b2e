import type { CastObject } from './cast.ts'

const DEFAULT_PAGE_SIZE = 30
const MAX_PAGE_SIZE = 500

/** Where the page that a KalturaFilterPager asks for begins, and how long it is; pages count from 1. */
export function windowOf(pager: CastObject | undefined): Readonly<{ offset: number; limit: number }> {
  const size = positive(pager?.values['pageSize']) ?? DEFAULT_PAGE_SIZE
  const index = positive(pager?.values['pageIndex']) ?? 1
  const limit = Math.min(size, MAX_PAGE_SIZE)
  return { offset: (index - 1) * limit, limit }
}

/** The part of `all` that a KalturaFilterPager asks for. */
export function pageOf<T>(all: readonly T[], pager: CastObject | undefined): readonly T[] {
  const { offset, limit } = windowOf(pager)
  return all.slice(offset, offset + limit)
}

/** The items of a comma-separated list. */
export function itemsOf(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1 ? Math.trunc(value) : undefined
}
