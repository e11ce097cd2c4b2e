import { any, list, readOnly, type TypeDescription } from '../property.ts'

export const SESSION_TYPES = {
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
