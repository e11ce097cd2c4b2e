/**
 * The vendor's object types as data: what each property is and who may set it. Casting, validating and serialising all
 * follow these descriptions. Source: docs/dialects/kaltura.md#types.
 */

/** Values of the enumerations whose members we check. */
export const ENUMS = {
  KalturaUploadTokenStatus: [0, 1, 2, 3, 4, 5],
  KalturaMediaType: [1, 2, 5, 201, 202, 203, 204],
  KalturaSessionType: [0, 2],
  KalturaAppTokenStatus: [1, 2, 3],
  KalturaAppTokenHashType: ['MD5', 'SHA1', 'SHA256', 'SHA512'],
  KalturaUploadTokenOrderBy: ['+createdAt', '-createdAt'],
} as const satisfies Record<string, readonly (number | string)[]>

export type EnumName = keyof typeof ENUMS

/**
 * `float` is a JSON number, `size` a count of bytes that these clients get as a decimal string. `time` is Unix seconds.
 * `object:T` and `array:T` name a type of this file.
 */
export type ValueType =
  | 'string'
  | 'int'
  | 'float'
  | 'size'
  | 'bool'
  | 'nullableBool'
  | 'time'
  | `enum:${EnumName}`
  | `object:${string}`
  | `array:${string}`

/** `readOnly`: never to be set by a client; `insertOnly`: when the object is added, not later. */
export type Access = 'readOnly' | 'insertOnly' | 'any'

export type Property = Readonly<{ type: ValueType; access: Access; maxLength?: number; isRequired?: boolean }>

export type TypeDescription = Readonly<{
  parent?: string
  /** Only its descendants can be sent. */
  isAbstract?: boolean
  properties: Readonly<Record<string, Property>>
}>

const readOnly = (type: ValueType): Property => ({ type, access: 'readOnly' })
const insertOnly = (type: ValueType, more: Partial<Property> = {}): Property => ({
  type,
  access: 'insertOnly',
  ...more,
})
const any = (type: ValueType, more: Partial<Property> = {}): Property => ({ type, access: 'any', ...more })

const list = (element: string): TypeDescription => ({
  properties: { objects: readOnly(`array:${element}`), totalCount: readOnly('int') },
})

