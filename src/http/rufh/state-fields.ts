import { DomainError } from '../../core/errors.ts'
import { forbidsStateFields } from './interop.ts'
import type { RufhExchange } from './upload-resource.ts'

/** Throws invalid_argument where a draft forbids fields of the upload's state in a request that changes none. */
export function assertNoStateFields({ request, interop }: RufhExchange): void {
  if (!forbidsStateFields(interop)) return
  const name = ['upload-offset', 'upload-complete', 'upload-incomplete', 'upload-length'].find(
    (field) => request.headers[field] !== undefined,
  )
  if (name !== undefined) throw new DomainError('invalid_argument', `This request may not carry ${name}.`)
}
