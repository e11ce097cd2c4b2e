import { type Static, Type } from 'typebox'
import { MAX_DESCRIPTION, MAX_METADATA, MAX_TAG, MAX_TAGS, MAX_TITLE } from '../../../core/library/asset-changes.ts'
import { ASSET_ORDERS, type AssetOrder, type ListedState } from '../../../core/library/asset-filter.ts'
import { MAX_CATEGORY_DESCRIPTION, MAX_CATEGORY_NAME } from '../../../core/library/category.ts'
import { MAX_CHANNEL_NAME } from '../../../core/library/channel-service.ts'
import { AssetRef } from '../assets/asset-schema.ts'
import { Text } from '../text-schema.ts'

const Id = (example: string, description = '') =>
  Type.String({ maxLength: 64, examples: [example], ...(description === '' ? {} : { description }) })
const CategoryId = (description = '') => Id('cat_01k0example000000000000000', description)
const ChannelId = (description = '') => Id('chn_01k0example000000000000000', description)
const AssetId = (description = '') => Id('ast_01k0example000000000000000', description)
const SourceId = () => Id('src_01k0example000000000000000')
const Time = Type.String({ format: 'date-time' })
const OrNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])
const Position = Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Orders siblings' })
const Metadata = (description: string) =>
  Type.Record(Type.String({ minLength: 1, maxLength: 128 }), Type.String({ maxLength: 4_096 }), {
    maxProperties: MAX_METADATA,
    description,
  })

const Wish = (what: string) =>
  OrNull(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description: `Key of the ${what} for files that go there; null: none`,
    }),
  )
/** How files are treated. */
const shownWish = { workflow: Wish('workflow'), profile: Wish('profile') }
const wishMembers = { workflow: Type.Optional(Wish('workflow')), profile: Type.Optional(Wish('profile')) }

export const CategoryParams = Type.Object({ categoryId: CategoryId() })
export const ChannelParams = Type.Object({ channelId: ChannelId() })
export const CategoryChannelParams = Type.Object({ categoryId: CategoryId(), channelId: ChannelId() })
export const AssetChannelParams = Type.Object({ assetId: AssetId(), channelId: ChannelId() })
export const VersionParams = Type.Object({ assetId: AssetId(), sourceId: SourceId() })
export const PlacementParams = Type.Object({
  key: Type.String({ pattern: '^[A-Za-z0-9]{8}$', examples: ['Ab3dE6gH'] }),
})

/** Numbered pages, for lists that people page through. */
export const numberedPage = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, default: 1 })),
  perPage: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 20 })),
}

export const AssetEditSchema = Type.Object(
  {
    title: Type.Optional(Text({ maxLength: MAX_TITLE })),
    description: Type.Optional(Type.String({ maxLength: MAX_DESCRIPTION })),
    tags: Type.Optional(Type.Array(Text({ maxLength: MAX_TAG }), { maxItems: MAX_TAGS })),
    enabled: Type.Optional(Type.Boolean({ description: 'A disabled asset stays in the library and does not play' })),
    metadata: Type.Optional(
      Type.Record(Type.String({ minLength: 1, maxLength: 128 }), OrNull(Type.String({ maxLength: 4_096 })), {
        maxProperties: MAX_METADATA,
        description: 'Added to what is there; null removes a name',
      }),
    ),
    categories: Type.Optional(
      Type.Array(CategoryId(), { maxItems: 100, description: 'All categories it is in from now on' }),
    ),
  },
  {
    examples: [
      {
        title: 'Lecture 1',
        tags: ['maths'],
        metadata: { course: '7' },
        categories: ['cat_01k0example000000000000000'],
      },
    ],
    $id: 'AssetEdit',
    description: 'What is to change of an asset',
    additionalProperties: false,
  },
)
export type AssetEditBody = Static<typeof AssetEditSchema>
export const AssetEditRef = Type.Unsafe<AssetEditBody>({ $ref: 'AssetEdit#' })

const STATES = ['waiting', 'processing', 'ready', 'failed'] as const satisfies readonly ListedState[]

export const AssetSearchQuery = Type.Object({
  ...numberedPage,
  q: Type.Optional(Type.String({ maxLength: 256, description: 'Part of the title or of a tag' })),
  state: Type.Optional(Type.Unsafe<ListedState>({ type: 'string', enum: STATES })),
  category: Type.Optional(CategoryId('With everything below it')),
  channel: Type.Optional(ChannelId('Placed in it')),
  tag: Type.Optional(Type.String({ maxLength: MAX_TAG })),
  enabled: Type.Optional(Type.Boolean()),
  order: Type.Optional(Type.Unsafe<AssetOrder>({ type: 'string', enum: ASSET_ORDERS, default: 'created_desc' })),
})

