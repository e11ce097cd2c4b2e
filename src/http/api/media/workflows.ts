import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { DomainError } from '../../../core/errors.ts'
import { parseId } from '../../../core/ids.ts'
import type { WorkflowSettings } from '../../../core/transcoding/workflow.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { KeyParams, type WorkflowBody, WorkflowBodyRef, type WorkflowDocument, WorkflowRef } from './settings-schema.ts'

const tags = ['media']

const listSchema = {
  operationId: 'listWorkflows',
  tags,
  summary: 'List workflows',
  description: 'The built-in ones and your own, by key. `standard` is used where nothing names another.',
  response: { 200: Type.Object({ items: Type.Array(WorkflowRef) }, { description: 'All of them' }), ...PROBLEMS },
}
const getSchema = {
  operationId: 'getWorkflow',
  tags,
  summary: 'A workflow',
  params: KeyParams,
  response: { 200: WorkflowRef, ...PROBLEMS },
}
const putSchema = {
  operationId: 'putWorkflow',
  tags,
  summary: 'Make or replace a workflow',
  description: "Of a built-in one's key: it is used in its place. What is under way goes on as it began.",
  params: KeyParams,
  body: WorkflowBodyRef,
  response: { 200: WorkflowRef, ...PROBLEMS },
}
const deleteSchema = {
  operationId: 'deleteWorkflow',
  tags,
  summary: 'Delete your own workflow',
  description: "Of a built-in one's key: it is what it was again.",
  params: KeyParams,
  response: { 204: Type.Null({ description: 'It is gone' }), ...PROBLEMS },
}

function toSettings({ settings }: WorkflowBody): WorkflowSettings {
  const { profileKey, watermark, sprites, burnInLanguage, encryption } = settings
  return {
    profileKey: profileKey ?? undefined,
    watermark:
      watermark === null ? undefined : watermark.kind === 'text' ? watermark : { ...watermark, ...image(watermark) },
    sprites,
    burnInLanguage: burnInLanguage ?? undefined,
    encryption: encryption === null ? undefined : { segmentsPerKey: encryption.segmentsPerKey ?? undefined },
  }
}

function image({ imageId }: Readonly<{ imageId: string }>) {
  const id = parseId('image', imageId)
  if (id === undefined) throw new DomainError('invalid_argument', 'watermark.imageId is not the id of a picture.')
  return { imageId: id }
}

type Shown = Readonly<{ key: string; name: string; isBuiltIn: boolean; settings: WorkflowSettings }>

function toDocument({ key, name, isBuiltIn, settings }: Shown): WorkflowDocument {
  const { profileKey, watermark, sprites, burnInLanguage, encryption } = settings
  return {
    key,
    name,
    isBuiltIn,
    settings: {
      profileKey: profileKey ?? null,
      watermark: watermark ?? null,
      sprites,
      burnInLanguage: burnInLanguage ?? null,
      encryption: encryption === undefined ? null : { segmentsPerKey: encryption.segmentsPerKey ?? null },
    },
  }
}

/** Workflows: what happens to files. */
export const workflowRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const settings = services.mediaSettings
  app.get('/workflows', { schema: listSchema }, async (request) => ({
    items: (await settings.listWorkflows(callerProject(request))).map(toDocument),
  }))
  app.get('/workflows/:key', { schema: getSchema }, async (request) =>
    toDocument(await settings.getWorkflow(callerProject(request), request.params.key)),
  )
  app.put('/workflows/:key', { schema: putSchema }, async (request) => {
    const wanted = { name: request.body.name, settings: toSettings(request.body) }
    return toDocument(await settings.putWorkflow(callerProject(request), request.params.key, wanted))
  })
  app.delete('/workflows/:key', { schema: deleteSchema }, async (request, reply) => {
    await settings.deleteWorkflow(callerProject(request), request.params.key)
    return reply.code(204).send(null)
  })
}
