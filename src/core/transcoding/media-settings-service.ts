import { DomainError } from '../errors.ts'
import { newId, type ProjectId, parseId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import { assertImage, type Image } from './image.ts'
import { assertKeyAndName, assertProfile, BUILT_IN_PROFILES, type ProfileSettings, refused } from './profile.ts'
import { assertWorkflow, BUILT_IN_WORKFLOWS, type WorkflowSettings } from './workflow.ts'

/** A profile or a workflow as it is shown: `isBuiltIn` while the project has not put its own in its place. */
export type Named<Settings> = Readonly<{ key: string; name: string; settings: Settings; isBuiltIn: boolean }>
export type NamedProfile = Named<ProfileSettings>
export type NamedWorkflow = Named<WorkflowSettings>

type Parts = Readonly<{ work: UnitOfWork; clock: Clock; random: Random }>

const MAX_OWN = 200
const MAX_IMAGES = 100

/** What a project may say about how its files are treated: profiles, workflows, and the pictures they draw. */
export class MediaSettingsService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The built-in ones and the project's own, by key. */
  async listProfiles(projectId: ProjectId): Promise<readonly NamedProfile[]> {
    return merged(BUILT_IN_PROFILES, await this.#parts.work.read.profiles.list(projectId))
  }

  /** Throws not_found. */
  async getProfile(projectId: ProjectId, key: string): Promise<NamedProfile> {
    return found(BUILT_IN_PROFILES, await this.#parts.work.read.profiles.find(projectId, key), key, 'profile')
  }

  /** Makes or replaces the project's profile of that key. What is under way is not changed by it. Throws invalid_argument. */
  async putProfile(
    projectId: ProjectId,
    key: string,
    { name, settings }: Readonly<{ name: string; settings: ProfileSettings }>,
  ): Promise<NamedProfile> {
    assertKeyAndName(key, name)
    assertProfile(settings)
    const { work, clock, random } = this.#parts
    const nowMs = clock.now()
    const id = newId('profile', nowMs, random)
    await work.transaction(async (tx) => {
      assertRoom((await tx.profiles.list(projectId)).filter((own) => own.key !== key).length)
      await tx.profiles.put({ id, projectId, key, name, settings, createdAtMs: nowMs, updatedAtMs: nowMs })
    })
    return { key, name, settings, isBuiltIn: false }
  }

  /** Of a built-in one's key: it is what it was again. Throws not_found where the project has none of its own. */
  async deleteProfile(projectId: ProjectId, key: string): Promise<void> {
    if (!(await this.#parts.work.read.profiles.delete(projectId, key))) throw notFound('profile')
  }

  async listWorkflows(projectId: ProjectId): Promise<readonly NamedWorkflow[]> {
    return merged(BUILT_IN_WORKFLOWS, await this.#parts.work.read.workflows.list(projectId))
  }

  async getWorkflow(projectId: ProjectId, key: string): Promise<NamedWorkflow> {
    return found(BUILT_IN_WORKFLOWS, await this.#parts.work.read.workflows.find(projectId, key), key, 'workflow')
  }

  /** As `putProfile`. Throws invalid_argument, also when the profile or the picture that it names does not exist. */
  async putWorkflow(
    projectId: ProjectId,
    key: string,
    { name, settings }: Readonly<{ name: string; settings: WorkflowSettings }>,
  ): Promise<NamedWorkflow> {
    assertKeyAndName(key, name)
    assertWorkflow(settings)
    const { work, clock, random } = this.#parts
    const nowMs = clock.now()
    const id = newId('workflow', nowMs, random)
    await work.transaction(async (tx) => {
      assertRoom((await tx.workflows.list(projectId)).filter((own) => own.key !== key).length)
      const { profileKey, watermark } = settings
      if (profileKey !== undefined && BUILT_IN_PROFILES[profileKey] === undefined) {
        if ((await tx.profiles.find(projectId, profileKey)) === undefined) {
          throw refused('profileKey', `There is no profile "${profileKey}".`)
        }
      }
      if (watermark?.kind === 'image' && (await tx.images.get(projectId, watermark.imageId)) === undefined) {
        throw refused('watermark.imageId', 'There is no such picture.')
      }
      await tx.workflows.put({ id, projectId, key, name, settings, createdAtMs: nowMs, updatedAtMs: nowMs })
    })
    return { key, name, settings, isBuiltIn: false }
  }

  async deleteWorkflow(projectId: ProjectId, key: string): Promise<void> {
    if (!(await this.#parts.work.read.workflows.delete(projectId, key))) throw notFound('workflow')
  }

  /** Keeps a picture for watermarks. Throws invalid_argument for what is no PNG or JPEG of a fitting size. */
  async addImage(projectId: ProjectId, bytes: Uint8Array): Promise<Image> {
    const { work, clock, random } = this.#parts
    const nowMs = clock.now()
    const contentType = assertImage(bytes)
    const id = newId('image', nowMs, random)
    const image: Image = { id, projectId, contentType, sizeBytes: bytes.length, createdAtMs: nowMs }
    await work.transaction(async (tx) => {
      if ((await tx.images.list(projectId)).length >= MAX_IMAGES) {
        throw new DomainError('quota_exceeded', `A project keeps at most ${MAX_IMAGES} pictures.`)
      }
      await tx.images.insert(image, bytes)
    })
    return image
  }

  listImages(projectId: ProjectId): Promise<readonly Image[]> {
    return this.#parts.work.read.images.list(projectId)
  }

  /** Workflows that name it go on without a watermark. Throws not_found. */
  async deleteImage(projectId: ProjectId, id: string): Promise<void> {
    const imageId = parseId('image', id)
    const isGone = imageId !== undefined && (await this.#parts.work.read.images.delete(projectId, imageId))
    if (!isGone) throw notFound('picture')
  }
}

type BuiltIn<Settings> = Readonly<Record<string, Readonly<{ name: string; settings: Settings }>>>
type Own<Settings> = Readonly<{ key: string; name: string; settings: Settings }>

function merged<Settings>(builtIn: BuiltIn<Settings>, own: readonly Own<Settings>[]): Named<Settings>[] {
  const all = new Map<string, Named<Settings>>()
  for (const [key, { name, settings }] of Object.entries(builtIn))
    all.set(key, { key, name, settings, isBuiltIn: true })
  for (const { key, name, settings } of own) all.set(key, { key, name, settings, isBuiltIn: false })
  return [...all.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

function found<Settings>(
  builtIn: BuiltIn<Settings>,
  own: Own<Settings> | undefined,
  key: string,
  what: string,
): Named<Settings> {
  const [one] = merged(
    Object.hasOwn(builtIn, key) ? { [key]: builtIn[key] as BuiltIn<Settings>[string] } : {},
    own ? [own] : [],
  )
  if (one === undefined) throw notFound(what)
  return one
}

function assertRoom(others: number): void {
  if (others >= MAX_OWN) throw new DomainError('quota_exceeded', `A project has at most ${MAX_OWN} of its own.`)
}

function notFound(what: string): DomainError {
  return new DomainError('not_found', `No such ${what}.`)
}
