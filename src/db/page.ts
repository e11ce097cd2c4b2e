import type { Page } from '../core/ports/unit-of-work.ts'

const LARGEST_PAGE = 500

/** How many rows a page may have, whatever was asked for. */
export function pageLimit({ limit }: Page): number {
  return Math.min(limit, LARGEST_PAGE)
}
