import type { PullService } from '../core/uploads/pull-service.ts'
import type { JobHandler } from './worker-pool.ts'

/** Gets an upload's file from its address, from where an earlier attempt ended. */
export function pullHandler({ pulls }: Readonly<{ pulls: PullService }>): JobHandler<'pull'> {
  return (job, attempt) => pulls.attempt(job, attempt)
}
