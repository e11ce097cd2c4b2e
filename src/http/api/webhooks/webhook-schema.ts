import { type Static, Type } from 'typebox'
import { DELIVERY_STATES, type DeliveryState } from '../../../core/webhooks/delivery.ts'
import {
  type DisabledReason,
  ENDPOINT_STATES,
  type EndpointState,
  type EventType,
} from '../../../core/webhooks/endpoint.ts'
import { EVENT_TYPES } from '../../../core/webhooks/event-types.ts'

const OrNull = <Schema extends Type.TSchema>(schema: Schema, options = {}) => Type.Union([schema, Type.Null()], options)
const Moment = (description?: string) =>
  Type.String({ format: 'date-time', ...(description === undefined ? {} : { description }) })

const Url = Type.String({ maxLength: 2_048, pattern: '^https?://', description: 'http or https, at a public address' })
const Description = Type.String({ maxLength: 500, pattern: '^[^\\u0000-\\u001f\\u007f]*$', description: 'For people' })
const EventTypes = Type.Array(Type.Unsafe<EventType>({ type: 'string', enum: EVENT_TYPES }), {
  maxItems: 100,
  description: 'What it wants to be told; empty: everything',
})
const Settings = Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
  maxProperties: 64,
  description: 'For the format; write-only',
})
const Secret = Type.String({ minLength: 1, maxLength: 128, description: 'Of the format standard: `whsec_` and base64' })
const ChannelId = Type.String({ maxLength: 64, description: 'Only what happens in this channel' })

const EndpointStateSchema = Type.Unsafe<EndpointState>({
  type: 'string',
  enum: ENDPOINT_STATES,
  description: 'disabled: by the server, see `disabledReason`; what happens meanwhile can be replayed',
})
export const DeliveryStateSchema = Type.Unsafe<DeliveryState>({ type: 'string', enum: DELIVERY_STATES })

const ENDPOINT_EXAMPLE = {
  id: 'end_01k0example000000000000000',
  url: 'https://cms.example.com/hooks/reeldock',
  format: 'standard',
  description: 'CMS',
  eventTypes: ['asset.ready', 'asset.failed'],
  channelId: null,
  state: 'active',
  disabledReason: null,
  failingSince: null,
  createdAt: '2030-01-01T12:00:00.000Z',
} as const

const ENDPOINT = {
  id: Type.String(),
  url: Type.String(),
  format: Type.String(),
  description: Type.String(),
  eventTypes: Type.Array(Type.Unsafe<EventType>({ type: 'string' })),
  channelId: OrNull(Type.String()),
  state: EndpointStateSchema,
  disabledReason: OrNull(Type.Unsafe<DisabledReason>({ type: 'string', enum: ['failing', 'gone'] })),
  failingSince: OrNull(Moment(), { description: 'The first failed attempt after the last success' }),
  createdAt: Moment(),
}

export const EndpointSchema = Type.Object(ENDPOINT, {
  $id: 'WebhookEndpoint',
  description: 'A receiver of what happens',
  examples: [ENDPOINT_EXAMPLE],
})
export type EndpointDocument = Static<typeof EndpointSchema>
export const EndpointRef = Type.Unsafe<EndpointDocument>({ $ref: 'WebhookEndpoint#' })

export const IssuedEndpointSchema = Type.Object(
  { ...ENDPOINT, secret: Type.String({ description: 'What requests are signed with. Not shown again' }) },
  {
    $id: 'IssuedWebhookEndpoint',
    description: 'A receiver with its secret',
    examples: [{ ...ENDPOINT_EXAMPLE, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }],
  },
)
export type IssuedEndpointDocument = Static<typeof IssuedEndpointSchema>
export const IssuedEndpointRef = Type.Unsafe<IssuedEndpointDocument>({ $ref: 'IssuedWebhookEndpoint#' })

export const EndpointPageSchema = Type.Object(
  {
    items: Type.Array(EndpointRef),
    nextCursor: OrNull(Type.String(), { description: 'Null on the last page' }),
  },
  { $id: 'WebhookEndpointPage', description: 'Endpoints, newest first' },
)
export const EndpointPageRef = Type.Unsafe<Static<typeof EndpointPageSchema>>({ $ref: 'WebhookEndpointPage#' })

export const NewEndpointSchema = Type.Object(
  {
    url: Url,
    format: Type.Optional(Type.String({ maxLength: 32, default: 'standard', description: 'standard, or a dialect’s' })),
    description: Type.Optional(Description),
    eventTypes: Type.Optional(EventTypes),
    secret: Type.Optional(Secret),
    settings: Type.Optional(Settings),
    channelId: Type.Optional(ChannelId),
    isActive: Type.Optional(Type.Boolean({ default: true })),
  },
  {
    $id: 'NewWebhookEndpoint',
    additionalProperties: false,
    examples: [{ url: 'https://cms.example.com/hooks/reeldock', eventTypes: ['asset.ready', 'asset.failed'] }],
  },
)
export const NewEndpointRef = Type.Unsafe<Static<typeof NewEndpointSchema>>({ $ref: 'NewWebhookEndpoint#' })

