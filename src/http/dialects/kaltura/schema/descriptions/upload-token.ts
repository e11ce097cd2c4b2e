import { any, insertOnly, list, readOnly, type TypeDescription } from '../property.ts'

export const UPLOAD_TOKEN_TYPES = {
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
} as const satisfies Record<string, TypeDescription>
