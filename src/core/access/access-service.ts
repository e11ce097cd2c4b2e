import { DomainError } from '../errors.ts'
import { newId, type ProjectId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import { hashPassword, verifyPassword } from './password.ts'
import type { ApiKey, DialectCredential, Project, User } from './project.ts'
import { secretHash } from './sealing.ts'

const SESSION_MS = 12 * 60 * 60 * 1000

export type SignedIn = Readonly<{ user: User; project: Project }>

/** Who may do what: API keys, console sessions, dialect credentials. */
export class AccessService {
  readonly #parts: Readonly<{ work: UnitOfWork; clock: Clock; random: Random }>

  constructor(parts: Readonly<{ work: UnitOfWork; clock: Clock; random: Random }>) {
    this.#parts = parts
  }

  /** The project an API key belongs to. Throws unauthenticated for anything else than a live key. */
  async projectOfApiKey(apiKey: string): Promise<ProjectId> {
    const key = await this.#parts.work.read.apiKeys.findByHash(secretHash(apiKey))
    if (key === undefined) throw new DomainError('unauthenticated', 'The API key is not valid.')
    return key.projectId
  }

  /** A new key; the secret is returned this once. */
  async createApiKey(projectId: ProjectId, name: string): Promise<Readonly<{ key: ApiKey; secret: string }>> {
    const { work, clock, random } = this.#parts
    const secret = newApiKeySecret(random)
    const key = apiKeyRow(projectId, name, secret, clock.now(), random)
    await work.read.apiKeys.insert(key, secretHash(secret))
    return { key, secret }
  }

  /** Opens a console session; `token` goes into the cookie. Throws unauthenticated without saying what was wrong. */
  async signIn(login: string, password: string): Promise<SignedIn & Readonly<{ token: string; expiresAtMs: number }>> {
    const { work, clock, random } = this.#parts
    const user = await work.read.users.findByLogin(login)
    if (!(await verifyPassword(password, user?.passwordHash)) || user === undefined) {
      throw new DomainError('unauthenticated', 'Login or password is wrong.')
    }
    const token = Buffer.from(random.bytes(32)).toString('base64url')
    const expiresAtMs = clock.now() + SESSION_MS
    await work.read.users.insertSession({ hash: secretHash(token), userId: user.id, expiresAtMs })
    return { user, project: await this.#project(user.projectId), token, expiresAtMs }
  }

  /** Who holds this session cookie. Throws unauthenticated when it is unknown or over. */
  async session(token: string): Promise<SignedIn> {
    const user = await this.#parts.work.read.users.findSession(secretHash(token), this.#parts.clock.now())
    if (user === undefined) throw new DomainError('unauthenticated', 'The session is over; sign in again.')
    return { user, project: await this.#project(user.projectId) }
  }

  async signOut(token: string): Promise<void> {
    await this.#parts.work.read.users.deleteSession(secretHash(token))
  }

  /** Sets a login's password. Throws not_found when there is no such login. */
  async setPassword(login: string, password: string): Promise<void> {
    const user = await this.#parts.work.read.users.findByLogin(login)
    if (user === undefined) throw new DomainError('not_found', `There is no login ${login}.`)
    await this.#parts.work.read.users.setPasswordHash(user.id, await hashPassword(password))
  }

  /**
   * The credential that a dialect's request shows: by a public name (`lookup`), or by a secret (`secret`, found by its
   * hash). Undefined when there is none; the dialect says so in its own words.
   */
  credential(
    dialect: string,
    shown: Readonly<{ lookup: string } | { secret: string }>,
  ): Promise<DialectCredential | undefined> {
    const lookup = 'lookup' in shown ? shown.lookup : secretHash(shown.secret)
    return this.#parts.work.read.credentials.find(dialect, lookup)
  }

  /** Inserts or replaces a credential of a project. */
  putCredential(credential: DialectCredential): Promise<void> {
    return this.#parts.work.read.credentials.put(credential)
  }

  /**
   * Ends a session that a dialect's client carries around signed, for as long as its signature is good: until
   * `untilMs`. `session` is its name in the dialect's words.
   */
  revoke(dialect: string, session: string, untilMs: number): Promise<void> {
    return this.#parts.work.read.credentials.revoke(dialect, secretHash(session), untilMs)
  }

  /** True when any of these sessions was ended before its time. */
  isRevoked(dialect: string, sessions: readonly string[]): Promise<boolean> {
    return this.#parts.work.read.credentials.isRevoked(dialect, sessions.map(secretHash))
  }

  /**
   * Counts one more use of a session that may be used `limit` times; false when it was. `session` is its name as for
   * `revoke`, `untilMs` when its signature is no good any more.
   */
  countUse(dialect: string, session: string, bound: Readonly<{ limit: number; untilMs: number }>): Promise<boolean> {
    return this.#parts.work.read.credentials.countUse(dialect, secretHash(session), bound)
  }

  credentialsOf(projectId: ProjectId, dialect: string): Promise<readonly DialectCredential[]> {
    return this.#parts.work.read.credentials.listForProject(projectId, dialect)
  }

  async #project(id: ProjectId): Promise<Project> {
    const project = await this.#parts.work.read.projects.get(id)
    if (project === undefined) throw new DomainError('unauthenticated', 'The project does not exist any more.')
    return project
  }
}

/** `rd_` and 32 random bytes. */
export function newApiKeySecret(random: Random): string {
  return `rd_${Buffer.from(random.bytes(32)).toString('base64url')}`
}

export function apiKeyRow(projectId: ProjectId, name: string, secret: string, nowMs: number, random: Random): ApiKey {
  const id = newId('apiKey', nowMs, random)
  return { id, projectId, name, hint: secret.slice(-4), createdAtMs: nowMs, revokedAtMs: undefined }
}
