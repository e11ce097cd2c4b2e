import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { requireProject } from '../authentication.ts'
import { createEndpoint } from './create-endpoint.ts'
import { deleteEndpoint } from './delete-endpoint.ts'
import { getDelivery } from './get-delivery.ts'
import { getEndpoint } from './get-endpoint.ts'
import { listDeliveries } from './list-deliveries.ts'
import { listEndpoints } from './list-endpoints.ts'
import { replayDead } from './replay-dead.ts'
import { replayDelivery } from './replay-delivery.ts'
import { rotateSecret } from './rotate-secret.ts'
import { testEndpoint } from './test-endpoint.ts'
import { updateEndpoint } from './update-endpoint.ts'

/** Receivers, and the log of what they were told. */
export const webhookRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  requireProject(app, services)
  await app.register(createEndpoint, { services })
  await app.register(listEndpoints, { services })
  await app.register(getEndpoint, { services })
  await app.register(updateEndpoint, { services })
  await app.register(deleteEndpoint, { services })
  await app.register(rotateSecret, { services })
  await app.register(testEndpoint, { services })
  await app.register(replayDead, { services })
  await app.register(listDeliveries, { services })
  await app.register(getDelivery, { services })
  await app.register(replayDelivery, { services })
}
