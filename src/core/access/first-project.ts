import { newId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import { apiKeyRow, newApiKeySecret } from './access-service.ts'
import { hashPassword } from './password.ts'
import type { DialectCredential } from './project.ts'
import { secretHash } from './sealing.ts'

/** The keys somebody who migrates brings along; whatever is missing is generated. */
export type FirstProject = Readonly<{
  project?: string
  apiKey?: string
  admin?: Readonly<{ login?: string; password?: string }>
  kollus?: Readonly<{ accessToken?: string; serviceAccountKey?: string; securityKey?: string; customKey?: string }>
  kaltura?: Readonly<{ partnerId?: number; adminSecret?: string; userSecret?: string }>
  cloudv?: Readonly<{ accessKey?: string; secretKey?: string; bucket?: string }>
}>

/** What the first start made, to be shown once. `generated` names the values that were not given. */
export type CreatedProject = Readonly<{
  project: string
  apiKey: string
  login: string
  password: string
  kollus: Readonly<{ accessToken: string; serviceAccountKey: string; securityKey: string; customKey: string }>
  kaltura: Readonly<{ partnerId: number; adminSecret: string; userSecret: string }>
  cloudv: Readonly<{ accessKey: string; secretKey: string; bucket: string }>
}>

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789'
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789'

/**
 * Creates the first project with its keys, unless there is a project already (then undefined, and nothing changes).
 * One transaction: a crash leaves all of it or nothing.
 */
export async function createFirstProject(
  given: FirstProject,
  parts: Readonly<{ work: UnitOfWork; clock: Clock; random: Random; hash?: typeof hashPassword }>,
): Promise<CreatedProject | undefined> {
  const { work, clock, random, hash = hashPassword } = parts
  if ((await work.read.projects.first()) !== undefined) return undefined
  const text = (length: number, alphabet: string): string => randomText(random, length, alphabet)
  const created: CreatedProject = {
    project: given.project ?? 'default',
    apiKey: given.apiKey ?? newApiKeySecret(random),
    login: given.admin?.login ?? 'admin',
    password: given.admin?.password ?? [text(5, READABLE), text(5, READABLE), text(5, READABLE)].join('-'),
    kollus: {
      accessToken: given.kollus?.accessToken ?? text(32, LOWER),
      serviceAccountKey: given.kollus?.serviceAccountKey ?? 'default',
      securityKey: given.kollus?.securityKey ?? text(32, LOWER),
      customKey: given.kollus?.customKey ?? hex(random, 32),
    },
    kaltura: {
      partnerId: given.kaltura?.partnerId ?? 101,
      adminSecret: given.kaltura?.adminSecret ?? hex(random, 16),
      userSecret: given.kaltura?.userSecret ?? hex(random, 16),
    },
    cloudv: {
      accessKey: given.cloudv?.accessKey ?? hex(random, 20),
      secretKey: given.cloudv?.secretKey ?? hex(random, 32),
      bucket: given.cloudv?.bucket ?? 'default',
    },
  }
  const passwordHash = await hash(created.password)
  const nowMs = clock.now()
  const projectId = newId('project', nowMs, random)
  const wasFirst = await work.transaction(async (tx) => {
    if ((await tx.projects.first()) !== undefined) return false
    await tx.projects.insert({ id: projectId, name: created.project, createdAtMs: nowMs })
    const key = apiKeyRow(projectId, 'first', created.apiKey, nowMs, random)
    await tx.apiKeys.insert(key, secretHash(created.apiKey))
    const user = { id: newId('user', nowMs, random), projectId, login: created.login, passwordHash, createdAtMs: nowMs }
    await tx.users.insert(user)
    for (const credential of dialectCredentials(created)) await tx.credentials.put({ ...credential, projectId })
    return true
  })
  return wasFirst ? created : undefined
}

function dialectCredentials(created: CreatedProject): readonly Omit<DialectCredential, 'projectId'>[] {
  const { kollus, kaltura, cloudv } = created
  const partnerId = String(kaltura.partnerId)
  return [
    { dialect: 'kollus', lookup: secretHash(kollus.accessToken), secrets: kollus },
    { dialect: 'kaltura', lookup: partnerId, secrets: { ...kaltura, partnerId } },
    { dialect: 'cloudv', lookup: cloudv.accessKey, secrets: cloudv },
  ]
}

function randomText(random: Random, length: number, alphabet: string): string {
  let text = ''
  // Rejection keeps every character equally likely.
  const limit = 256 - (256 % alphabet.length)
  while (text.length < length) {
    for (const byte of random.bytes(length * 2)) {
      if (byte < limit && text.length < length) text += alphabet.charAt(byte % alphabet.length)
    }
  }
  return text
}

function hex(random: Random, bytes: number): string {
  return Buffer.from(random.bytes(bytes)).toString('hex')
}
