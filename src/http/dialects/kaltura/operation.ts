import type { Random } from '../../../core/ports/random.ts'
import type { Services } from '../../services.ts'
import { KalturaError } from './errors.ts'
import { type CastObject, type CastValue, cast, type Purpose } from './schema/cast.ts'
import type { ValueType } from './schema/property.ts'
import type { Result } from './schema/wire-value.ts'
import type { Session } from './session/session.ts'
import type { IncomingFile } from './transport/incoming-files.ts'
import type { Parameters } from './transport/parameters.ts'

/** What every operation works with. */
export type Surroundings = Readonly<{
  services: Services
  random: Random
  /** How long a final chunk waits for others that are still on their way, in milliseconds. */
  finalChunkWaitMs: number
  /** Content types that may be uploaded (`video/*` is a pattern); empty means any. */
  fileTypes: readonly string[]
  /** Other content of an entry plays when somebody approves it, not as soon as it can. */
  replacementsNeedApproval: boolean
}>

export type OperationParameter = Readonly<{
  name: string
  type: ValueType
  /** Present: the parameter may be left out. */
  default?: CastValue
  /** What an object is for: `add` refuses what only the server sets. */
  purpose?: Purpose
}>

/**
 * Who may call: `anyone` needs no session, `session` any, `user` one that is not a player's.
 */
export type Admission = 'anyone' | 'session' | 'user'

/** One action of one service. Names are compared without case. */
export type Operation = Readonly<{
  service: string
  action: string
  admits: Admission
  parameters: readonly OperationParameter[]
  /** The parameter that is a file; must be there. */
  file?: string
  /** Besides `ks`, the parameters that have to be known before the file may stream in; without it, all of them have. */
  streamsAfter?: readonly string[]
  run(call: Call): Promise<Result | Redirect>
}>

/** Of an operation that answers with a file: where it is. */
export type Redirect = Readonly<{ redirect: string }>

type Source = Readonly<{
  parameters: () => Parameters
  isWhole: () => boolean
  takeFile: () => Promise<IncomingFile | undefined>
}>

/** One call on its way through an operation. Parameters are cast when they are asked for: some come behind a file. */
export class Call {
  readonly surroundings: Surroundings
  readonly #operation: Operation
  readonly #source: Source
  readonly #session: Session | undefined

  constructor(surroundings: Surroundings, operation: Operation, source: Source, session: Session | undefined) {
    this.surroundings = surroundings
    this.#operation = operation
    this.#source = source
    this.#session = session
  }

  get services(): Services {
    return this.surroundings.services
  }

  /** Of an operation that needs one. */
  get session(): Session {
    if (this.#session === undefined) throw new Error('this operation admits calls without a session')
    return this.#session
  }

  /** Throws what is wrong with the parameters that are known. */
  check(): void {
    for (const parameter of this.#operation.parameters) this.#value(parameter)
  }

  /** True once nothing more can come. */
  isWhole(): boolean {
    return this.#source.isWhole()
  }

  /** True when the request itself says something about this parameter. */
  states(name: string): boolean {
    return this.#source.parameters()[name] !== undefined
  }

  text(name: string): string {
    const value = this.#named(name)
    return typeof value === 'string' ? value : ''
  }

  number(name: string): number {
    const value = this.#named(name)
    return typeof value === 'number' ? value : 0
  }

  flag(name: string): boolean {
    return this.#named(name) === true
  }

  object(name: string): CastObject | undefined {
    const value = this.#named(name)
    return typeof value === 'object' && value !== null && 'objectType' in value ? value : undefined
  }

  list(name: string): readonly CastObject[] {
    const value = this.#named(name)
    return Array.isArray(value) ? value : []
  }

  /** Throws MISSING_MANDATORY_PARAMETER when the request has none. */
  async file(): Promise<IncomingFile> {
    const { file } = this.#operation
    if (file === undefined) throw new Error('this operation takes no file')
    const taken = await this.#source.takeFile()
    if (taken === undefined) throw new KalturaError('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: file })
    return taken
  }

  #named(name: string): CastValue {
    const parameter = this.#operation.parameters.find((own) => own.name === name)
    if (parameter === undefined) throw new Error(`the operation has no parameter ${name}`)
    return this.#value(parameter)
  }

  #value(parameter: OperationParameter): CastValue {
    const { name, type, purpose = 'read' } = parameter
    const sent = this.#source.parameters()[name]
    const isAbsent = sent === undefined || sent === null || (sent === '' && type.startsWith('object:'))
    if (!isAbsent) return cast(type, sent, name, purpose)
    if ('default' in parameter) return parameter.default
    throw new KalturaError('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: name })
  }
}
