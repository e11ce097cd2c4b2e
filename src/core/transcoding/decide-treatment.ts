import type { ProjectId } from '../ids.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { UploadTarget } from '../uploads/upload.ts'
import { chooseTreatment, type Treatment, type TreatmentWish } from './treatment.ts'

/**
 * `chooseTreatment` over the project's own profiles and workflows. `wishes` are those of the category and the channel
 * the file goes to, the more specific one first.
 */
export async function decideTreatment(
  tx: Pick<Repositories, 'profiles' | 'workflows'>,
  projectId: ProjectId,
  target: UploadTarget | undefined,
  wishes: readonly TreatmentWish[] = [],
): Promise<Treatment> {
  const profiles = new Map((await tx.profiles.list(projectId)).map(({ key, settings }) => [key, settings]))
  const workflows = new Map((await tx.workflows.list(projectId)).map(({ key, settings }) => [key, settings]))
  return chooseTreatment(target ?? NO_WISH, wishes, {
    profile: (key) => profiles.get(key),
    workflow: (key) => workflows.get(key),
  })
}

const NO_WISH = {
  workflowKey: undefined,
  profileKey: undefined,
  encrypt: false,
  audioOnly: false,
  passthrough: false,
} as const
