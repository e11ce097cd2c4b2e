import { any, comparisons, insertOnly, list, RANGE, readOnly, type TypeDescription } from '../property.ts'

export const NOTIFICATION_TYPES = {
  KalturaEventNotificationTemplate: {
    isAbstract: true,
    properties: {
      id: readOnly('int'),
      partnerId: readOnly('int'),
      name: any('string', { maxLength: 127, isRequired: true }),
      systemName: any('string', { maxLength: 127 }),
      description: any('string', { maxLength: 1_024 }),
      type: insertOnly('string'),
      status: readOnly('int'),
      createdAt: readOnly('time'),
      updatedAt: readOnly('time'),
      manualDispatchEnabled: any('bool'),
      automaticDispatchEnabled: any('bool'),
      eventType: any('string', { isRequired: true }),
      eventObjectType: any('string', { isRequired: true }),
      eventConditions: any('array:KalturaCondition'),
      contentParameters: any('array:KalturaEventNotificationParameter'),
    },
  },
  KalturaHttpNotificationTemplate: {
    parent: 'KalturaEventNotificationTemplate',
    properties: {
      url: any('string', { maxLength: 2_048, isRequired: true }),
      method: any('enum:KalturaHttpNotificationMethod'),
      data: any('object:KalturaHttpNotificationData'),
      timeout: any('int'),
      connectTimeout: any('int'),
      username: any('string', { maxLength: 256 }),
      password: any('string', { maxLength: 256 }),
      authenticationMethod: any('int'),
      customHeaders: any('array:KalturaKeyValue'),
      secureHashingAlgo: any('enum:KalturaSecureHashingAlgo'),
      signSecret: any('string', { maxLength: 256 }),
    },
  },
  /** What of an object must have changed. Conditions that are programs are not run here. */
  KalturaCondition: { isAbstract: true, properties: {} },
  KalturaEventObjectChangedCondition: {
    parent: 'KalturaCondition',
    properties: { modifiedColumns: any('string', { maxLength: 1_024 }) },
  },
  KalturaStringValue: { properties: { value: any('string', { maxLength: 65_536 }) } },
  KalturaEventNotificationParameter: {
    properties: {
      key: any('string', { isRequired: true, maxLength: 256 }),
      value: any('object:KalturaStringValue'),
    },
  },
  KalturaKeyValue: {
    properties: { key: any('string', { maxLength: 256 }), value: any('string', { maxLength: 4_096 }) },
  },
  KalturaHttpNotificationData: { isAbstract: true, properties: {} },
  KalturaHttpNotificationObjectData: {
    parent: 'KalturaHttpNotificationData',
    properties: { apiObjectType: any('string'), format: any('enum:KalturaResponseType'), ignoreNull: any('bool') },
  },
  KalturaHttpNotificationDataFields: { parent: 'KalturaHttpNotificationData', properties: {} },
  KalturaHttpNotificationDataText: {
    parent: 'KalturaHttpNotificationData',
    properties: { content: any('object:KalturaStringValue') },
  },
  KalturaEventNotificationTemplateFilter: {
    properties: comparisons({
      id: ['int', 'Equal', 'In'],
      systemName: ['string', 'Equal', 'In'],
      status: ['int', 'Equal', 'In'],
      createdAt: ['time', ...RANGE],
    }),
  },
  KalturaHttpNotificationTemplateFilter: { parent: 'KalturaEventNotificationTemplateFilter', properties: {} },
  KalturaEventNotificationTemplateListResponse: list('KalturaEventNotificationTemplate'),
  KalturaHttpNotification: {
    properties: {
      object: readOnly('object:KalturaObjectBase'),
      eventObjectType: readOnly('int'),
      eventNotificationJobId: readOnly('float'),
      templateId: readOnly('int'),
      templateName: readOnly('string'),
      templateSystemName: readOnly('string'),
      eventType: readOnly('int'),
    },
  },
} as const satisfies Record<string, TypeDescription>
