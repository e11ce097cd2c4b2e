import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/api-error.ts'
import { useServices } from '../services.tsx'
import { SESSION_KEY, type SessionState } from './session-state.ts'

const UNAUTHORIZED = 401

/** The session of this browser, asked for once. */
export function useSession() {
  const { api } = useServices()
  return useQuery({
    queryKey: SESSION_KEY,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<SessionState> => {
      try {
        return { session: await api.session(), ended: false }
      } catch (error) {
        if (error instanceof ApiError && error.status === UNAUTHORIZED) return { session: null, ended: false }
        throw error
      }
    },
  })
}

export function useSignIn() {
  const { api } = useServices()
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ login, password }: { login: string; password: string }) => api.signIn(login, password),
    onSuccess: (session) => client.setQueryData<SessionState>(SESSION_KEY, { session, ended: false }),
  })
}

/** Signs out; nothing of the library stays in this page's memory. */
export function useSignOut() {
  const { api } = useServices()
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api.signOut(),
    onSuccess: () => {
      client.setQueryData<SessionState>(SESSION_KEY, { session: null, ended: false })
      client.removeQueries({ queryKey: ['assets'] })
    },
  })
}
