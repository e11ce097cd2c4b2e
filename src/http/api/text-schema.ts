import { Type } from 'typebox'

/** Text for people: anything but control characters, which no name needs and a database may refuse. Not empty. */
export function Text(options: Readonly<{ maxLength: number; description?: string }>) {
  return Type.String({ minLength: 1, pattern: '^[^\\u0000-\\u001f\\u007f]*$', ...options })
}