export const AssetListSchema = Type.Object(
  { items: Type.Array(AssetRef), total: Type.Integer({ minimum: 0, description: 'Of all pages' }) },
  { $id: 'AssetSearchPage', description: 'A numbered page of assets' },
)
export const AssetListRef = Type.Unsafe<Static<typeof AssetListSchema>>({ $ref: 'AssetSearchPage#' })

export const CategorySchema = Type.Object(
  {
    id: CategoryId(),
    name: Type.String(),
    description: Type.String(),
    parentId: OrNull(CategoryId()),
    position: Position,
    ...shownWish,
    channels: Type.Array(ChannelId(), { description: 'Its assets are placed in these as soon as they play' }),
    assetCount: Type.Integer({ minimum: 0, description: 'Directly in it' }),
    createdAt: Time,
  },
  {
    examples: [
      {
        id: 'cat_01k0example000000000000000',
        name: 'Maths',
        description: 'From sums to series',
        parentId: null,
        position: 0,
        workflow: null,
        profile: 'lectures',
        channels: ['chn_01k0example000000000000000'],
        assetCount: 12,
        createdAt: '2030-01-01T12:00:00.000Z',
      },
    ],
    $id: 'Category',
    description: 'A node of the tree that organises the library',
  },
)
export type CategoryDocument = Static<typeof CategorySchema>
export const CategoryRef = Type.Unsafe<CategoryDocument>({ $ref: 'Category#' })

const categoryMembers = {
  description: Type.Optional(Type.String({ maxLength: MAX_CATEGORY_DESCRIPTION })),
  parentId: Type.Optional(OrNull(CategoryId('Null: at the top of the tree'))),
  position: Type.Optional(Position),
  ...wishMembers,
}
export const NewCategorySchema = Type.Object(
  { name: Text({ maxLength: MAX_CATEGORY_NAME }), ...categoryMembers },
  {
    examples: [{ name: 'Maths', parentId: 'cat_01k0example000000000000000' }],
    $id: 'NewCategory',
    additionalProperties: false,
  },
)
export const NewCategoryRef = Type.Unsafe<Static<typeof NewCategorySchema>>({ $ref: 'NewCategory#' })
export const CategoryEditSchema = Type.Object(
  { name: Type.Optional(Text({ maxLength: MAX_CATEGORY_NAME })), ...categoryMembers },
  { examples: [{ name: 'Mathematics' }], $id: 'CategoryEdit', additionalProperties: false },
)
export const CategoryEditRef = Type.Unsafe<Static<typeof CategoryEditSchema>>({ $ref: 'CategoryEdit#' })

const policyMembers = {
  isPublic: Type.Boolean({ description: 'Plays for everybody who knows the address' }),
  requiresEncryption: Type.Boolean({ description: 'Takes only encrypted assets' }),
  refererDomains: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
    maxItems: 100,
    description: 'Hosts whose pages may embed the player; none: any',
  }),
  allowsDesktopDownload: Type.Boolean(),
  allowsMobileDownload: Type.Boolean(),
}
export const ChannelSchema = Type.Object(
  {
    id: ChannelId(),
    name: Type.String(),
    description: Type.String(),
    enabled: Type.Boolean(),
    policy: Type.Object(policyMembers),
    metadata: Metadata("The customer's own names and values"),
    position: Position,
    ...shownWish,
    placementCount: Type.Integer({ minimum: 0 }),
    createdAt: Time,
  },
  {
    examples: [
      {
        id: 'chn_01k0example000000000000000',
        name: 'Students',
        description: '',
        enabled: true,
        policy: {
          isPublic: false,
          requiresEncryption: true,
          refererDomains: ['lms.example.com'],
          allowsDesktopDownload: false,
          allowsMobileDownload: false,
        },
        metadata: {},
        position: 0,
        workflow: 'encrypted',
        profile: null,
        placementCount: 12,
        createdAt: '2030-01-01T12:00:00.000Z',
      },
    ],
    $id: 'Channel',
    description: 'Where assets are published',
  },
)
export type ChannelDocument = Static<typeof ChannelSchema>
export const ChannelRef = Type.Unsafe<ChannelDocument>({ $ref: 'Channel#' })
export const ChannelListSchema = Type.Object(
  { items: Type.Array(ChannelRef), total: Type.Integer({ minimum: 0 }) },
  { $id: 'ChannelPage', description: 'A numbered page of channels' },
)
export const ChannelListRef = Type.Unsafe<Static<typeof ChannelListSchema>>({ $ref: 'ChannelPage#' })

