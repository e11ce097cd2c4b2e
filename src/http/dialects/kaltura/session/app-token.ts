import type { ProjectId } from '../../../../core/ids.ts'
import type { Services } from '../../../services.ts'
import { KalturaError } from '../errors.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import type { Session } from './session.ts'

const DIALECT = 'kaltura.appToken'

/** Lets an application start sessions without knowing the partner's secret. Times in Unix seconds, 0 is never. */
export type AppToken = Readonly<{
  id: string
  projectId: ProjectId
  partnerId: number
  token: string
  status: number
  expiry: number
  sessionType: number
  sessionUserId: string
  sessionDuration: number
  sessionPrivileges: string
  hashType: string
  description: string
  createdAt: number
  updatedAt: number
}>

/** KalturaAppTokenStatus. */
export const APP_TOKEN_STATUS = { disabled: 1, active: 2, deleted: 3 } as const

const TEXTS = ['token', 'sessionUserId', 'sessionPrivileges', 'hashType', 'description'] as const
const NUMBERS = ['partnerId', 'status', 'expiry', 'sessionType', 'sessionDuration', 'createdAt', 'updatedAt'] as const

export async function putAppToken({ access }: Services, token: AppToken): Promise<void> {
  const { id, projectId, ...values } = token
  const secrets = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  await access.putCredential({ projectId, dialect: DIALECT, lookup: id, secrets })
}

/** Throws APP_TOKEN_ID_NOT_FOUND, for deleted ones and another partner's too. */
export async function findAppToken({ access }: Services, session: Session, id: string): Promise<AppToken> {
  const credential = await access.credential(DIALECT, { lookup: id })
  const token = credential && fromSecrets(id, credential.projectId, credential.secrets)
  if (token?.partnerId !== session.content.partnerId || token.status === APP_TOKEN_STATUS.deleted) {
    throw new KalturaError('APP_TOKEN_ID_NOT_FOUND', { ID: id })
  }
  return token
}

/** Those that are not deleted. */
export async function listAppTokens({ access }: Services, session: Session): Promise<readonly AppToken[]> {
  const credentials = await access.credentialsOf(session.projectId, DIALECT)
  return credentials
    .map(({ lookup, projectId, secrets }) => fromSecrets(lookup, projectId, secrets))
    .filter(({ partnerId, status }) => {
      return partnerId === session.content.partnerId && status !== APP_TOKEN_STATUS.deleted
    })
}

export function toAppToken({ projectId: _, ...values }: AppToken): KalturaObject {
  return { type: 'KalturaAppToken', values }
}

function fromSecrets(id: string, projectId: ProjectId, secrets: Readonly<Record<string, string>>): AppToken {
  const texts = Object.fromEntries(TEXTS.map((name) => [name, secrets[name] ?? '']))
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, Number(secrets[name] ?? 0)]))
  return { id, projectId, ...texts, ...numbers } as AppToken
}
