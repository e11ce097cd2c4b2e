import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { DomainError } from '../core/errors.ts'

const SHOWN_MISTAKES = 10

/**
 * Checks the requests of this (encapsulated) plugin against their schemas as they are: no value of a JSON body is
 * turned into another type and unknown members are not dropped in silence. Whole numbers in paths and queries, which
 * can only be text, are read as numbers. Mistakes are invalid_argument, all of them in `details.errors`.
 */
export function validateStrictly(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const resolved = resolve(app, schema as TSchema)
    let validator: ReturnType<typeof Compile> | undefined
    return (value: unknown) => {
      // Most of a server's routes are not asked in its first minute, and compiling all of them takes a while.
      validator ??= Compile(resolved)
      const read = httpPart === 'body' ? value : readNumbers(resolved, value)
      if (validator.Check(read)) return { value: read }
      return { error: invalid(httpPart ?? 'request', validator.Errors(read)) }
    }
  })
}

function resolve(app: FastifyInstance, schema: TSchema): TSchema {
  const reference = '$ref' in schema && typeof schema.$ref === 'string' ? schema.$ref.replace('#', '') : undefined
  return reference === undefined ? schema : (app.getSchema(reference) as TSchema)
}

function readNumbers(schema: TSchema, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('properties' in schema)) return value
  const properties = schema.properties as Readonly<Record<string, { type?: string }>>
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      const isNumber = properties[name]?.type === 'integer' && typeof text === 'string' && /^\d{1,16}$/.test(text)
      return [name, isNumber ? Number(text) : text]
    }),
  )
}

type Mistake = Readonly<{ keyword: string; instancePath: string; message: string; params: object }>

function invalid(httpPart: string, mistakes: readonly Mistake[]): DomainError {
  const errors = mistakes
    .filter(({ keyword }) => keyword !== 'boolean')
    .slice(0, SHOWN_MISTAKES)
    .map((mistake) => describe(httpPart, mistake))
  return new DomainError('invalid_argument', `${errors.join('; ')}.`, { details: { errors } })
}

function describe(httpPart: string, { keyword, instancePath, message, params }: Mistake): string {
  const where = instancePath === '' ? `the ${httpPart}` : instancePath.slice(1).replaceAll('/', '.')
  if (keyword === 'additionalProperties' && 'additionalProperties' in params) {
    return `${where} has unknown members: ${String(params.additionalProperties)}`
  }
  return `${where} ${message}`
}