export const EndpointChangeSchema = Type.Object(
  {
    url: Type.Optional(Url),
    description: Type.Optional(Description),
    eventTypes: Type.Optional(EventTypes),
    settings: Type.Optional(Settings),
    channelId: Type.Optional(OrNull(ChannelId)),
    isActive: Type.Optional(Type.Boolean({ description: 'true also ends a disabling by the server' })),
  },
  { $id: 'WebhookEndpointChange', additionalProperties: false, examples: [{ isActive: false }] },
)
export const EndpointChangeRef = Type.Unsafe<Static<typeof EndpointChangeSchema>>({ $ref: 'WebhookEndpointChange#' })

export const SecretRotationSchema = Type.Object(
  {
    secret: Type.Optional(Secret),
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_592_000,
        default: 86_400,
        description: 'So long requests carry signatures by the old secret too',
      }),
    ),
  },
  { $id: 'WebhookSecretRotation', additionalProperties: false, examples: [{ overlapSeconds: 3_600 }] },
)
export const SecretRotationRef = Type.Unsafe<Static<typeof SecretRotationSchema>>({ $ref: 'WebhookSecretRotation#' })

export const ReplaySchema = Type.Object(
  {
    since: Moment('Deliveries made at or after'),
    until: Type.Optional(Moment('And before; now, if absent')),
  },
  { $id: 'WebhookReplay', additionalProperties: false, examples: [{ since: '2030-01-01T00:00:00Z' }] },
)
export const ReplayRef = Type.Unsafe<Static<typeof ReplaySchema>>({ $ref: 'WebhookReplay#' })

const Attempt = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  startedAt: Moment(),
  durationMs: Type.Integer({ minimum: 0 }),
  status: OrNull(Type.Integer(), { description: 'HTTP status; null when no answer came' }),
  error: OrNull(
    Type.Object({
      reason: Type.String({ description: 'For programs, for example status, timeout_response, address_unreachable' }),
      message: Type.String({ description: 'For people' }),
    }),
    { description: 'Null if the receiver took it' },
  ),
  answer: Type.String({ description: 'The beginning of the body that came back' }),
})

export const DeliverySchema = Type.Object(
  {
    id: Type.String(),
    endpointId: Type.String(),
    eventId: Type.String({ description: 'What the receiver sees as webhook-id, the same at every attempt' }),
    eventType: Type.String(),
    state: DeliveryStateSchema,
    nextAttemptAt: OrNull(Moment()),
    createdAt: Moment(),
    finishedAt: OrNull(Moment()),
    request: Type.Optional(
      OrNull(Type.Object({ method: Type.String(), url: Type.String(), body: Type.String() }), {
        description: 'What is sent; not in lists. Null while it could not be made',
      }),
    ),
    attempts: Type.Array(Attempt, { description: 'Oldest first' }),
  },
  {
    $id: 'WebhookDelivery',
    description: 'One event for one endpoint, and how that went',
    examples: [
      {
        id: 'dlv_01k0example000000000000000',
        endpointId: 'end_01k0example000000000000000',
        eventId: 'evt_01k0example000000000000000',
        eventType: 'asset.ready',
        state: 'pending',
        nextAttemptAt: '2030-01-01T12:05:05.000Z',
        createdAt: '2030-01-01T12:00:00.000Z',
        finishedAt: null,
        attempts: [
          {
            number: 1,
            startedAt: '2030-01-01T12:00:00.000Z',
            durationMs: 84,
            status: 500,
            error: { reason: 'status', message: 'The receiver answered with status 500.' },
            answer: 'no such table: videos',
          },
        ],
      },
    ],
  },
)
export type DeliveryDocument = Static<typeof DeliverySchema>
export const DeliveryRef = Type.Unsafe<DeliveryDocument>({ $ref: 'WebhookDelivery#' })

export const DeliveryPageSchema = Type.Object(
  {
    items: Type.Array(DeliveryRef),
    nextCursor: OrNull(Type.String(), { description: 'Null on the last page' }),
  },
  { $id: 'WebhookDeliveryPage', description: 'Deliveries, newest first' },
)
export const DeliveryPageRef = Type.Unsafe<Static<typeof DeliveryPageSchema>>({ $ref: 'WebhookDeliveryPage#' })

export const EndpointParams = Type.Object({
  endpointId: Type.String({ maxLength: 64, examples: ['end_01k0example000000000000000'] }),
})
export const DeliveryParams = Type.Object({
  deliveryId: Type.String({ maxLength: 64, examples: ['dlv_01k0example000000000000000'] }),
})

/** The named ones, for the document. */
export const WEBHOOK_SCHEMAS = [
  EndpointSchema,
  IssuedEndpointSchema,
  EndpointPageSchema,
  NewEndpointSchema,
  EndpointChangeSchema,
  SecretRotationSchema,
  ReplaySchema,
  DeliverySchema,
  DeliveryPageSchema,
]