const DESCRIPTIONS = {
  KalturaUploadToken: {
    properties: {
      id: readOnly('string'),
      partnerId: readOnly('int'),
      userId: readOnly('string'),
      status: readOnly('enum:KalturaUploadTokenStatus'),
      fileName: insertOnly('string', { maxLength: 256 }),
      fileSize: insertOnly('float'),
      uploadedFileSize: readOnly('size'),
      createdAt: readOnly('time'),
      updatedAt: readOnly('time'),
      uploadUrl: readOnly('string'),
      autoFinalize: insertOnly('nullableBool'),
      minimumChunkSize: insertOnly('float'),
      attachedObjectType: readOnly('string'),
      attachedObjectId: readOnly('string'),
    },
  },
  KalturaUploadTokenFilter: {
    properties: {
      idEqual: any('string'),
      idIn: any('string'),
      userIdEqual: any('string'),
      statusEqual: any('enum:KalturaUploadTokenStatus'),
      statusIn: any('string'),
      fileNameEqual: any('string'),
      fileSizeEqual: any('float'),
      orderBy: any('string'),
    },
  },
  KalturaUploadTokenListResponse: list('KalturaUploadToken'),
  KalturaFilterPager: { properties: { pageSize: any('int'), pageIndex: any('int') } },

  KalturaBaseEntry: {
    properties: {
      id: readOnly('string'),
      name: any('string', { maxLength: 1_024 }),
      description: any('string', { maxLength: 4_096 }),
      partnerId: readOnly('int'),
      userId: any('string', { maxLength: 100 }),
      creatorId: insertOnly('string', { maxLength: 100 }),
      tags: any('string', { maxLength: 4_096 }),
      adminTags: any('string', { maxLength: 4_096 }),
      status: readOnly('int'),
      moderationStatus: readOnly('int'),
      type: any('int'),
      createdAt: readOnly('time'),
      updatedAt: readOnly('time'),
      rank: readOnly('float'),
      totalRank: readOnly('int'),
      votes: readOnly('int'),
      downloadUrl: readOnly('string'),
      searchText: readOnly('string'),
      licenseType: any('int'),
      version: readOnly('int'),
      thumbnailUrl: readOnly('string'),
      accessControlId: any('int'),
      replacementStatus: readOnly('int'),
      conversionProfileId: any('int'),
      rootEntryId: readOnly('string'),
      referenceId: any('string', { maxLength: 512 }),
      operationAttributes: any('array:KalturaOperationAttributes'),
      capabilities: readOnly('string'),
    },
  },
  KalturaPlayableEntry: {
    parent: 'KalturaBaseEntry',
    properties: {
      plays: readOnly('int'),
      views: readOnly('int'),
      width: readOnly('int'),
      height: readOnly('int'),
      duration: readOnly('int'),
      msDuration: any('int'),
    },
  },
  KalturaMediaEntry: {
    parent: 'KalturaPlayableEntry',
    properties: {
      mediaType: insertOnly('enum:KalturaMediaType', { isRequired: true }),
      sourceType: insertOnly('string'),
      dataUrl: readOnly('string'),
      flavorParamsIds: readOnly('string'),
    },
  },
  KalturaOperationAttributes: { isAbstract: true, properties: {} },
  KalturaMediaListResponse: list('KalturaMediaEntry'),
  KalturaBaseEntryFilter: {
    properties: {
      idEqual: any('string'),
      idIn: any('string'),
      redirectFromEntryId: any('string'),
      statusEqual: any('string'),
      statusIn: any('string'),
      statusNotEqual: any('string'),
      statusNotIn: any('string'),
      nameEqual: any('string'),
      nameLike: any('string'),
      userIdEqual: any('string'),
      orderBy: any('string'),
    },
  },
  KalturaPlayableEntryFilter: { parent: 'KalturaBaseEntryFilter', properties: {} },
  KalturaMediaEntryFilter: { parent: 'KalturaPlayableEntryFilter', properties: { mediaTypeEqual: any('int') } },

  KalturaResource: { isAbstract: true, properties: {} },
  KalturaContentResource: { parent: 'KalturaResource', isAbstract: true, properties: {} },
  KalturaUploadedFileTokenResource: {
    parent: 'KalturaContentResource',
    properties: { token: any('string', { isRequired: true }) },
  },
  KalturaUrlResource: { parent: 'KalturaContentResource', properties: { url: any('string') } },
  KalturaAssetParamsResourceContainer: {
    parent: 'KalturaResource',
    properties: {
      resource: any('object:KalturaContentResource', { isRequired: true }),
      assetParamsId: any('int', { isRequired: true }),
    },
  },
  KalturaAssetsParamsResourceContainers: {
    parent: 'KalturaResource',
    properties: { resources: any('array:KalturaAssetParamsResourceContainer', { isRequired: true }) },
  },

  KalturaSessionInfo: {
    properties: {
      ks: readOnly('string'),
      sessionType: readOnly('enum:KalturaSessionType'),
      partnerId: readOnly('int'),
      userId: readOnly('string'),
      expiry: readOnly('int'),
      privileges: readOnly('string'),
    },
  },
  KalturaStartWidgetSessionResponse: {
    properties: { partnerId: readOnly('int'), ks: readOnly('string'), userId: readOnly('string') },
  },
  KalturaAppToken: {
    properties: {
      id: readOnly('string'),
      token: readOnly('string'),
      partnerId: readOnly('int'),
      createdAt: readOnly('time'),
      updatedAt: readOnly('time'),
      status: readOnly('enum:KalturaAppTokenStatus'),
      expiry: any('int'),
      sessionType: any('enum:KalturaSessionType'),
      sessionUserId: any('string', { maxLength: 100 }),
      sessionDuration: any('int'),
      sessionPrivileges: any('string', { maxLength: 4_096 }),
      hashType: any('enum:KalturaAppTokenHashType'),
      description: any('string', { maxLength: 1_024 }),
    },
  },
  KalturaAppTokenFilter: { properties: { idEqual: any('string'), idIn: any('string'), statusEqual: any('int') } },
  KalturaAppTokenListResponse: list('KalturaAppToken'),
  KalturaPartner: {
    properties: {
      id: readOnly('int'),
      name: any('string'),
      createdAt: readOnly('time'),
      status: readOnly('int'),
      type: readOnly('int'),
    },
  },
} as const satisfies Record<string, TypeDescription>

export type TypeName = keyof typeof DESCRIPTIONS

const TYPES: ReadonlyMap<string, TypeDescription> = new Map(Object.entries(DESCRIPTIONS))

/** Throws for a name that is not described: a mistake of ours. */
export function typeDescription(name: string): TypeDescription {
  const found = TYPES.get(name)
  if (found === undefined) throw new Error(`the type ${name} is not described`)
  return found
}

/** True when `name` is `ancestor` or one of its descendants; false for unknown names. */
export function isKindOf(name: string, ancestor: string): boolean {
  for (let here: string | undefined = name; here !== undefined; here = TYPES.get(here)?.parent) {
    if (here === ancestor) return TYPES.has(name)
  }
  return false
}

/** The properties of a type, those of its ancestors first. */
export function propertiesOf(name: string): readonly (readonly [name: string, property: Property])[] {
  const { parent, properties } = typeDescription(name)
  return [...(parent === undefined ? [] : propertiesOf(parent)), ...Object.entries(properties)]
}
