/**
 * The vendor's object types as data: what each property is and who may set it. Casting, validating and serialising all
 * follow these descriptions. Source: docs/dialects/kaltura.md#types.
 */
import { ASSET_TYPES } from './descriptions/asset.ts'
import { CATEGORY_TYPES } from './descriptions/category.ts'
import { ENTRY_TYPES } from './descriptions/entry.ts'
import { NOTIFICATION_TYPES } from './descriptions/notification.ts'
import { SESSION_TYPES } from './descriptions/session.ts'
import { THUMB_TYPES } from './descriptions/thumb.ts'
import { UPLOAD_TOKEN_TYPES } from './descriptions/upload-token.ts'
import type { Property, TypeDescription } from './property.ts'

const DESCRIPTIONS = {
  ...UPLOAD_TOKEN_TYPES,
  ...ENTRY_TYPES,
  ...ASSET_TYPES,
  ...THUMB_TYPES,
  ...CATEGORY_TYPES,
  ...NOTIFICATION_TYPES,
  ...SESSION_TYPES,
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
  const own = new Map(parent === undefined ? [] : propertiesOf(parent))
  for (const [property, description] of Object.entries(properties)) own.set(property, description)
  return [...own]
}
