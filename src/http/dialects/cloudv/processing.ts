import type { ProjectId } from '../../../core/ids.ts'
import { KEY_PATTERN } from '../../../core/transcoding/profile.ts'
import type { UploadTarget } from '../../../core/uploads/upload.ts'
import type { Services } from '../../services.ts'

/** How a video is to be processed, as clients say it: each is the key or the name of something of the project's. */
export type ProcessingWords = Readonly<{
  workflow?: string | undefined
  /** Of what the vendor has apart from workflows; here it is the workflow with that watermark. */
  watermark?: string | undefined
  template?: string | undefined
}>

export type Processing = Pick<UploadTarget, 'workflowKey' | 'profileKey'>

/**
 * What the parameters of getUploadToken and pullVideo say. `workflowId` goes before all others, each of them before
 * `cmd`, which is `{tcTemplateName:…,workflowCode:…}`.
 */
export function processingWords(parameter: (name: string) => string | undefined): ProcessingWords {
  const workflow = parameter('workflowId')
  if (workflow) return { workflow }
  const cmd = parameter('cmd') ?? ''
  return {
    workflow: memberOf(cmd, 'workflowCode'),
    watermark: parameter('waterMarkName') || undefined,
    template: parameter('transCodeCombineName') || memberOf(cmd, 'tcTemplateName'),
  }
}

/** Its names and values come with and without quotation marks. */
function memberOf(cmd: string, name: string): string | undefined {
  return new RegExp(`"?${name}"?\\s*[:=]\\s*"?([^",}]+)`).exec(cmd)?.[1]?.trim() || undefined
}

/**
 * What the words stand for. One that names nothing yet, and could be a key, is taken for one: it counts if there is
 * something of that key once the file has come.
 */
export async function processingOf(
  services: Services,
  projectId: ProjectId,
  { workflow, watermark, template }: ProcessingWords,
): Promise<Processing> {
  const workflowKey =
    (await workflowCalled(services, projectId, workflow)) ?? (await markingCalled(services, projectId, watermark))
  const profileKey = await templateCalled(services, projectId, template)
  return { workflowKey: workflowKey ?? asKey(workflow), profileKey: profileKey ?? asKey(template) }
}

type Word = string | undefined

/** The key of this workflow, if there is one. */
export async function workflowCalled({ mediaSettings }: Services, projectId: ProjectId, word: Word) {
  return word === undefined ? undefined : keyOf(await mediaSettings.listWorkflows(projectId), word)
}

/** The key of the workflow that draws this watermark, if there is one. */
export async function markingCalled({ mediaSettings }: Services, projectId: ProjectId, word: Word) {
  if (word === undefined) return undefined
  const workflows = await mediaSettings.listWorkflows(projectId)
  return keyOf(
    workflows.filter(({ settings }) => settings.watermark !== undefined),
    word,
  )
}

/** The key of the profile that the vendor calls a template, if there is one. */
export async function templateCalled({ mediaSettings }: Services, projectId: ProjectId, word: Word) {
  return word === undefined ? undefined : keyOf(await mediaSettings.listProfiles(projectId), word)
}

/** A key is a key before it is somebody's name. */
function keyOf(all: readonly Readonly<{ key: string; name: string }>[], word: string): string | undefined {
  return (all.find(({ key }) => key === word) ?? all.find(({ name }) => name === word))?.key
}

function asKey(word: Word): string | undefined {
  return word !== undefined && KEY_PATTERN.test(word) ? word : undefined
}
