import { isDomainError } from '../../../../core/errors.ts'
import type { AssetView } from '../../../../core/library/library-service.ts'
import type { Call, Operation } from '../operation.ts'
import { METADATA, toMediaEntry } from './entry.ts'
import { ENTRY_ID, newEntryId } from './entry-id.ts'

/** Entry ids are short: one in 2.8 × 10¹² is taken, for each entry there is. */
const ATTEMPTS = 5

/** Makes an entry without content (status 7). */
export const mediaAdd: Operation = {
  service: 'media',
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'entry', type: 'object:KalturaMediaEntry', purpose: 'add' }],
  async run(call) {
    const { id, view } = await create(call)
    return toMediaEntry(call.services, call.session, { id, view })
  },
}

async function create(call: Call): Promise<Readonly<{ id: string; view: AssetView }>> {
  const { session, services, surroundings } = call
  const { projectId, content } = session
  const sent = call.object('entry')?.values ?? {}
  const nowS = Math.floor(services.clock.now() / 1000)
  const name = typeof sent['name'] === 'string' && sent['name'] !== '' ? sent['name'] : `${content.partnerId}_${nowS}`
  const metadata = {
    [METADATA.userId]: content.userId,
    [METADATA.creatorId]: content.userId,
    ...stated(sent['userId'], session.isAdmin, METADATA.userId),
    ...stated(sent['creatorId'], session.isAdmin, METADATA.creatorId),
    ...stated(sent['description'], true, METADATA.description),
    ...stated(sent['tags'], true, METADATA.tags),
    ...stated(sent['adminTags'], session.isAdmin, METADATA.adminTags),
    ...stated(sent['referenceId'], true, METADATA.referenceId),
    ...stated(sent['mediaType'], true, METADATA.mediaType),
  }
  for (let attempt = 1; ; attempt += 1) {
    const id = newEntryId(surroundings.random)
    try {
      const externalKeys = [{ namespace: ENTRY_ID, key: id }]
      return { id, view: await services.library.create({ projectId, title: name, metadata, externalKeys }) }
    } catch (error) {
      if (!isDomainError(error, 'state_conflict') || attempt >= ATTEMPTS) throw error
    }
  }
}

/** What a caller may not set is dropped without a word, as the vendor does. */
function stated(value: unknown, isAllowed: boolean, name: string): Readonly<Record<string, string>> {
  if (!isAllowed || (typeof value !== 'string' && typeof value !== 'number') || value === '') return {}
  return { [name]: String(value) }
}
