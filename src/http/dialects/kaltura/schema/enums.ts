/** Values of the enumerations whose members we check. */
export const ENUMS = {
  KalturaUploadTokenStatus: [0, 1, 2, 3, 4, 5],
  KalturaMediaType: [1, 2, 5, 201, 202, 203, 204],
  KalturaSessionType: [0, 2],
  KalturaAppTokenStatus: [1, 2, 3],
  KalturaAppTokenHashType: ['MD5', 'SHA1', 'SHA256', 'SHA512'],
  KalturaUploadTokenOrderBy: ['+createdAt', '-createdAt'],
  KalturaCaptionType: ['1', '2', '3', '4', '5'],
  KalturaThumbCropType: [1, 2, 3, 4, 5],
  KalturaResponseProfileType: [1, 2],
  KalturaResponseType: [1, 2, 3],
  KalturaHttpNotificationMethod: [1, 2, 3, 4],
  KalturaSecureHashingAlgo: [1, 2, 3],
  KalturaEventNotificationTemplateStatus: [1, 2],
  KalturaBaseEntryCloneOptions: [
    ...['1', '2', '3', '4', '5', '6', '7'],
    'adCuePoint.AD_CUE_POINTS',
    'annotation.ANNOTATION_CUE_POINTS',
    'codeCuePoint.CODE_CUE_POINTS',
    'sessionCuePoint.SESSION_CUE_POINTS',
    'thumbCuePoint.THUMB_CUE_POINTS',
  ],
  KalturaCloneComponentSelectorType: ['0', '1'],
} as const satisfies Record<string, readonly (number | string)[]>

export type EnumName = keyof typeof ENUMS
