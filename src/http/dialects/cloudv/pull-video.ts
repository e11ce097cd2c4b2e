import { isDomainError } from '../../../core/errors.ts'
import type { Upload } from '../../../core/uploads/upload.ts'
import { clientFileName } from '../../file-name.ts'
import { ApiError } from './api-error.ts'
import { type ApiCall, apiOperation } from './api-operation.ts'
import { flag } from './flag.ts'
import { readJsonList, textOf } from './json-list.ts'
import { notifyOfPull, readNotifyUrl } from './notify-url.ts'
import { type Processing, processingOf, processingWords } from './processing.ts'
import { findByTransNo, itemEcho, itemNames, newTask, type PullTask } from './pull-task.ts'
import { namesOf, newFileKey } from './videos.ts'

const MAX_FILES = 50
const MAX_TRANS_NO = 32
const MAX_LIST = 512 * 1024
const MAX_NAME = 1_024
const MAX_VALUE = 4_096

type Wanted = Readonly<{ files: readonly WantedFile[]; notifyUrl: string | undefined; isSeparate: boolean }>
type WantedFile = Readonly<{ fileName: string; url: string; md5: string }>

/**
 * "Pull video": docs/dialects/cloudv.md#pullvideo. The files are got in the background, each an asset from now on. A
 * `transNo` that was used before names the task that it began.
 */
export const pullVideo = apiOperation('/vod/videoManage/pullVideo', async (call) => {
  const { services, account, parameters } = call
  const transNo = parameters.get('transNo') ?? ''
  if (transNo.length > MAX_TRANS_NO) throw wrong(`transNo has more than ${MAX_TRANS_NO} characters.`)
  const files = wantedFiles(parameters.get('fileList'))
  const notifyUrl = readNotifyUrl(call)
  const isSeparate = flag(parameters, 'separate', '0')
  flag(parameters, 'fetchTs', '1')
  const earlier = transNo === '' ? undefined : await findByTransNo(services, account.projectId, transNo)
  const task =
    earlier ?? (await begin(call, newTask(call.random, transNo, files.length), { files, notifyUrl, isSeparate }))
  // The vendor's own spelling, which clients read.
  return { tranNo: task.transNo, taskId: task.taskId }
})

function wantedFiles(text: string | undefined): readonly WantedFile[] {
  if (!text) throw wrong('fileList is missing.')
  const list = text.length > MAX_LIST ? undefined : readJsonList(text)
  if (list === undefined) throw wrong('fileList must be a JSON list in url-safe base64.')
  if (list.length === 0 || list.length > MAX_FILES) throw wrong(`fileList has 1 to ${MAX_FILES} files.`)
  return list.map((file, i) => wantedFile(file, i))
}

function wantedFile(file: Readonly<Record<string, unknown>>, i: number): WantedFile {
  const url = textOf(file['fetchUrl'])
  const md5 = textOf(file['md5']).toLowerCase()
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw wrong(`fetchUrl of file ${i + 1} is no address.`)
  if (md5 !== '' && !/^[0-9a-f]{32}$/.test(md5)) throw wrong(`md5 of file ${i + 1} must be 32 hexadecimal digits.`)
  // The vendor's pages spell it both ways.
  const named = clientFileName(textOf(file['fileName']) || textOf(file['filName']))
  if (named.length > MAX_NAME) throw wrong(`fileName of file ${i + 1} is too long.`)
  return { url, md5, fileName: named || nameInAddress(url) }
}

function nameInAddress(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  try {
    return clientFileName(decodeURIComponent(last)) || 'video'
  } catch {
    return clientFileName(last) || 'video'
  }
}

/** Begins all of them, or none. */
async function begin(call: ApiCall, task: PullTask, { files, notifyUrl, isSeparate }: Wanted): Promise<PullTask> {
  const { services, account } = call
  const target = await targetOf(call)
  const begun: Upload[] = []
  try {
    for (const [i, file] of files.entries()) {
      const upload = await beginOne(call, task, { i, file, target })
      begun.push(upload)
      if (notifyUrl !== undefined) await notifyOfPull(call, { upload, task, notifyUrl, isSeparate })
    }
    return task
  } catch (error) {
    for (const { assetId, projectId } of begun) if (assetId) await services.library.delete(projectId, assetId)
    // Another call with the same number was faster.
    const rival = isDomainError(error, 'state_conflict')
      ? await findByTransNo(services, account.projectId, task.transNo)
      : undefined
    if (rival !== undefined) return rival
    throw error
  }
}

type Target = Processing & Readonly<{ parameters: Readonly<Record<string, string>> }>

async function beginOne(
  { services, random, account }: ApiCall,
  task: PullTask,
  { i, file, target }: Readonly<{ i: number; file: WantedFile; target: Target }>,
): Promise<Upload> {
  const { projectId, bucket } = account
  const { fileName, url, md5 } = file
  const { parameters, ...processing } = target
  const key = newFileKey(projectId, fileName, services.clock.now(), random)
  const names = namesOf({ projectId, bucket, key, fileName, parameters: { ...parameters, source: 'pull' } }, random)
  const { upload } = await services.pulls.create({
    projectId,
    fileName,
    pull: { url },
    policy: md5 === '' ? {} : { digest: { algorithm: 'md5', hex: md5 } },
    target: { title: fileName, metadata: names.metadata, ...processing },
    echo: itemEcho(task, { url, md5 }),
    externalKeys: [
      ...names.externalKeys.map((name) => ({ ...name, of: 'asset' as const })),
      ...itemNames(projectId, task, i),
    ],
  })
  return upload
}

/** A workflow says all that `cmd` would. */
async function targetOf({ services, account, parameters }: ApiCall): Promise<Target> {
  const cmd = parameters.get('cmd') ?? ''
  const workflowId = parameters.get('workflowId') ?? ''
  if (cmd.length > MAX_VALUE || workflowId.length > MAX_VALUE) throw wrong('cmd or workflowId is too long.')
  const words = processingWords((name) => parameters.get(name))
  return {
    parameters: { ...(workflowId && { workflowId }), ...(workflowId === '' && cmd && { cmd }) },
    ...(await processingOf(services, account.projectId, words)),
  }
}

function wrong(message: string): ApiError {
  return new ApiError('parameterError', message)
}
