import { ApiError } from './api-error.ts'
import { type ApiCall, apiOperation } from './api-operation.ts'
import { findFilm } from './named-video.ts'
import { workflowCalled } from './processing.ts'
import { assertNewTask, newTaskEcho, processAgain, taskName, taskOf } from './workflow-task.ts'

const MAX_TRANS_NO = 64

/** "Start video process workflow": docs/dialects/cloudv.md#startworkflow. A `transNo` is good for one task. */
export const startWorkflow = apiOperation(
  '/workflow/startWorkflow',
  async (call) => {
    const { services, account, random } = call
    const { projectId } = account
    const transNo = required(call, 'transNo')
    const workflowId = required(call, 'workflowId')
    const targetId = required(call, 'targetId')
    if (transNo.length > MAX_TRANS_NO) throw wrong(`transNo has more than ${MAX_TRANS_NO} characters.`)
    const video = await findFilm(services, projectId, targetId)
    if (video === undefined) throw wrong('targetId names no video.')
    const workflowKey = await workflowCalled(services, projectId, workflowId)
    if (workflowKey === undefined) throw wrong('There is no workflow of this workflowId.')
    await assertNewTask(services, projectId, transNo)
    const echo = newTaskEcho(random, { transNo, workflowId })
    const externalKeys = [taskName(projectId, transNo)]
    await processAgain(call, video.view.asset.id, { workflowKey, echo, externalKeys })
    return { id: taskOf({ echo })?.id }
  },
  // The vendor's page has the answer without an envelope, its client's model within one.
  { isDataAlsoAtTop: true },
)

function required({ parameters }: ApiCall, name: string): string {
  const value = parameters.get(name)
  if (!value) throw wrong(`${name} is missing.`)
  return value
}

function wrong(message: string): ApiError {
  return new ApiError('parameterError', message)
}
