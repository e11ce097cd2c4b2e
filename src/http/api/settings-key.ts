import { Type } from 'typebox'

/** Names a workflow or a profile. */
export function SettingsKey(description: string) {
  return Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', description: `${description}, by its key` })
}

export function LanguageTag(description: string) {
  return Type.String({ pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$', description })
}
