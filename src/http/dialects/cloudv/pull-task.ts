import { isDomainError } from '../../../core/errors.ts'
import type { AssetId, ProjectId } from '../../../core/ids.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Random } from '../../../core/ports/random.ts'
import { isFinished, isOpen, type Upload } from '../../../core/uploads/upload.ts'
import type { Services } from '../../services.ts'

/** Under these namespaces the core keeps which uploads a pull task is made of. */
const ITEM = 'cloudv.pull_item'
const TRANS_NO = 'cloudv.trans_no'

/** What the upload of an item remembers for who asks. */
const ECHO = {
  task: 'cloudv.pull.task',
  transNo: 'cloudv.pull.transNo',
  url: 'cloudv.pull.url',
  md5: 'cloudv.pull.md5',
}

/** A number of files to get, by one call. How many they are stands in its id. */
export type PullTask = Readonly<{ taskId: string; transNo: string; count: number }>

/** The vendor's numbers. */
export const PULLING = 1
const PULLED = 2
const PULL_FAILED = 3

const RANDOM_BYTES = 14

/** 32 hexadecimal digits. */
export function newTask(random: Random, transNo: string, count: number): PullTask {
  const taskId = Buffer.from(random.bytes(RANDOM_BYTES)).toString('hex') + count.toString(16).padStart(4, '0')
  return { taskId, transNo: transNo || taskId, count }
}

/** The keys and notes of the upload of item `i`, counted from 0; the last one has the task's own name. */
export function itemNames(projectId: ProjectId, { taskId, transNo, count }: PullTask, i: number) {
  const item = { namespace: ITEM, key: `${projectId}/${taskId}/${i}`, of: 'upload' as const }
  const task = { namespace: TRANS_NO, key: `${projectId}/${transNo}`, of: 'upload' as const }
  return i === count - 1 ? [item, task] : [item]
}

export function itemEcho({ taskId, transNo }: PullTask, { url, md5 }: Readonly<{ url: string; md5: string }>) {
  return { [ECHO.task]: taskId, [ECHO.transNo]: transNo, [ECHO.url]: withoutPassword(url), [ECHO.md5]: md5 }
}

/** It is repeated to whoever asks for the task. */
function withoutPassword(address: string): string {
  const url = URL.parse(address)
  if (url === null || (url.username === '' && url.password === '')) return address
  url.username = ''
  url.password = ''
  return url.href
}

/** The task with this `transNo`, if there is one. */
export async function findByTransNo(
  { uploads }: Services,
  projectId: ProjectId,
  transNo: string,
): Promise<PullTask | undefined> {
  const last = await uploads.findByKey(projectId, TRANS_NO, `${projectId}/${transNo}`)
  return last && taskOf(last)
}

/** The task with this id, if there is one. */
export async function findByTaskId(
  { uploads }: Services,
  projectId: ProjectId,
  taskId: string,
): Promise<PullTask | undefined> {
  const first = await uploads.findByKey(projectId, ITEM, `${projectId}/${taskId.toLowerCase()}/0`)
  return first && taskOf(first)
}

function taskOf({ echo }: Upload): PullTask {
  const taskId = echo[ECHO.task] ?? ''
  return { taskId, transNo: echo[ECHO.transNo] ?? '', count: Number.parseInt(taskId.slice(2 * RANDOM_BYTES), 16) }
}

/** Nothing more will happen to it. */
export function isOver({ pullStatus, processingStatus }: PullItem): boolean {
  return pullStatus !== PULLING && processingStatus !== PULLING
}

/** How an item stands; `view` is undefined when its video was deleted. */
export type PullItem = Readonly<{
  assetId: AssetId | undefined
  fileName: string
  url: string
  md5: string
  pullStatus: number
  processingStatus: number
  view: AssetView | undefined
}>

export async function itemsOf(services: Services, projectId: ProjectId, task: PullTask): Promise<readonly PullItem[]> {
  const items: PullItem[] = []
  for (let i = 0; i < task.count; i++) {
    const upload = await services.uploads.findByKey(projectId, ITEM, `${projectId}/${task.taskId}/${i}`)
    if (upload !== undefined) items.push(await itemOf(services, upload))
  }
  return items
}

async function itemOf({ library }: Services, upload: Upload): Promise<PullItem> {
  const { projectId, assetId, fileName, echo, state } = upload
  const view =
    assetId &&
    (await library.get(projectId, assetId).catch((error: unknown) => {
      if (isDomainError(error, 'not_found')) return undefined
      throw error
    }))
  const pullStatus = isOpen(state) ? PULLING : isFinished(state) ? PULLED : PULL_FAILED
  return {
    assetId,
    fileName,
    url: echo[ECHO.url] ?? '',
    md5: echo[ECHO.md5] ?? '',
    pullStatus,
    processingStatus: pullStatus === PULLED ? processingStatus(view) : pullStatus,
    view,
  }
}

function processingStatus(view: AssetView | undefined): number {
  const state = view?.status.state ?? 'failed'
  if (state === 'ready') return PULLED
  return state === 'failed' ? PULL_FAILED : PULLING
}
