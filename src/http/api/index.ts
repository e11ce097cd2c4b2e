import fastifyCookie from '@fastify/cookie'
import type { FastifyPluginAsync } from 'fastify'
import { openApi } from '../openapi.ts'
import { ProblemSchema } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { validateStrictly } from '../validation.ts'
import { AssetPageSchema, AssetSchema } from './assets/asset-schema.ts'
import { assetRoutes } from './assets/index.ts'
import { jobRoutes } from './jobs/index.ts'
import { JobSchema, JobsOfAssetSchema } from './jobs/job-schema.ts'
import { libraryRoutes } from './library/index.ts'
import { LIBRARY_SCHEMAS } from './library/library-schema.ts'
import { mediaRoutes } from './media/index.ts'
import {
  ImageSchema,
  ProfileBodySchema,
  ProfileSchema,
  WorkflowBodySchema,
  WorkflowSchema,
} from './media/settings-schema.ts'
import { SubtitleSchema } from './media/subtitles.ts'
import { sessionRoutes } from './session/index.ts'
import { SessionSchema, SignInSchema } from './session/session-schema.ts'
import { CompletionSchema } from './uploads/complete-upload.ts'
import { uploadRoutes } from './uploads/index.ts'
import { NewPullSchema } from './uploads/pull-upload.ts'
import { RenewalSchema } from './uploads/renew-upload.ts'
import {
  HeldFileSchema,
  IssuedUploadSchema,
  NewUploadSchema,
  UploadPageSchema,
  UploadStatusSchema,
} from './uploads/upload-schema.ts'
import { webhookRoutes } from './webhooks/index.ts'
import { WEBHOOK_SCHEMAS } from './webhooks/webhook-schema.ts'

/** The named ones: `$ref` leads to them, and the OpenAPI document lists them. */
const SCHEMAS = [
  ProblemSchema,
  SignInSchema,
  SessionSchema,
  NewUploadSchema,
  NewPullSchema,
  IssuedUploadSchema,
  HeldFileSchema,
  UploadStatusSchema,
  UploadPageSchema,
  CompletionSchema,
  RenewalSchema,
  ProfileBodySchema,
  ProfileSchema,
  WorkflowBodySchema,
  WorkflowSchema,
  ImageSchema,
  SubtitleSchema,
  AssetSchema,
  AssetPageSchema,
  ...LIBRARY_SCHEMAS,
  JobSchema,
  JobsOfAssetSchema,
  ...WEBHOOK_SCHEMAS,
]

/** Our own API, to be registered under the prefix /v1. */
export const apiV1: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  // The document is of everything registered after `openApi`; without an app that did so, of this plugin.
  if (!app.hasDecorator('swagger')) await app.register(openApi)
  validateStrictly(app)
  for (const schema of SCHEMAS) app.addSchema(schema)
  app.addHook('onRequest', async (_request, reply) => {
    // States change and tokens are secrets: neither is for caches.
    reply.header('cache-control', 'no-store')
  })
  await app.register(fastifyCookie)
  await app.register(sessionRoutes, { services })
  await app.register(uploadRoutes, { services })
  await app.register(assetRoutes, { services })
  await app.register(mediaRoutes, { services })
  await app.register(libraryRoutes, { services })
  await app.register(jobRoutes, { services })
  await app.register(webhookRoutes, { services })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}
