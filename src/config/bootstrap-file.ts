import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { FirstProject } from '../core/access/first-project.ts'

const Secret = Type.String({ minLength: 8, maxLength: 512 })
const Name = Type.String({ minLength: 1, maxLength: 200 })

const BootstrapFile = Type.Object(
  {
    project: Type.Optional(Name),
    apiKey: Type.Optional(Type.String({ minLength: 16, maxLength: 512, pattern: '^[\\x21-\\x7e]+$' })),
    admin: Type.Optional(
      Type.Object({ login: Type.Optional(Name), password: Type.Optional(Secret) }, { additionalProperties: false }),
    ),
    kollus: Type.Optional(
      Type.Object(
        {
          accessToken: Type.Optional(Secret),
          serviceAccountKey: Type.Optional(Name),
          securityKey: Type.Optional(Secret),
          customKey: Type.Optional(Secret),
        },
        { additionalProperties: false },
      ),
    ),
    kaltura: Type.Optional(
      Type.Object(
        {
          partnerId: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
          adminSecret: Type.Optional(Secret),
          userSecret: Type.Optional(Secret),
        },
        { additionalProperties: false },
      ),
    ),
    cloudv: Type.Optional(
      Type.Object(
        { accessKey: Type.Optional(Secret), secretKey: Type.Optional(Secret), bucket: Type.Optional(Name) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

/** Reads the text of a bootstrap file. Every mistake is pushed to `problems`, without quoting any value. */
export function parseBootstrapFile(text: string, problems: string[]): FirstProject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    problems.push('REELDOCK_BOOTSTRAP: the file is not valid JSON.')
    return {}
  }
  if (Value.Check(BootstrapFile, value)) return value satisfies Static<typeof BootstrapFile>
  for (const { instancePath, message } of Value.Errors(BootstrapFile, value)) {
    problems.push(
      `REELDOCK_BOOTSTRAP: ${instancePath === '' ? 'the file' : instancePath.slice(1).replaceAll('/', '.')} ${message}.`,
    )
  }
  return {}
}
