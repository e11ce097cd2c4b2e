import type { Session } from '../api/schema.ts'

export const SESSION_KEY = ['session'] as const

/** Who is signed in. `ended`: somebody was, and the server has ended that session. */
export interface SessionState {
  session: Session | null
  ended: boolean
}
