import { type Static, Type } from 'typebox'
import { Text } from '../text-schema.ts'

export const SignInSchema = Type.Object(
  {
    login: Text({ maxLength: 200 }),
    password: Type.String({ minLength: 1, maxLength: 1_024 }),
  },
  {
    $id: 'SignIn',
    additionalProperties: false,
    examples: [{ login: 'admin', password: 'what the first start printed' }],
  },
)

export const SessionSchema = Type.Object(
  {
    login: Type.String(),
    project: Type.Object({ id: Type.String(), name: Type.String() }),
  },
  {
    $id: 'Session',
    description: 'Who is signed in',
    examples: [{ login: 'admin', project: { id: 'prj_01k0example000000000000000', name: 'default' } }],
  },
)

export type SignIn = Static<typeof SignInSchema>
export type Session = Static<typeof SessionSchema>
export const SignInRef = Type.Unsafe<SignIn>({ $ref: 'SignIn#' })
export const SessionRef = Type.Unsafe<Session>({ $ref: 'Session#' })
