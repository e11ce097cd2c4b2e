import type { ProjectId } from '../../../../core/ids.ts'
import type { Services } from '../../../services.ts'
import { KalturaError } from '../errors.ts'
import { type Parameters, textOf } from '../transport/parameters.ts'
import { type KsContent, verifyKs } from './ks.ts'
import { Privileges } from './privileges.ts'

/** Who calls. */
export type Session = Readonly<{
  ks: string
  /** Its name for revoking. */
  identity: string
  projectId: ProjectId
  content: KsContent
  privileges: Privileges
  isAdmin: boolean
  /** A player's: it looks, and changes nothing. */
  isWidget: boolean
  /** The only entries there are for this session; undefined for all. */
  onlyEntries: readonly string[] | undefined
}>

/** Roles of the vendor's that let players look; the others have no meaning here. */
const PLAYER_ROLES = ['PLAYBACK_BASE_ROLE', 'WIDGET_SESSION_ROLE']

/** Where a request comes from: some sessions are tied to it. */
export type Origin = Readonly<{ ipAddress: string; path: string }>

export const DIALECT = 'kaltura'

/** What a partner's credential holds. */
export type Partner = Readonly<{ id: number; projectId: ProjectId; adminSecret: string; userSecret: string }>

export async function findPartner({ access }: Services, partnerId: number): Promise<Partner | undefined> {
  const credential = await access.credential(DIALECT, { lookup: String(partnerId) })
  if (credential === undefined) return undefined
  const { adminSecret = '', userSecret = '' } = credential.secrets
  return { id: partnerId, projectId: credential.projectId, adminSecret, userSecret }
}

/**
 * The session of a call. Throws MISSING_KS, SERVICE_FORBIDDEN (no session, but a partner: an anonymous visitor),
 * INVALID_KS in its forms.
 */
export async function openSession(
  services: Services,
  parameters: Parameters,
  call: Origin & Readonly<{ name: string }>,
): Promise<Session> {
  const ks = textOf(parameters, 'ks') ?? ''
  const partnerId = statedPartner(parameters)
  if (ks === '') {
    throw partnerId === undefined
      ? new KalturaError('MISSING_KS')
      : new KalturaError('SERVICE_FORBIDDEN', { SERVICE: call.name })
  }
  const session = await sessionOf(services, ks)
  const { content, privileges } = session
  if (partnerId !== undefined && partnerId !== content.partnerId) throw invalidKs('INVALID_PARTNER')
  if (!admitsAddress(privileges, call.ipAddress)) throw invalidKs('EXCEEDED_RESTRICTED_IP')
  if (!admitsPath(privileges, call.path)) throw invalidKs('EXCEEDED_RESTRICTED_URI')
  if (!(await admitsOneMore(services, session))) throw invalidKs('EXCEEDED_ACTIONS_LIMIT')
  return session
}

/** The session of this KS. Throws INVALID_KS when it is not one, over, or ended. */
export async function sessionOf(services: Services, ks: string): Promise<Session> {
  let projectId: ProjectId | undefined
  const verified = await verifyKs(ks, async (partnerId) => {
    const partner = await findPartner(services, partnerId)
    projectId = partner?.projectId
    return partner === undefined || partner.adminSecret === '' ? [] : [partner.adminSecret]
  })
  if (verified === undefined || projectId === undefined) throw invalidKs(ks)
  const { content, identity } = verified
  if (content.expiresAtS * 1000 <= services.clock.now()) throw invalidKs('EXPIRED')
  const privileges = new Privileges(content.privileges)
  const names = privileges.valuesOf('sessionid').map((id) => sessionIdName(content.partnerId, id))
  if (await services.access.isRevoked(DIALECT, [identity, ...names])) throw invalidKs('LOGOUT')
  const isAdmin = content.type >= 1
  const isPlayer = privileges.valuesOf('setrole').some((role) => PLAYER_ROLES.includes(role))
  const isWidget = isPlayer || (!isAdmin && privileges.has('widget'))
  const onlyEntries = privileges.has('limitentry')
    ? privileges.valuesOf('limitentry').flatMap((ids) => ids.split('/'))
    : undefined
  return { ks, identity, projectId, content, privileges, isAdmin, isWidget, onlyEntries }
}

/** What revoking every session of one `sessionid` goes by. */
export function sessionIdName(partnerId: number, id: string): string {
  return `${partnerId}:sessionid:${id}`
}

/** `subject` is what the vendor calls KSID: the KS itself, or a word for what is wrong with it. */
export function invalidKs(subject: string): KalturaError {
  return new KalturaError('INVALID_KS', { KSID: subject, ERR_CODE: '-1', ERR_DESC: 'INVALID_STR' })
}

/** Somebody else's entry, and no privilege to change it. */
export function notYours(): KalturaError {
  return new KalturaError('INVALID_KS', { KSID: '', ERR_CODE: '-4', ERR_DESC: 'INVALID_TYPE' })
}

function statedPartner(parameters: Parameters): number | undefined {
  const number = Number.parseInt(textOf(parameters, 'partnerId') ?? textOf(parameters, 'p') ?? '', 10)
  return Number.isNaN(number) || number === 0 ? undefined : number
}

function admitsAddress(privileges: Privileges, ipAddress: string): boolean {
  const plain = ipAddress.replace(/^::ffff:/, '')
  return privileges.valuesOf('iprestrict').every((value) => value.split('/').includes(plain))
}

function admitsPath(privileges: Privileges, path: string): boolean {
  return privileges.valuesOf('urirestrict').every((value) => value.split('|').some((pattern) => matches(pattern, path)))
}

/** Each call counts, also each of a multirequest. Where several limits are stated the least one holds; what is no number allows nothing. */
async function admitsOneMore({ access }: Services, { identity, content, privileges }: Session): Promise<boolean> {
  const limits = privileges.valuesOf('actionslimit').map((value) => (/^\d{1,15}$/.test(value) ? Number(value) : 0))
  if (limits.length === 0) return true
  return access.countUse(DIALECT, identity, { limit: Math.min(...limits), untilMs: content.expiresAtS * 1000 })
}

function matches(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern
}
