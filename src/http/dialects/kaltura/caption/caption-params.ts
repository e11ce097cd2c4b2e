import type { Services } from '../../../services.ts'
import { KalturaError } from '../errors.ts'
import type { Facts } from '../schema/filter.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import type { Session } from '../session/session.ts'

/** A template that captions are announced by. It is kept where this dialect keeps application tokens. */
export type CaptionParams = Readonly<{
  id: number
  partnerId: number
  name: string
  systemName: string
  description: string
  tags: string
  /** As a client stated it; empty for none. */
  language: string
  label: string
  isDefault: boolean
  /** KalturaCaptionType; empty for none. */
  format: string
}>

const KEPT = 'kaltura.captionParams'
const TEXTS = ['name', 'systemName', 'description', 'tags', 'language', 'label', 'format'] as const

export async function putCaptionParams({ access }: Services, session: Session, params: CaptionParams): Promise<void> {
  const { id, ...values } = params
  await keep({ access }, session, id, values)
}

export async function forgetCaptionParams({ access }: Services, session: Session, id: number): Promise<void> {
  await keep({ access }, session, id, { partnerId: 0 })
}

function keep({ access }: Pick<Services, 'access'>, { projectId }: Session, id: number, values: object): Promise<void> {
  const secrets = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  return access.putCredential({ projectId, dialect: KEPT, lookup: String(id), secrets })
}

/** Those of the caller's partner. */
export async function listCaptionParams({ access }: Services, session: Session): Promise<readonly CaptionParams[]> {
  const kept = await access.credentialsOf(session.projectId, KEPT)
  return kept
    .map(({ lookup, secrets }) => ({
      ...(Object.fromEntries(TEXTS.map((name) => [name, secrets[name] ?? ''])) as Record<
        (typeof TEXTS)[number],
        string
      >),
      id: Number(lookup),
      partnerId: Number(secrets['partnerId']),
      isDefault: secrets['isDefault'] === 'true',
    }))
    .filter(({ partnerId }) => partnerId === session.content.partnerId)
}

/** Throws FLAVOR_PARAMS_ID_NOT_FOUND, which is what the vendor says of all its params. */
export async function findCaptionParams(services: Services, session: Session, id: number): Promise<CaptionParams> {
  const found = (await listCaptionParams(services, session)).find((own) => own.id === id)
  if (found === undefined) throw new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { ID: String(id) })
  return found
}

export function captionParamsFacts({ id, systemName, tags }: CaptionParams): Facts {
  return { id, systemName, tags, isSystemDefault: 0 }
}

export function toCaptionParams(params: CaptionParams): KalturaObject {
  const { systemName, description, tags, language, label, format, ...rest } = params
  const said = { systemName, description, tags, language, label, format }
  const stated = Object.entries(said).filter(([, text]) => text !== '')
  return { type: 'KalturaCaptionParams', values: { ...rest, isSystemDefault: false, ...Object.fromEntries(stated) } }
}
