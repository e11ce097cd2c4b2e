import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Asset } from '../api/schema.ts'
import { useServices } from '../services.tsx'

const PAGE_SIZE = 24
/** While something is on its way its progress is shown; else another browser's upload should turn up by itself. */
const BUSY_INTERVAL_MS = 2_500
const IDLE_INTERVAL_MS = 30_000

export const LIBRARY_KEY = ['assets'] as const

/** The library, newest first, page by page. */
export function useLibrary() {
  const { api } = useServices()
  return useInfiniteQuery({
    queryKey: LIBRARY_KEY,
    queryFn: ({ pageParam, signal }) => api.assets({ limit: PAGE_SIZE, cursor: pageParam, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    refetchInterval: (query) => {
      const assets = query.state.data?.pages.flatMap(({ items }) => items) ?? []
      return assets.some(isOnItsWay) ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS
    },
  })
}

export function useDeleteAsset() {
  const { api } = useServices()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.deleteAsset(id),
    onSettled: () => client.invalidateQueries({ queryKey: LIBRARY_KEY }),
  })
}

function isOnItsWay({ state }: Asset): boolean {
  return state === 'uploading' || state === 'processing'
}
