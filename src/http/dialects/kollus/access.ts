import { DomainError } from '../../../core/errors.ts'
import type { ProjectId } from '../../../core/ids.ts'
import type { Services } from '../../services.ts'
import type { KollusParameters } from './parameters.ts'

/** Names under which clients send the API access token, in the query or in any form of body. */
const TOKEN_PARAMETERS = ['access_token', 'kollus_api_access_token']

/** The project whose API access token the call shows. Throws unauthenticated. */
export async function projectOf({ access }: Services, parameters: KollusParameters): Promise<ProjectId> {
  const token = TOKEN_PARAMETERS.map((name) => parameters.get(name)).find((value) => value !== undefined)
  if (token === undefined) throw new DomainError('unauthenticated', 'The request carries no API access token.')
  const credential = await access.credential('kollus', { secret: token })
  if (credential === undefined) throw new DomainError('unauthenticated', 'The API access token is not valid.')
  return credential.projectId
}

/** The service account key, by which callbacks and profile keys name the account. */
export async function contentProviderKey({ access }: Services, projectId: ProjectId): Promise<string> {
  const [account] = await access.credentialsOf(projectId, 'kollus')
  return account?.secrets['serviceAccountKey'] ?? ''
}
