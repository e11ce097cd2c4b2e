import { any, readOnly, type TypeDescription } from '../property.ts'

/** How a picture is taken, cut and sized. */
export const THUMB_TYPES = {
  KalturaThumbParams: {
    properties: {
      id: readOnly('int'),
      partnerId: readOnly('int'),
      name: any('string'),
      systemName: any('string'),
      description: any('string'),
      tags: any('string'),
      cropType: any('enum:KalturaThumbCropType'),
      quality: any('int'),
      cropX: any('int'),
      cropY: any('int'),
      cropWidth: any('int'),
      cropHeight: any('int'),
      videoOffset: any('float'),
      width: any('int'),
      height: any('int'),
      scaleWidth: any('float'),
      scaleHeight: any('float'),
      backgroundColor: any('string'),
      sourceParamsId: any('int'),
      format: any('string'),
      density: any('int'),
      stripProfiles: any('bool'),
      videoOffsetInPercentage: any('int'),
    },
  },
  KalturaThumbnailServeOptions: { properties: { download: any('bool'), referrer: any('string') } },
} as const satisfies Record<string, TypeDescription>
