import { DomainError, isDomainError } from '../errors.ts'
import type { ProjectId } from '../ids.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'

const TRIES = 10

/** What dialects call our things. A thing made elsewhere gets its name in a dialect when it is first shown there. */
export class ExternalNames {
  readonly #work: UnitOfWork

  constructor({ work }: Readonly<{ work: UnitOfWork }>) {
    this.#work = work
  }

  /** The subject a key names in this project; throws not_found. */
  async subjectOf(projectId: ProjectId, namespace: string, key: string): Promise<string> {
    const entry = await this.#work.read.externalKeys.find(namespace, key, projectId)
    if (entry === undefined) throw new DomainError('not_found', `Nothing is called ${key} here.`)
    return entry.subjectId
  }

  /**
   * The key of each subject. One that has none gets what `make` returns, for good; `make` is called again when that is
   * taken. Subjects are the project's own; the caller has seen to that.
   */
  async ensure(
    projectId: ProjectId,
    namespace: string,
    subjectIds: readonly string[],
    make: (subjectId: string) => string,
  ): Promise<ReadonlyMap<string, string>> {
    const known = await this.#work.read.externalKeys.keysOf(namespace, subjectIds)
    const missing = subjectIds.filter((id) => !known.has(id))
    if (missing.length === 0) return known
    const all = new Map(known)
    for (const subjectId of new Set(missing)) {
      all.set(subjectId, await this.#name(projectId, namespace, subjectId, make))
    }
    return all
  }

  async #name(
    projectId: ProjectId,
    namespace: string,
    subjectId: string,
    make: (subjectId: string) => string,
  ): Promise<string> {
    for (let tries = 1; ; tries++) {
      const key = make(subjectId)
      try {
        return await this.#work.transaction(async (tx) => {
          // Somebody else may have been asked at the same time; where both insert, two keys name it, and both work.
          const known = await tx.externalKeys.keyOf(namespace, subjectId)
          if (known !== undefined) return known
          await tx.externalKeys.insert({ projectId, namespace, key, subjectId })
          return key
        })
      } catch (error) {
        if (tries >= TRIES || !isDomainError(error, 'state_conflict')) throw error
      }
    }
  }
}
