import type { ProjectId } from '../ids.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import { BUILT_IN_PROFILES, refused } from './profile.ts'
import type { TreatmentWish } from './treatment.ts'
import { BUILT_IN_WORKFLOWS } from './workflow.ts'

/** Throws invalid_argument, naming the setting, where a wish names a workflow or a profile that the project has not. */
export async function assertWish(
  tx: Pick<Repositories, 'profiles' | 'workflows'>,
  projectId: ProjectId,
  { workflowKey, profileKey }: TreatmentWish,
): Promise<void> {
  if (workflowKey !== undefined && !Object.hasOwn(BUILT_IN_WORKFLOWS, workflowKey)) {
    const own = await tx.workflows.find(projectId, workflowKey)
    if (own === undefined) throw refused('workflow', `There is no workflow "${workflowKey}".`)
  }
  if (profileKey !== undefined && !Object.hasOwn(BUILT_IN_PROFILES, profileKey)) {
    const own = await tx.profiles.find(projectId, profileKey)
    if (own === undefined) throw refused('profile', `There is no profile "${profileKey}".`)
  }
}
