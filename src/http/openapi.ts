import fastifySwagger from '@fastify/swagger'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The request body in the OpenAPI document, for routes that read it themselves. */
    requestBody?: unknown
  }
}

const DESCRIPTION = `Upload videos with tokens, follow them, play them.

A backend issues an upload token with its API key and hands \`urls\` to whoever has the file. Errors are problem
documents (RFC 9457): \`code\` is for programs, \`detail\` for people.`

/**
 * Collects the OpenAPI document from the schemas of the routes that are registered after it: those with a tag, so that
 * vendors' protocols and inner routes stay out. `app.swagger()` has it once the server is ready.
 */
export const openApi = fastifyPlugin(async (app) => {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Reeldock',
        version: 'v1',
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      // Served by the server it describes.
      servers: [{ url: '/' }],
      tags: [
        { name: 'uploads', description: 'Tokens, bytes and progress' },
        { name: 'assets', description: 'The library' },
        { name: 'jobs', description: 'The work in the background: look at it, stop it, run it again' },
        { name: 'webhooks', description: 'Be told what happens; docs/webhooks.md is for receivers' },
        { name: 'media', description: 'How files are treated: profiles, workflows, watermarks, subtitles' },
        { name: 'playback', description: 'What players ask for; a signed token stands in the path' },
        { name: 'session', description: 'The console' },
        { name: 'health', description: 'For whoever operates the server' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: "A project's API key" },
          session: { type: 'apiKey', in: 'cookie', name: 'reeldock_session', description: 'Set by signing in' },
          uploadToken: { type: 'http', scheme: 'bearer', description: 'The token of one upload' },
          uploadTokenInUrl: { type: 'apiKey', in: 'query', name: 'token', description: 'The token of one upload' },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    hideUntagged: true,
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) =>
        typeof schema['$id'] === 'string' ? schema['$id'] : `Schema${index}`,
    },
    transform: ({ schema, url, route }) => {
      const body = route.config?.requestBody
      return { schema: body === undefined ? schema : { ...schema, body }, url }
    },
  })
})
