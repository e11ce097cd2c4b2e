import { isDomainError } from '../../../core/errors.ts'
import type { AssetFilter } from '../../../core/library/asset-filter.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import { ApiError } from './api-error.ts'
import type { ApiCall } from './api-operation.ts'
import type { FileNamespace } from './file-kinds.ts'

/** A member of these lists is shown whatever became of its processing, once its file is there. */
export const WITH_FILE = ['processing', 'ready', 'failed'] as const

/** The audio or material file that one of these parameters names. Throws parameterMissing, parameterError. */
export async function namedFile(
  { services, account, parameters }: ApiCall,
  namespace: FileNamespace,
  names: readonly string[],
): Promise<AssetView> {
  const id = names.map((name) => parameters.get(name)).find((text) => text)
  if (!id) throw new ApiError('parameterMissing', `${names[0]} is missing.`)
  return services.library.getByKey(account.projectId, namespace, id.toLowerCase()).catch((error: unknown) => {
    if (!isDomainError(error, 'not_found')) throw error
    throw new ApiError('parameterError', 'There is no such file.')
  })
}

/** Narrows a list to the file with this id; undefined when there is none. */
export async function idFilter(
  call: ApiCall,
  namespace: FileNamespace,
  name: string,
): Promise<Pick<AssetFilter, 'ids'> | undefined> {
  if (!call.parameters.get(name)) return {}
  const view = await namedFile(call, namespace, [name]).catch((error: unknown) => {
    if (error instanceof ApiError) return undefined
    throw error
  })
  return view && { ids: [view.asset.id] }
}

/** Changes what a file is called and where it is published; what is absent or empty stays. */
export async function editFile(call: ApiCall, view: AssetView, nameParameter: string): Promise<void> {
  const { services, account, parameters } = call
  const title = parameters.get(nameParameter) || undefined
  const domain = parameters.get('publishDomain')
  if ([...(title ?? '')].length > MAX_NAME || (domain?.length ?? 0) > MAX_DOMAIN) {
    throw new ApiError('parameterError', `${nameParameter} or publishDomain is too long.`)
  }
  const metadata = domain ? { 'cloudv.domain': domain } : {}
  await services.library.update(account.projectId, view.asset.id, { title, metadata })
}

const MAX_NAME = 40
const MAX_DOMAIN = 255
