import { isDomainError } from '../../../../core/errors.ts'
import type { UploadId } from '../../../../core/ids.ts'
import type { Upload } from '../../../../core/uploads/upload.ts'
import { MAX_RESUME_TIME_S } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import { itemsOf, pageOf } from '../schema/pager.ts'
import { uploadIdOf } from './token-id.ts'
import { isVisibleTo, NOTES, statusOf, toUploadToken, VISIBLE_STATES } from './upload-token.ts'

/** How many tokens a list without ids looks at, newest first. */
const MAX_LISTED = 10_000
const PAGE = 500

type Filter = CastObject['values']

/** Tokens by id, owner, status, file; oldest first unless asked otherwise. `totalCount` is that of all pages. */
export const uploadTokenList: Operation = {
  service: 'uploadToken',
  action: 'list',
  admits: 'session',
  parameters: [
    { name: 'filter', type: 'object:KalturaUploadTokenFilter', default: null },
    { name: 'pager', type: 'object:KalturaFilterPager', default: null },
  ],
  async run(call) {
    const filter = call.object('filter')?.values ?? {}
    const found = (await candidates(call, filter)).filter(
      (upload) => isVisibleTo(call.session, upload) && matches(upload, filter, call.services.clock.now()),
    )
    const sign = filter['orderBy'] === '-createdAt' ? -1 : 1
    found.sort((a, b) => sign * (a.id < b.id ? -1 : 1))
    const objects = pageOf(found, call.object('pager')).map(toUploadToken)
    return { type: 'KalturaUploadTokenListResponse', values: { objects, totalCount: found.length } }
  },
}

async function candidates({ services, session }: Call, filter: Filter): Promise<Upload[]> {
  const named = itemsOf(filter['idEqual']) ?? itemsOf(filter['idIn'])
  if (named !== undefined) {
    const ids = [...new Set(named)].slice(0, PAGE).map(uploadIdOf)
    const uploads = await Promise.all(ids.map((id) => id && getIfThere(services.uploads.get(session.projectId, id))))
    return uploads.filter((upload) => upload !== undefined)
  }
  const owner = session.isAdmin ? filter['userIdEqual'] : session.content.userId
  const states = { states: VISIBLE_STATES, ...(typeof owner === 'string' ? { ownerId: owner } : {}) }
  const all: Upload[] = []
  for (let after: UploadId | undefined; all.length < MAX_LISTED; ) {
    const page = await services.uploads.list(session.projectId, states, { limit: PAGE, after })
    all.push(...page)
    after = page.at(-1)?.id
    if (page.length < PAGE) break
  }
  return all
}

async function getIfThere(live: Promise<Readonly<{ upload: Upload }>>): Promise<Upload | undefined> {
  try {
    return (await live).upload
  } catch (error) {
    if (isDomainError(error, 'not_found')) return undefined
    throw error
  }
}

function matches(upload: Upload, filter: Filter, nowMs: number): boolean {
  const { fileNameEqual, fileSizeEqual, userIdEqual, statusEqual, idEqual } = filter
  const status = statusOf(upload)
  const statuses = itemsOf(filter['statusIn'])
  if (typeof statusEqual === 'number' && status !== statusEqual) return false
  if (statuses !== undefined && !statuses.includes(String(status))) return false
  if (typeof userIdEqual === 'string' && upload.policy.ownerId !== userIdEqual) return false
  if (typeof idEqual === 'string' && uploadIdOf(idEqual) !== upload.id) return false
  if (typeof fileSizeEqual === 'number' && Number(upload.echo[NOTES.fileSize]) !== fileSizeEqual) return false
  if (typeof fileNameEqual !== 'string') return true
  if (upload.fileName !== fileNameEqual) return false
  // Who looks for a file by its name looks for one to go on with.
  if (typeof statusEqual !== 'number' && statuses === undefined) return status <= 2
  return statusEqual !== 1 || upload.updatedAtMs >= nowMs - MAX_RESUME_TIME_S * 1000
}
