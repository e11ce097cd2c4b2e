import type { KalturaError } from '../errors.ts'
import type { WireValue } from '../schema/wire-value.ts'

/** How one call ended. */
export type Outcome = Readonly<{ value: WireValue } | { error: KalturaError }>

/** How a request ended: one call, or all calls of a multirequest. */
export type Response = Outcome | Readonly<{ slots: readonly Outcome[] }>

/** The answer is a file, which is there. */
export type Located = Readonly<{ location: string }>
