import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../services.ts'
import type { PartGroups } from './part-groups.ts'

/** One request of the protocol, with what is needed to answer it. */
export type TusExchange = Readonly<{
  services: Services
  groups: PartGroups
  request: FastifyRequest
  reply: FastifyReply
}>

export type TusOperation = (exchange: TusExchange) => Promise<FastifyReply>
