import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Reprocessing } from '../api/schema.ts'
import { useServices } from '../services.tsx'
import { LIBRARY_KEY } from './use-library.ts'

/** The workflows and profiles that can be chosen from. */
export function useMediaSettings() {
  const { api } = useServices()
  return useQuery({
    queryKey: ['media-settings'],
    queryFn: async ({ signal }) => {
      const [workflows, profiles] = await Promise.all([api.workflows(signal), api.profiles(signal)])
      return { workflows: workflows.items, profiles: profiles.items }
    },
  })
}

export function useReprocess(id: string) {
  const { api } = useServices()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (wish: Reprocessing) => api.reprocess(id, wish),
    onSettled: () => client.invalidateQueries({ queryKey: LIBRARY_KEY }),
  })
}

export function useAddRenditions(id: string) {
  const { api } = useServices()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (profile: string) => api.addRenditions(id, profile),
    onSettled: () => client.invalidateQueries({ queryKey: LIBRARY_KEY }),
  })
}
