import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiV1 } from '../../../src/http/api/index.ts'
import { healthRoutes } from '../../../src/http/health.ts'
import { openApi } from '../../../src/http/openapi.ts'
import { playbackRoutes } from '../../../src/http/playback/index.ts'
import { startTestApp, type TestApp } from '../../support/test-app.ts'

type Operation = Readonly<{
  operationId?: string
  summary?: string
  tags?: readonly string[]
  requestBody?: { content: Record<string, unknown> }
  parameters?: readonly { in: string; name: string; schema: Record<string, unknown> }[]
  responses: Record<string, { description: string; content?: Record<string, { schema?: unknown }> }>
}>
type Document = Readonly<{
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Record<string, unknown>>; securitySchemes: Record<string, unknown> }
}>

let app: TestApp
let document: Document
beforeAll(async () => {
  app = await startTestApp({
    register: async (server, services) => {
      await server.register(openApi)
      await server.register(healthRoutes, { checks: {}, isDraining: () => false })
      await server.register(apiV1, { services, prefix: '/v1' })
      await server.register(playbackRoutes, { services })
      server.get('/vendor/dialect', () => ({}))
    },
  })
  const response = await app.server.inject('/v1/openapi.json')
  expect(response.statusCode).toBe(200)
  document = response.json()
})
afterAll(() => app.close())

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  )

