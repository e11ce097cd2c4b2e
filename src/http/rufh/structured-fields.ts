import type { FastifyRequest } from 'fastify'

/**
 * Items of RFC 9651, as far as this protocol has them. A field of another form counts as not sent, as the protocol
 * demands; parameters are allowed and mean nothing.
 */

export function booleanField(request: FastifyRequest, name: string): boolean | undefined {
  const item = bareItem(request, name)
  return item === '?1' ? true : item === '?0' ? false : undefined
}

/** A whole number from 0 on. */
export function integerField(request: FastifyRequest, name: string): number | undefined {
  const item = bareItem(request, name)
  return item !== undefined && /^\d{1,15}$/.test(item) ? Number(item) : undefined
}

export function formatBoolean(value: boolean): string {
  return value ? '?1' : '?0'
}

const PARAMETERS = /^([^;]*?)(?: *; *[a-z*][a-z0-9_.*-]*(?:=[^;]*)?)*$/

function bareItem(request: FastifyRequest, name: string): string | undefined {
  const text = request.headers[name.toLowerCase()]
  return typeof text === 'string' ? PARAMETERS.exec(text.trim())?.[1] : undefined
}
