import type { SignedIn } from '../../../core/access/access-service.ts'
import type { Session } from './session-schema.ts'

export function sessionDocument({ user, project }: SignedIn): Session {
  return { login: user.login, project: { id: project.id, name: project.name } }
}
