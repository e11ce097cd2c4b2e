import { isDomainError } from '../../../core/errors.ts'
import type { AssetId, ProjectId } from '../../../core/ids.ts'
import type { Reprocessing } from '../../../core/library/reprocess-service.ts'
import type { Random } from '../../../core/ports/random.ts'
import type { Upload } from '../../../core/uploads/upload.ts'
import type { Services } from '../../services.ts'
import { ApiError } from './api-error.ts'
import type { ApiCall } from './api-operation.ts'

/** Under this namespace the core keeps which numbers of startWorkflow were used. */
const TRANS_NO = 'cloudv.workflow_trans_no'

const ECHO = { id: 'cloudv.workflow.id', transNo: 'cloudv.workflow.transNo', workflowId: 'cloudv.workflow.workflowId' }

/** What was asked for once, in the client's own words. */
type Asked = Readonly<{ transNo: string; workflowId: string }>

/** What the notification of its end has to say. */
type WorkflowTask = Asked & Readonly<{ id: string }>

/** Notes for a new task. */
export function newTaskEcho(random: Random, { transNo, workflowId }: Asked): Readonly<Record<string, string>> {
  const id = Buffer.from(random.bytes(16)).toString('hex')
  return { [ECHO.id]: id, [ECHO.transNo]: transNo, [ECHO.workflowId]: workflowId }
}

/** The task that this was done for; undefined for the first processing of a file. */
export function taskOf({ echo }: Pick<Upload, 'echo'>): WorkflowTask | undefined {
  const id = echo[ECHO.id]
  return id === undefined
    ? undefined
    : { id, transNo: echo[ECHO.transNo] ?? '', workflowId: echo[ECHO.workflowId] ?? '' }
}

/** The name that makes a number good for one task. */
export function taskName(projectId: ProjectId, transNo: string) {
  return { namespace: TRANS_NO, key: `${projectId}/${transNo}` }
}

/** Throws transNoRepeated for a number that was used. */
export async function assertNewTask({ uploads }: Services, projectId: ProjectId, transNo: string): Promise<void> {
  const { namespace, key } = taskName(projectId, transNo)
  if ((await uploads.findByKey(projectId, namespace, key)) !== undefined) throw transNoRepeated()
}

/** Throws operationFailed for a video that is being processed or cannot be, transNoRepeated. */
export async function processAgain(
  { services, account }: ApiCall,
  assetId: AssetId,
  wish: Reprocessing,
): Promise<void> {
  try {
    await services.reprocess.start(account.projectId, assetId, wish)
  } catch (error) {
    if (!isDomainError(error, 'state_conflict')) throw error
    // The only conflict without a reason is that over a name.
    throw error.details['reason'] === undefined ? transNoRepeated() : new ApiError('operationFailed', error.message)
  }
}

function transNoRepeated(): ApiError {
  return new ApiError('transNoRepeated', 'transNo was used before.')
}
