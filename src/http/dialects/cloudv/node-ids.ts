import { isDomainError } from '../../../core/errors.ts'
import type { CategoryId, ProjectId } from '../../../core/ids.ts'
import type { Random } from '../../../core/ports/random.ts'
import type { Services } from '../../services.ts'
import { ApiError } from './api-error.ts'

/** Under this namespace the core keeps the numbers that the vendor's clients have for categories. */
const NODE_ID = 'cloudv.node_id'

type Tools = Readonly<{ services: Services; random: Random }>

/** The number of each of these categories, of the project's own; one that has none gets it now. */
export async function nodeIdsOf(
  { services, random }: Tools,
  projectId: ProjectId,
  ids: readonly CategoryId[],
): Promise<ReadonlyMap<string, number>> {
  const keys = await services.names.ensure(projectId, NODE_ID, ids, () => `${projectId}/${newNumber(random)}`)
  return new Map([...keys].map(([id, key]) => [id, Number(key.slice(key.indexOf('/') + 1))]))
}

/** Positive, of 31 bits: clients of the vendor's hold them in an int32. */
function newNumber(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
  return ((a & 0x7f) << 24) | (b << 16) | (c << 8) | d || 1
}

/** The category of this number. Throws parameterError as the vendor does, for no number too. */
export async function categoryOfNode(
  { names }: Services,
  projectId: ProjectId,
  nodeId: string | undefined,
): Promise<CategoryId> {
  if (!nodeId) throw new ApiError('parameterError', 'The category node ID must not be empty.')
  try {
    return (await names.subjectOf(projectId, NODE_ID, `${projectId}/${nodeId}`)) as CategoryId
  } catch (error) {
    if (!isDomainError(error, 'not_found')) throw error
    throw new ApiError('parameterError', 'There is no category with this node ID.')
  }
}