describe('the OpenAPI document', () => {
  it('is the one that is checked in (vitest run test/scenarios/api/openapi.test.ts -u updates it)', async () => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../../docs/openapi.json')
  })

  it('is OpenAPI 3.1 and lists every operation of the API, the player and the operator', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toMatchInlineSnapshot(`
      [
        "delete /v1/assets/{assetId}",
        "delete /v1/assets/{assetId}/placements/{channelId}",
        "delete /v1/assets/{assetId}/renditions/{rendition}",
        "delete /v1/assets/{assetId}/subtitles/{subtitleId}",
        "delete /v1/assets/{assetId}/versions/{sourceId}",
        "delete /v1/categories/{categoryId}",
        "delete /v1/categories/{categoryId}/channels/{channelId}",
        "delete /v1/channels/{channelId}",
        "delete /v1/images/{imageId}",
        "delete /v1/profiles/{key}",
        "delete /v1/session",
        "delete /v1/uploads/{uploadId}",
        "delete /v1/webhooks/endpoints/{endpointId}",
        "delete /v1/workflows/{key}",
        "get /healthz",
        "get /play/{token}/{assetId}/info",
        "get /play/{token}/{assetId}/manifest.mpd",
        "get /play/{token}/{assetId}/master.m3u8",
        "get /play/{token}/{assetId}/original",
        "get /play/{token}/{assetId}/poster.jpg",
        "get /play/{token}/{assetId}/sprites.vtt",
        "get /play/{token}/{assetId}/storyboard.json",
        "get /play/{token}/{assetId}/subtitles/{file}",
        "get /play/{token}/{assetId}/{sourceId}/downloads/{file}",
        "get /play/{token}/{assetId}/{sourceId}/keys/{index}",
        "get /play/{token}/{assetId}/{sourceId}/sprites/{file}",
        "get /play/{token}/{assetId}/{sourceId}/{rendition}/{file}",
        "get /readyz",
        "get /v1/assets",
        "get /v1/assets/search",
        "get /v1/assets/{assetId}",
        "get /v1/assets/{assetId}/jobs",
        "get /v1/assets/{assetId}/placements",
        "get /v1/assets/{assetId}/subtitles",
        "get /v1/assets/{assetId}/subtitles/{subtitleId}",
        "get /v1/assets/{assetId}/versions",
        "get /v1/categories",
        "get /v1/channels",
        "get /v1/channels/{channelId}",
        "get /v1/images",
        "get /v1/jobs/{jobId}",
        "get /v1/profiles",
        "get /v1/profiles/{key}",
        "get /v1/session",
        "get /v1/uploads",
        "get /v1/uploads/{uploadId}",
        "get /v1/uploads/{uploadId}/events",
        "get /v1/webhooks/deliveries",
        "get /v1/webhooks/deliveries/{deliveryId}",
        "get /v1/webhooks/endpoints",
        "get /v1/webhooks/endpoints/{endpointId}",
        "get /v1/workflows",
        "get /v1/workflows/{key}",
        "head /v1/uploads/{uploadId}/content",
        "patch /v1/assets/{assetId}",
        "patch /v1/categories/{categoryId}",
        "patch /v1/channels/{channelId}",
        "patch /v1/uploads/{uploadId}/content",
        "patch /v1/webhooks/endpoints/{endpointId}",
        "post /v1/assets/{assetId}/copy",
        "post /v1/assets/{assetId}/poster",
        "post /v1/assets/{assetId}/renditions",
        "post /v1/assets/{assetId}/reprocess",
        "post /v1/assets/{assetId}/retry",
        "post /v1/assets/{assetId}/subtitles",
        "post /v1/assets/{assetId}/versions",
        "post /v1/assets/{assetId}/versions/{sourceId}/activate",
        "post /v1/categories",
        "post /v1/channels",
        "post /v1/images",
        "post /v1/jobs/{jobId}/cancel",
        "post /v1/jobs/{jobId}/retry",
        "post /v1/placements/{key}/replace",
        "post /v1/placements/{key}/restore",
        "post /v1/session",
        "post /v1/uploads",
        "post /v1/uploads/form",
        "post /v1/uploads/pull",
        "post /v1/uploads/{uploadId}/complete",
        "post /v1/uploads/{uploadId}/renew",
        "post /v1/webhooks/deliveries/{deliveryId}/replay",
        "post /v1/webhooks/endpoints",
        "post /v1/webhooks/endpoints/{endpointId}/replay",
        "post /v1/webhooks/endpoints/{endpointId}/rotate-secret",
        "post /v1/webhooks/endpoints/{endpointId}/test",
        "put /v1/assets/{assetId}/placements/{channelId}",
        "put /v1/assets/{assetId}/poster",
        "put /v1/categories/{categoryId}/channels/{channelId}",
        "put /v1/profiles/{key}",
        "put /v1/uploads/{uploadId}/content",
        "put /v1/workflows/{key}",
      ]
    `)
  })

  it('has a name, a summary, a tag and an answer with a schema for every operation', () => {
    const ids = operations().map(([, { operationId }]) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [name, operation] of operations()) {
      expect(operation, name).toMatchObject({
        operationId: expect.any(String),
        summary: expect.any(String),
        tags: [expect.any(String)],
      })
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response.description, `${name} ${status}`).not.toBe('Default Response')
        if (!['204', '304', '416'].includes(status)) expect(Object.keys(response.content ?? {}), name).not.toEqual([])
      }
    }
  })

  it('answers with a problem document wherever something can go wrong', () => {
    for (const [name, { responses, tags }] of operations()) {
      if (tags?.includes('health')) continue
      expect(responses['default']?.content, name).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      })
    }
  })

  it('shows an example of every named schema', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      if (name.endsWith('Page')) continue
      expect(schema['examples'], name).toBeInstanceOf(Array)
    }
  })

  it('has nothing dangling: each reference leads somewhere', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)
    for (const [, reference = ''] of references) {
      expect(Object.keys(document.components.schemas)).toContain(reference.replace('#/components/schemas/', ''))
    }
  })

  it('bounds every number and every text that a client may send', () => {
    for (const [name, { parameters = [] }] of operations()) {
      for (const { name: parameter, schema } of parameters) {
        const isBounded =
          schema['type'] === 'boolean' ||
          ['maxLength', 'pattern', 'maximum', 'enum'].some((keyword) => keyword in schema)
        expect(isBounded, `${name} ${parameter}`).toBe(true)
      }
    }
  })

  it('says that the bytes of a file are bytes', () => {
    const put = document.paths['/v1/uploads/{uploadId}/content']?.['put']
    expect(Object.keys(put?.requestBody?.content ?? {})).toEqual(['application/octet-stream'])
  })
})
