import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { ProfileSettings } from '../../../core/transcoding/profile.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { KeyParams, ProfileBodyRef, type ProfileDocument, ProfileRef } from './settings-schema.ts'

const tags = ['media']

const listSchema = {
  operationId: 'listProfiles',
  tags,
  summary: 'List profiles',
  description: 'The built-in ones and your own, by key.',
  response: { 200: Type.Object({ items: Type.Array(ProfileRef) }, { description: 'All of them' }), ...PROBLEMS },
}
const getSchema = {
  operationId: 'getProfile',
  tags,
  summary: 'A profile',
  params: KeyParams,
  response: { 200: ProfileRef, ...PROBLEMS },
}
const putSchema = {
  operationId: 'putProfile',
  tags,
  summary: 'Make or replace a profile',
  description: "Of a built-in one's key: it is used in its place. What is being encoded goes on as it began.",
  params: KeyParams,
  body: ProfileBodyRef,
  response: { 200: ProfileRef, ...PROBLEMS },
}
const deleteSchema = {
  operationId: 'deleteProfile',
  tags,
  summary: 'Delete your own profile',
  description: "Of a built-in one's key: it is what it was again.",
  params: KeyParams,
  response: { 204: Type.Null({ description: 'It is gone' }), ...PROBLEMS },
}

type Shown = Readonly<{ key: string; name: string; isBuiltIn: boolean; settings: ProfileSettings }>

function toDocument({ key, name, isBuiltIn, settings }: Shown): ProfileDocument {
  const { video, audio } = settings
  return {
    key,
    name,
    isBuiltIn,
    settings: {
      ...settings,
      video: { ...video, codecs: [...video.codecs], steps: video.steps.map((step) => ({ ...step })) },
      audio: { ...audio, bitRates: [...audio.bitRates] },
    },
  }
}

/** Profiles: how files are encoded. */
export const profileRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const settings = services.mediaSettings
  app.get('/profiles', { schema: listSchema }, async (request) => ({
    items: (await settings.listProfiles(callerProject(request))).map(toDocument),
  }))
  app.get('/profiles/:key', { schema: getSchema }, async (request) =>
    toDocument(await settings.getProfile(callerProject(request), request.params.key)),
  )
  app.put('/profiles/:key', { schema: putSchema }, async (request) =>
    toDocument(await settings.putProfile(callerProject(request), request.params.key, request.body)),
  )
  app.delete('/profiles/:key', { schema: deleteSchema }, async (request, reply) => {
    await settings.deleteProfile(callerProject(request), request.params.key)
    return reply.code(204).send(null)
  })
}
