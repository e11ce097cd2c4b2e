import type { FastifyBaseLogger } from 'fastify'
import { asKalturaError, KalturaError } from './errors.ts'
import { Call, type Operation, type Redirect, type Surroundings } from './operation.ts'
import { findOperation } from './operations.ts'
import { type CastObject, cast } from './schema/cast.ts'
import { type Result, toWire } from './schema/wire-value.ts'
import { type Origin, openSession } from './session/session.ts'
import type { Located, Outcome, Response } from './transport/outcome.ts'
import { isTree, noParameters, type Parameters, textOf } from './transport/parameters.ts'
import type { Incoming } from './transport/read-request.ts'
import { resolveReferences } from './transport/references.ts'
import { profiled } from './transport/response-profile.ts'

type Context = Surroundings & Readonly<{ origin: Origin; log: FastifyBaseLogger }>

/** Parameters of a multirequest that hold for each call that does not say otherwise. */
const SHARED = ['ks', 'partnerId', 'p', 'clientTag', 'language']

/** Calls beyond these are not looked at. */
const MAX_CALLS = 500

/** Runs what a request asks for: one call, or one after the other, each with an outcome of its own. */
export async function dispatch(context: Context, incoming: Incoming): Promise<Response | Located> {
  if (!incoming.isWhole() && !streamsItsFile(incoming.parameters())) await incoming.files.holdAll()
  const service = textOf(incoming.parameters(), 'service')?.toLowerCase() ?? ''
  if (service === 'multirequest') return { slots: await runAll(context, incoming) }
  return runOne(context, incoming, {
    parameters: () => incoming.parameters(),
    isWhole: () => incoming.isWhole(),
    prefix: '',
  })
}

/** True for a call whose file may stream in although parameters may still follow it: it knows which it can wait for. */
function streamsItsFile(parameters: Parameters): boolean {
  const operation = findOperation(textOf(parameters, 'service') ?? '', textOf(parameters, 'action') ?? '')
  if (typeof operation === 'string' || operation.streamsAfter === undefined) return false
  return ['ks', ...operation.streamsAfter].every((own) => textOf(parameters, own) !== undefined)
}

async function runAll(context: Context, incoming: Incoming): Promise<readonly Outcome[]> {
  const parameters = incoming.parameters()
  const keys = Object.keys(parameters)
    .filter((name) => /^\d{1,4}$/.test(name))
    .map(Number)
  const outcomes: Outcome[] = []
  const last = Math.max(...keys)
  for (let key = Math.min(1, ...keys); key <= last && outcomes.length < MAX_CALLS; key += 1) {
    const own = parameters[String(key)]
    if (own === undefined || !isTree(own)) break
    if (textOf(own, 'service') === undefined || textOf(own, 'action') === undefined) break
    const shared = noParameters()
    for (const name of SHARED) {
      const value = parameters[name]
      if (value !== undefined) shared[name] = value
    }
    const resolved = resolveReferences(Object.assign(shared, own), outcomes)
    const outcome = await runOne(context, incoming, {
      parameters: () => resolved,
      isWhole: () => true,
      prefix: `${key}:`,
    })
    // A file is no part of a list of answers; where it is, is.
    outcomes.push('location' in outcome ? { value: outcome.location } : outcome)
  }
  return outcomes
}

type Source = Readonly<{
  parameters: () => Parameters
  isWhole: () => boolean
  /** Before the names of its files. */
  prefix: string
}>

async function runOne(context: Context, incoming: Incoming, source: Source): Promise<Outcome | Located> {
  try {
    const operation = operationOf(source.parameters())
    const session = await admit(context, operation, source.parameters())
    const takeFile = () => incoming.files.take(`${source.prefix}${operation.file}`)
    const call = new Call(context, operation, { ...source, takeFile }, session)
    call.check()
    const result = await operation.run(call)
    if (isRedirect(result)) return { location: result.redirect }
    return { value: profiled(toWire(result), profileOf(source.parameters())) }
  } catch (error) {
    return { error: shownError(error, context.log) }
  }
}

function isRedirect(result: Result | Redirect): result is Redirect {
  return typeof result === 'object' && result !== null && 'redirect' in result
}

function profileOf(parameters: Parameters): CastObject | undefined {
  const sent = parameters['responseProfile']
  if (sent === undefined || !isTree(sent)) return undefined
  const value = cast('object:KalturaDetachedResponseProfile', sent, 'responseProfile', 'read')
  return value as CastObject
}

function operationOf(parameters: Parameters): Operation {
  const service = textOf(parameters, 'service') ?? ''
  const action = textOf(parameters, 'action') ?? ''
  if (service === '') throw new KalturaError('SERVICE_NOT_SPECIFIED')
  const found = findOperation(service, action)
  if (found === 'no service') throw new KalturaError('SERVICE_DOES_NOT_EXISTS', { SRV_NAME: service.toLowerCase() })
  if (action === '') throw new KalturaError('ACTION_NOT_SPECIFIED')
  if (found === 'no action') {
    const names = { ACTION_NAME: action.toLowerCase(), SERVICE_NAME: service.toLowerCase() }
    throw new KalturaError('ACTION_DOES_NOT_EXISTS', names)
  }
  return found
}

async function admit(context: Context, { service, action, admits }: Operation, parameters: Parameters) {
  if (admits === 'anyone') return undefined
  const name = `${service}->${action}`.toLowerCase()
  const session = await openSession(context.services, parameters, { ...context.origin, name })
  if (admits === 'user' && session.isWidget) throw new KalturaError('SERVICE_FORBIDDEN', { SERVICE: name })
  return session
}

/** Bugs are logged here, once, and shown as the vendor shows its own. */
export function shownError(error: unknown, log: FastifyBaseLogger): KalturaError {
  const known = asKalturaError(error)
  if (known !== undefined) return known
  log.error({ err: error }, 'unexpected error')
  return new KalturaError('INTERNAL_SERVERL_ERROR')
}
