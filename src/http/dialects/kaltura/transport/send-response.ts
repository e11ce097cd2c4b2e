import type { FastifyReply } from 'fastify'
import { KalturaError } from '../errors.ts'
import type { Located, Response } from './outcome.ts'
import { type Parameters, textOf } from './parameters.ts'
import { toJson } from './to-json.ts'
import { toPhp } from './to-php.ts'
import { toXml } from './to-xml.ts'

type Options = Readonly<{ parameters: Parameters; executionTimeS: number }>

const CALLBACK = /^[0-9a-zA-Z_.]{1,255}$/

/** Answers in the format the request asks for; always with status 200, since these clients read errors in the body. */
export function sendResponse(
  reply: FastifyReply,
  response: Response | Located,
  { parameters, executionTimeS }: Options,
) {
  if ('location' in response) return reply.redirect(response.location, 302)
  reply.code(200)
  const format = Number.parseInt(textOf(parameters, 'format') ?? '2', 10)
  if (format === 1) return reply.type('application/json').send(toJson(response))
  if (format === 9) {
    const callback = textOf(parameters, 'callback') ?? ''
    if (CALLBACK.test(callback)) {
      return reply.type('application/javascript').send(`${callback}(${inScript(toJson(response))});`)
    }
  }
  if (format === 3) return reply.type('text/html; charset=utf-8').send(toPhp(response))
  const shown =
    format === 2
      ? response
      : { error: new KalturaError('UNKNOWN_RESPONSE_FORMAT', { FORMAT: textOf(parameters, 'format') ?? '' }) }
  const omitsNull = ['1', 'true'].includes((textOf(parameters, 'ignoreNull') ?? '').toLowerCase())
  return reply.type('text/xml').send(toXml(shown, { executionTimeS, omitsNull }))
}

/** JSON that old JavaScript engines read as a literal. */
function inScript(json: string): string {
  return json.replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
}