const channelMembers = {
  description: Type.Optional(Type.String({ maxLength: MAX_DESCRIPTION })),
  policy: Type.Optional(Type.Partial(Type.Object(policyMembers, { additionalProperties: false }))),
  metadata: Type.Optional(Metadata('Added to what is there')),
  position: Type.Optional(Position),
  ...wishMembers,
}
export const NewChannelSchema = Type.Object(
  { name: Text({ maxLength: MAX_CHANNEL_NAME }), ...channelMembers },
  {
    examples: [{ name: 'Students', policy: { requiresEncryption: true } }],
    $id: 'NewChannel',
    additionalProperties: false,
  },
)
export const NewChannelRef = Type.Unsafe<Static<typeof NewChannelSchema>>({ $ref: 'NewChannel#' })
export const ChannelEditSchema = Type.Object(
  {
    name: Type.Optional(Text({ maxLength: MAX_CHANNEL_NAME })),
    enabled: Type.Optional(Type.Boolean()),
    ...channelMembers,
  },
  { examples: [{ enabled: false }], $id: 'ChannelEdit', additionalProperties: false },
)
export const ChannelEditRef = Type.Unsafe<Static<typeof ChannelEditSchema>>({ $ref: 'ChannelEdit#' })

export const PlacementSchema = Type.Object(
  {
    key: Type.String({ description: 'What is played; it stays when the asset is exchanged' }),
    channelId: ChannelId(),
    assetId: AssetId(),
    previousAssetId: OrNull(AssetId('What it played before; the exchange can be undone')),
    createdAt: Time,
  },
  {
    examples: [
      {
        key: 'Ab3dE6gH',
        channelId: 'chn_01k0example000000000000000',
        assetId: 'ast_01k0example000000000000000',
        previousAssetId: null,
        createdAt: '2030-01-01T12:00:00.000Z',
      },
    ],
    $id: 'Placement',
    description: 'An asset in a channel',
  },
)
export type PlacementDocument = Static<typeof PlacementSchema>
export const PlacementRef = Type.Unsafe<PlacementDocument>({ $ref: 'Placement#' })

export const VersionSchema = Type.Object(
  {
    id: SourceId(),
    version: Type.Integer({ minimum: 1 }),
    fileName: Type.String(),
    sizeBytes: Type.Integer({ minimum: 0 }),
    state: Type.Unsafe<'playing' | 'ready' | 'processing' | 'failed'>({
      type: 'string',
      enum: ['playing', 'ready', 'processing', 'failed'],
    }),
    activation: Type.Unsafe<'automatic' | 'manual'>({
      type: 'string',
      enum: ['automatic', 'manual'],
      description: 'Whether it plays as soon as it can or when somebody says so',
    }),
    createdAt: Time,
  },
  {
    examples: [
      {
        id: 'src_01k0example000000000000000',
        version: 2,
        fileName: 'lecture.mp4',
        sizeBytes: 734003200,
        state: 'ready',
        activation: 'manual',
        createdAt: '2030-01-01T12:00:00.000Z',
      },
    ],
    $id: 'AssetVersion',
    description: "One version of an asset's file",
  },
)
export type VersionDocument = Static<typeof VersionSchema>
export const VersionRef = Type.Unsafe<VersionDocument>({ $ref: 'AssetVersion#' })

export const CategoryPageSchema = Type.Object(
  { items: Type.Array(CategoryRef) },
  { $id: 'CategoryPage', description: 'All categories' },
)
export const CategoryPageRef = Type.Unsafe<Static<typeof CategoryPageSchema>>({ $ref: 'CategoryPage#' })

export const PlacementPageSchema = Type.Object(
  { items: Type.Array(PlacementRef) },
  { $id: 'PlacementPage', description: 'Where an asset is published' },
)
export const PlacementPageRef = Type.Unsafe<Static<typeof PlacementPageSchema>>({ $ref: 'PlacementPage#' })

export const VersionPageSchema = Type.Object(
  { items: Type.Array(VersionRef) },
  { $id: 'VersionPage', description: "The versions of an asset's file, newest first" },
)
export const VersionPageRef = Type.Unsafe<Static<typeof VersionPageSchema>>({ $ref: 'VersionPage#' })

/** The named ones, for the API's list. */
export const LIBRARY_SCHEMAS = [
  AssetEditSchema,
  AssetListSchema,
  CategorySchema,
  NewCategorySchema,
  CategoryEditSchema,
  ChannelSchema,
  ChannelListSchema,
  NewChannelSchema,
  ChannelEditSchema,
  PlacementSchema,
  VersionSchema,
  CategoryPageSchema,
  PlacementPageSchema,
  VersionPageSchema,
]
