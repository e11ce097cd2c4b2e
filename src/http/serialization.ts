import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifyServerOptions } from 'fastify'

type Controller = NonNullable<FastifyServerOptions['schemaController']>
type Factory = NonNullable<NonNullable<Controller['compilersFactory']>['buildSerializer']>

/**
 * Fastify's own serializers, each built when it is needed first. Built with the routes they were three quarters of the
 * time a server takes to start: every one checks all shared schemas again.
 */
export const buildSerializersOnDemand: Factory = (externalSchemas, options) => {
  const build = SerializerSelector()(externalSchemas, options)
  return (route) => {
    let serialize: ReturnType<typeof build> | undefined
    return (document) => {
      serialize ??= build(route)
      return serialize(document)
    }
  }
}
