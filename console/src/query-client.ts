import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api/api-error.ts'
import { SESSION_KEY, type SessionState } from './session/session-state.ts'

const UNAUTHORIZED = 401
const MAX_RETRIES = 2

/**
 * The cache of what the server said. An answer 401 to anything means that the session is over: the page goes back to
 * signing in, wherever it was.
 */
export function createQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (!(error instanceof ApiError) || error.status !== UNAUTHORIZED) return
    const before = client.getQueryData<SessionState>(SESSION_KEY)
    if (before?.session != null) client.setQueryData<SessionState>(SESSION_KEY, { session: null, ended: true })
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // What the server refused it will refuse again; only a lost answer is worth another try.
        retry: (failures, error) => failures < MAX_RETRIES && !(error instanceof ApiError && error.status !== 0),
        staleTime: 2_000,
      },
    },
  })
  return client
}
