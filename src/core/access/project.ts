import type { ApiKeyId, ProjectId, UserId } from '../ids.ts'

/** A tenant. Owns API keys, dialect credentials and everything below. */
export type Project = Readonly<{ id: ProjectId; name: string; createdAtMs: number }>

export type ApiKey = Readonly<{
  id: ApiKeyId
  projectId: ProjectId
  name: string
  /** The last characters, to recognise it by. */
  hint: string
  createdAtMs: number
  revokedAtMs: number | undefined
}>

/** A person who signs in to the console. */
export type User = Readonly<{
  id: UserId
  projectId: ProjectId
  login: string
  passwordHash: string
  createdAtMs: number
}>

/**
 * A project's credential in one dialect. `lookup` is what a request shows and the row is found by: a public name
 * (partner id, access key) or the SHA-256 of a secret one. `secrets` are sealed at rest.
 */
export type DialectCredential = Readonly<{
  projectId: ProjectId
  dialect: string
  lookup: string
  secrets: Readonly<Record<string, string>>
}>
