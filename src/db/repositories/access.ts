import type { ApiKey, DialectCredential, Project, User } from '../../core/access/project.ts'
import type { ApiKeyId, ProjectId, UserId } from '../../core/ids.ts'
import type {
  ApiKeyRepository,
  CredentialRepository,
  ProjectRepository,
  UserRepository,
} from '../../core/ports/unit-of-work.ts'
import type { RepositoryContext } from '../context.ts'
import { fromJson, optional, toJson } from '../convert.ts'
import type { Database } from '../database.ts'

export function projectRepository({ db }: RepositoryContext): ProjectRepository {
  const toProject = (row: Database['projects']): Project => ({
    id: row.id as ProjectId,
    name: row.name,
    createdAtMs: row.created_at_ms,
  })
  return {
    async insert(project) {
      await db
        .insertInto('projects')
        .values({ id: project.id, name: project.name, created_at_ms: project.createdAtMs })
        .execute()
    },
    async get(id) {
      const row = await db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst() // primary key
      return row && toProject(row)
    },
    async first() {
      const row = await db.selectFrom('projects').selectAll().orderBy('id').limit(1).executeTakeFirst() // primary key
      return row && toProject(row)
    },
  }
}

export function apiKeyRepository({ db }: RepositoryContext): ApiKeyRepository {
  const toApiKey = (row: Database['api_keys']): ApiKey => ({
    id: row.id as ApiKeyId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    hint: row.hint,
    createdAtMs: row.created_at_ms,
    revokedAtMs: optional(row.revoked_at_ms),
  })
  return {
    async insert(key, hash) {
      await db
        .insertInto('api_keys')
        .values({
          id: key.id,
          project_id: key.projectId,
          name: key.name,
          hint: key.hint,
          hash,
          created_at_ms: key.createdAtMs,
          revoked_at_ms: key.revokedAtMs ?? null,
        })
        .execute()
    },
    async findByHash(hash) {
      const query = db.selectFrom('api_keys').selectAll().where('hash', '=', hash).where('revoked_at_ms', 'is', null)
      const row = await query.executeTakeFirst() // unique hash
      return row && toApiKey(row)
    },
    async list(projectId) {
      const query = db.selectFrom('api_keys').selectAll().where('project_id', '=', projectId).orderBy('id').limit(500)
      return (await query.execute()).map(toApiKey) // api_keys_by_project
    },
    async revoke(projectId, id, atMs) {
      const result = await db
        .updateTable('api_keys')
        .set({ revoked_at_ms: atMs })
        .where('id', '=', id)
        .where('project_id', '=', projectId)
        .where('revoked_at_ms', 'is', null)
        .executeTakeFirst()
      return result.numUpdatedRows > 0n
    },
  }
}

export function userRepository({ db }: RepositoryContext): UserRepository {
  const toUser = (row: Database['users']): User => ({
    id: row.id as UserId,
    projectId: row.project_id as ProjectId,
    login: row.login,
    passwordHash: row.password_hash,
    createdAtMs: row.created_at_ms,
  })
  return {
    async insert(user) {
      await db
        .insertInto('users')
        .values({
          id: user.id,
          project_id: user.projectId,
          login: user.login,
          password_hash: user.passwordHash,
          created_at_ms: user.createdAtMs,
        })
        .execute()
    },
    async findByLogin(login) {
      const row = await db.selectFrom('users').selectAll().where('login', '=', login).executeTakeFirst() // unique login
      return row && toUser(row)
    },
    async get(id) {
      const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toUser(row)
    },
    async setPasswordHash(id, passwordHash) {
      await db.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute()
    },
    async insertSession(session) {
      await db
        .insertInto('sessions')
        .values({ hash: session.hash, user_id: session.userId, expires_at_ms: session.expiresAtMs })
        .execute()
    },
    async findSession(hash, nowMs) {
      const row = await db
        .selectFrom('sessions')
        .innerJoin('users', 'users.id', 'sessions.user_id')
        .selectAll('users')
        .where('sessions.hash', '=', hash) // primary key
        .where('sessions.expires_at_ms', '>', nowMs)
        .executeTakeFirst()
      return row && toUser(row)
    },
    async deleteSession(hash) {
      await db.deleteFrom('sessions').where('hash', '=', hash).execute()
    },
    async deleteExpiredSessions(nowMs) {
      const result = await db.deleteFrom('sessions').where('expires_at_ms', '<=', nowMs).executeTakeFirst()
      return Number(result.numDeletedRows) // sessions_by_expiry
    },
  }
}

export function credentialRepository({ db, sealer }: RepositoryContext): CredentialRepository {
  const toCredential = (row: Database['dialect_credentials']): DialectCredential => ({
    projectId: row.project_id as ProjectId,
    dialect: row.dialect,
    lookup: row.lookup,
    secrets: fromJson<Record<string, string>>(sealer.open(row.sealed_secrets)),
  })
  return {
    async put(credential) {
      const row = {
        dialect: credential.dialect,
        lookup: credential.lookup,
        project_id: credential.projectId,
        sealed_secrets: sealer.seal(toJson(credential.secrets)),
      }
      await db
        .insertInto('dialect_credentials')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['dialect', 'lookup'])
            .doUpdateSet({ project_id: row.project_id, sealed_secrets: row.sealed_secrets }),
        )
        .execute()
    },
    async find(dialect, lookup) {
      const query = db.selectFrom('dialect_credentials').selectAll()
      const row = await query.where('dialect', '=', dialect).where('lookup', '=', lookup).executeTakeFirst()
      return row && toCredential(row) // primary key
    },
    async listForProject(projectId, dialect) {
      const query = db.selectFrom('dialect_credentials').selectAll().limit(100)
      const rows = await query.where('project_id', '=', projectId).where('dialect', '=', dialect).execute()
      return rows.map(toCredential) // dialect_credentials_by_project
    },
    async revoke(dialect, hash, untilMs) {
      await db
        .insertInto('revoked_sessions')
        .values({ dialect, hash, until_ms: untilMs })
        .onConflict((conflict) =>
          conflict
            .columns(['dialect', 'hash'])
            .doUpdateSet({ until_ms: untilMs })
            .where('revoked_sessions.until_ms', '<', untilMs),
        )
        .execute()
    },
    async isRevoked(dialect, hashes) {
      if (hashes.length === 0) return false
      const query = db.selectFrom('revoked_sessions').select('hash').where('dialect', '=', dialect)
      return (await query.where('hash', 'in', hashes).limit(1).executeTakeFirst()) !== undefined // primary key
    },
    async countUse(dialect, hash, { limit, untilMs }) {
      if (limit < 1) return false
      const result = await db
        .insertInto('session_uses')
        .values({ dialect, hash, uses: 1, until_ms: untilMs })
        .onConflict((conflict) =>
          conflict
            .columns(['dialect', 'hash']) // primary key
            .doUpdateSet((own) => ({ uses: own('session_uses.uses', '+', 1) }))
            .where('session_uses.uses', '<', limit),
        )
        .executeTakeFirst()
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
    },
    async forgetSessions(beforeMs) {
      const revoked = await db.deleteFrom('revoked_sessions').where('until_ms', '<', beforeMs).executeTakeFirst()
      const counted = await db.deleteFrom('session_uses').where('until_ms', '<', beforeMs).executeTakeFirst()
      return Number(revoked.numDeletedRows + counted.numDeletedRows) // revoked_sessions_by_end, session_uses_by_end
    },
  }
}
