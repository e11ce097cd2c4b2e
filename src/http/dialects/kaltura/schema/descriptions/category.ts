import { any, comparisons, insertOnly, list, RANGE, readOnly, type TypeDescription, WORDS } from '../property.ts'

export const CATEGORY_TYPES = {
  KalturaCategory: {
    properties: {
      id: readOnly('int'),
      parentId: insertOnly('int'),
      depth: readOnly('int'),
      partnerId: readOnly('int'),
      name: any('string', { minLength: 1, maxLength: 60 }),
      description: any('string', { maxLength: 4_096 }),
      tags: any('string', { maxLength: 4_096 }),
      referenceId: any('string', { maxLength: 512 }),
      partnerData: any('string', { maxLength: 4_096 }),
      fullName: readOnly('string'),
      fullIds: readOnly('string'),
      directEntriesCount: readOnly('int'),
      directSubCategoriesCount: readOnly('int'),
      partnerSortValue: any('int'),
      status: readOnly('int'),
      createdAt: readOnly('time'),
      updatedAt: readOnly('time'),
    },
  },
  KalturaCategoryFilter: {
    properties: {
      freeText: any('string'),
      ...comparisons({
        id: ['int', 'Equal', 'In', 'NotIn'],
        parentId: ['int', 'Equal', 'In'],
        depth: ['int', 'Equal'],
        name: ['string', 'Equal'],
        tags: ['string', ...WORDS],
        referenceId: ['string', 'Equal'],
        partnerSortValue: ['int', ...RANGE],
        fullName: ['string', 'Equal', 'StartsWith', 'In'],
        fullIds: ['string', 'Equal', 'StartsWith'],
        nameOrReferenceId: ['string', 'StartsWith'],
        ancestorId: ['string', 'In'],
        status: ['int', 'Equal', 'In'],
        createdAt: ['time', ...RANGE],
        updatedAt: ['time', ...RANGE],
      }),
    },
  },
  KalturaCategoryListResponse: list('KalturaCategory'),
  KalturaCategoryEntry: {
    properties: {
      categoryId: insertOnly('int', { isRequired: true }),
      entryId: insertOnly('string', { isRequired: true }),
      categoryFullIds: readOnly('string'),
      status: readOnly('int'),
      creatorUserId: readOnly('string'),
    },
  },
  KalturaCategoryEntryFilter: {
    properties: comparisons({
      categoryId: ['int', 'Equal', 'In'],
      entryId: ['string', 'Equal', 'In'],
      status: ['int', 'Equal', 'In'],
      categoryFullIds: ['string', 'StartsWith'],
      createdAt: ['time', ...RANGE],
    }),
  },
  KalturaCategoryEntryListResponse: list('KalturaCategoryEntry'),
} as const satisfies Record<string, TypeDescription>
