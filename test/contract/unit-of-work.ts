import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AssetId, ProjectId, UploadId } from '../../src/core/ids.ts'
import { newId } from '../../src/core/ids.ts'
import type { Source } from '../../src/core/library/asset.ts'
import type { ByteRange } from '../../src/core/ports/blob-store.ts'
import type { UnitOfWork, UploadChange } from '../../src/core/ports/unit-of-work.ts'
import { UPLOAD_STATES, type Upload, type UploadState } from '../../src/core/uploads/upload.ts'
import { SystemRandom } from '../../src/system/system-random.ts'
import { aMediaInfo, anAsset, anUpload, aProject, aRendition, aSource, START_MS } from '../support/rows.ts'

export type UnitOfWorkUnderTest = Readonly<{
  /** The database as one process of the installation has it. */
  openNode: () => UnitOfWork
  /** Every row of every table, as somebody reads it who got hold of a copy of the database. */
  readEverything: () => Promise<string>
}>

/** Proves the promises of core/ports/unit-of-work.ts. `open` gives an installation nobody else uses. */
export function unitOfWorkContract(name: string, open: () => Promise<UnitOfWorkUnderTest>): void {
  const random = new SystemRandom()
  const openOne = async (): Promise<UnitOfWork> => (await open()).openNode()

  async function openWithProject(): Promise<{ work: UnitOfWork; projectId: ProjectId }> {
    const work = await openOne()
    const project = aProject()
    await work.read.projects.insert(project)
    return { work, projectId: project.id }
  }

  async function openWithUpload(own: Partial<Upload> = {}): Promise<{ work: UnitOfWork; upload: Upload }> {
    const { work, projectId } = await openWithProject()
    return { work, upload: await insertUpload(work, projectId, own) }
  }

  async function insertUpload(work: UnitOfWork, projectId: ProjectId, own: Partial<Upload> = {}): Promise<Upload> {
    const upload = anUpload(projectId, own)
    await work.read.uploads.insert(upload, `hash of ${upload.id}`)
    return upload
  }

  describe(`UnitOfWork contract: ${name}`, () => {
    describe('a transaction', () => {
      it('is there entirely once it is done, on every node', async () => {
        const { openNode } = await open()
        const project = aProject()
        const key = { ...AN_API_KEY, id: newId('apiKey', START_MS, random), projectId: project.id }
        const answer = await openNode().transaction(async (tx) => {
          await tx.projects.insert(project)
          await tx.apiKeys.insert(key, 'hash')
          return 'answer'
        })
        expect(answer).toBe('answer')
        const other = openNode()
        expect(await other.read.projects.get(project.id)).toEqual(project)
        expect(await other.read.apiKeys.findByHash('hash')).toEqual(key)
      })

      it('leaves nothing when it throws, and throws the same', async () => {
        const { work, upload } = await openWithUpload()
        const error = new Error('no')
        const failing = work.transaction(async (tx) => {
          await tx.projects.insert(aProject({ name: 'other' }))
          await tx.uploads.update(upload.id, { state: 'deleted' }, START_MS + 1)
          await tx.uploads.addRange(upload.id, { start: 0, end: 10 }, ['receipt'])
          await tx.outbox.append(upload.projectId, ANY_EVENT, START_MS)
          throw error
        })
        await expect(failing).rejects.toBe(error)
        expect(await work.read.uploads.get(upload.id)).toEqual(upload)
        expect(await work.read.uploads.receipts(upload.id)).toEqual([])
        expect(await work.read.outbox.list(upload.projectId, 10)).toEqual([])
      })

      it('leaves nothing when the database refuses a statement', async () => {
        const { work, upload } = await openWithUpload()
        const failing = work.transaction(async (tx) => {
          await tx.uploads.update(upload.id, { state: 'deleted' }, START_MS + 1)
          await tx.uploads.insert(upload, 'another hash')
        })
        await expect(failing).rejects.toThrow()
        expect(await work.read.uploads.get(upload.id)).toEqual(upload)
      })

      it('is usable after another one has failed', async () => {
        const work = await openOne()
        for (let i = 0; i < 20; i++) {
          await expect(work.transaction(() => Promise.reject(new Error(`no ${i}`)))).rejects.toThrow(`no ${i}`)
        }
        const project = aProject()
        await work.transaction((tx) => tx.projects.insert(project))
        expect(await work.read.projects.get(project.id)).toEqual(project)
      })

      it('shows its changes to nobody before it is done', async () => {
        const { openNode } = await open()
        const [writer, reader] = [openNode(), openNode()]
        const project = aProject()
        await writer.transaction(async (tx) => {
          await tx.projects.insert(project)
          expect(await tx.projects.get(project.id)).toEqual(project)
          expect(await reader.read.projects.get(project.id)).toBeUndefined()
        })
        expect(await reader.read.projects.get(project.id)).toEqual(project)
      })
    })

    describe('locks', () => {
      it.each(['the same node', 'two nodes'])(
        'let two transactions on one upload run one after the other: %s',
        async (where) => {
          const { openNode } = await open()
          const first = openNode()
          const second = where === 'two nodes' ? openNode() : first
          const project = aProject()
          await first.read.projects.insert(project)
          const { id } = await insertUpload(first, project.id)
          const steps: string[] = []
          const gate = Promise.withResolvers<void>()
          const locked = Promise.withResolvers<void>()
          const earlier = first.transaction(async (tx) => {
            await tx.uploads.lock(id)
            locked.resolve()
            await gate.promise
            steps.push('earlier ends')
            await tx.uploads.update(id, { sizeBytes: 5_000_000_000 }, START_MS)
          })
          await locked.promise
          const later = second.transaction(async (tx) => {
            const upload = await tx.uploads.lock(id)
            steps.push(`later sees ${upload?.sizeBytes}`)
          })
          gate.resolve()
          await Promise.all([earlier, later])
          expect(steps).toEqual(['earlier ends', 'later sees 5000000000'])
        },
      )

      it('lose no change of an upload that many transactions raise at once', async () => {
        const { openNode } = await open()
        const nodes = [openNode(), openNode()]
        const project = aProject()
        await nodes[0]?.read.projects.insert(project)
        const { id } = await insertUpload(nodes[0] as UnitOfWork, project.id, { sizeBytes: 0 })
        const raise = (work: UnitOfWork): Promise<void> =>
          work.transaction(async (tx) => {
            const upload = await tx.uploads.lock(id)
            await tx.uploads.update(id, { sizeBytes: (upload?.sizeBytes ?? 0) + 1 }, START_MS)
          })
        await Promise.all(Array.from({ length: 40 }, (_, i) => raise(nodes[i % 2] as UnitOfWork)))
        expect(await nodes[1]?.read.uploads.get(id)).toMatchObject({ sizeBytes: 40 })
      })

      it('lose no change of an asset that many transactions raise at once', async () => {
        const { openNode } = await open()
        const nodes = [openNode(), openNode()]
        const project = aProject()
        await nodes[0]?.read.projects.insert(project)
        const asset = anAsset(project.id, { title: '0' })
        await nodes[0]?.read.assets.insert(asset)
        const raise = (work: UnitOfWork): Promise<void> =>
          work.transaction(async (tx) => {
            const current = await tx.assets.lock(asset.id)
            await tx.assets.update(asset.id, { title: String(Number(current?.title) + 1) }, START_MS)
          })
        await Promise.all(Array.from({ length: 40 }, (_, i) => raise(nodes[i % 2] as UnitOfWork)))
        expect(await nodes[1]?.read.assets.find(asset.id)).toMatchObject({ title: '40' })
      })

      it('find nothing where there is nothing', async () => {
        const work = await openOne()
        await work.transaction(async (tx) => {
          expect(await tx.uploads.lock('upl_none' as UploadId)).toBeUndefined()
          expect(await tx.assets.lock('ast_none' as AssetId)).toBeUndefined()
        })
      })
    })

    describe('projects', () => {
      it('are found again, and the first one is the oldest', async () => {
        const work = await openOne()
        expect(await work.read.projects.first()).toBeUndefined()
        const younger = aProject({ id: newId('project', START_MS + 1, random), createdAtMs: START_MS + 1 })
        const older = aProject()
        await work.read.projects.insert(younger)
        await work.read.projects.insert(older)
        expect(await work.read.projects.first()).toEqual(older)
        expect(await work.read.projects.get(younger.id)).toEqual(younger)
        expect(await work.read.projects.get('prj_none' as ProjectId)).toBeUndefined()
      })
    })

    describe('API keys', () => {
      it('are found by their hash until they are revoked, which only their project can do, once', async () => {
        const { work, projectId } = await openWithProject()
        const stranger = aProject()
        await work.read.projects.insert(stranger)
        const key = { ...AN_API_KEY, id: newId('apiKey', START_MS, random), projectId }
        await work.read.apiKeys.insert(key, 'hash')
        expect(await work.read.apiKeys.findByHash('hash')).toEqual(key)
        expect(await work.read.apiKeys.findByHash('other')).toBeUndefined()
        expect(await work.read.apiKeys.revoke(stranger.id, key.id, START_MS + 5)).toBe(false)
        expect(await work.read.apiKeys.revoke(projectId, key.id, START_MS + 5)).toBe(true)
        expect(await work.read.apiKeys.revoke(projectId, key.id, START_MS + 9)).toBe(false)
        expect(await work.read.apiKeys.findByHash('hash')).toBeUndefined()
        expect(await work.read.apiKeys.list(projectId)).toEqual([{ ...key, revokedAtMs: START_MS + 5 }])
        expect(await work.read.apiKeys.list(stranger.id)).toEqual([])
      })

      it('have hashes of their own', async () => {
        const { work, projectId } = await openWithProject()
        const insert = (): Promise<void> =>
          work.read.apiKeys.insert({ ...AN_API_KEY, id: newId('apiKey', START_MS, random), projectId }, 'hash')
        await insert()
        await expect(insert()).rejects.toThrow()
      })
    })

    describe('users', () => {
      it('are found by login and id, have logins of their own, and can change their password', async () => {
        const { work, projectId } = await openWithProject()
        const user = aUser(projectId)
        await work.read.users.insert(user)
        expect(await work.read.users.findByLogin('admin')).toEqual(user)
        expect(await work.read.users.findByLogin('nobody')).toBeUndefined()
        const twin = { ...user, id: newId('user', START_MS, random) }
        await expect(work.read.users.insert(twin)).rejects.toThrow()
        await work.read.users.setPasswordHash(user.id, 'new')
        expect(await work.read.users.get(user.id)).toEqual({ ...user, passwordHash: 'new' })
      })

      it('are known by a session until it ends, is deleted, or is swept', async () => {
        const { work, projectId } = await openWithProject()
        const user = aUser(projectId)
        const { users } = work.read
        await users.insert(user)
        await users.insertSession({ hash: 'short', userId: user.id, expiresAtMs: START_MS + 10 })
        await users.insertSession({ hash: 'long', userId: user.id, expiresAtMs: START_MS + 100 })
        expect(await users.findSession('short', START_MS + 9)).toEqual(user)
        expect(await users.findSession('short', START_MS + 10)).toBeUndefined()
        expect(await users.deleteExpiredSessions(START_MS + 10)).toBe(1)
        expect(await users.deleteExpiredSessions(START_MS + 10)).toBe(0)
        expect(await users.findSession('short', START_MS)).toBeUndefined()
        expect(await users.findSession('long', START_MS)).toEqual(user)
        await users.deleteSession('long')
        expect(await users.findSession('long', START_MS)).toBeUndefined()
      })
    })

    describe('revoked sessions', () => {
      it('are known by dialect and hash until their end', async () => {
        const { credentials } = (await openOne()).read
        await credentials.revoke('kaltura', 'hash', START_MS + 10)
        await credentials.revoke('kaltura', 'hash', START_MS)
        expect(await credentials.isRevoked('kaltura', ['other', 'hash'])).toBe(true)
        expect(await credentials.isRevoked('kaltura', ['other'])).toBe(false)
        expect(await credentials.isRevoked('kollus', ['hash'])).toBe(false)
        expect(await credentials.isRevoked('kaltura', [])).toBe(false)
        expect(await credentials.forgetSessions(START_MS + 10)).toBe(0)
        expect(await credentials.forgetSessions(START_MS + 11)).toBe(1)
        expect(await credentials.isRevoked('kaltura', ['hash'])).toBe(false)
      })
    })

    describe('counted uses of sessions', () => {
      it('are no more than the limit, however many come at once and on which node', async () => {
        const { openNode } = await open()
        const nodes = [openNode(), openNode()]
        const bound = { limit: 5, untilMs: START_MS + 10 }
        const uses = Array.from({ length: 12 }, (_, i) =>
          (nodes[i % 2] ?? openNode()).read.credentials.countUse('kaltura', 'hash', bound),
        )
        expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(5)
        const { credentials } = openNode().read
        expect(await credentials.countUse('kaltura', 'hash', bound)).toBe(false)
        expect(await credentials.countUse('kaltura', 'other', { ...bound, limit: 0 })).toBe(false)
        expect(await credentials.countUse('kaltura', 'hash', { ...bound, limit: 6 })).toBe(true)
        expect(await credentials.countUse('kaltura', 'hash', { ...bound, limit: 6 })).toBe(false)
        expect(await credentials.countUse('kollus', 'hash', bound)).toBe(true)
        expect(await credentials.forgetSessions(START_MS + 10)).toBe(0)
        expect(await credentials.forgetSessions(START_MS + 11)).toBe(2)
        expect(await credentials.countUse('kaltura', 'hash', bound)).toBe(true)
      })
    })

    describe('credentials', () => {
      it('are found by what a request shows, listed by project, and replaced', async () => {
        const { work, projectId } = await openWithProject()
        const { credentials } = work.read
        const credential = {
          projectId,
          dialect: 'kaltura',
          lookup: '101',
          secrets: { adminSecret: 'a', userSecret: 'u' },
        }
        await credentials.put(credential)
        await credentials.put({ ...credential, dialect: 'cloudv' })
        expect(await credentials.find('kaltura', '101')).toEqual(credential)
        expect(await credentials.find('kaltura', '102')).toBeUndefined()
        expect(await credentials.find('kollus', '101')).toBeUndefined()
        const changed = { ...credential, secrets: { adminSecret: 'b' } }
        await credentials.put(changed)
        expect(await credentials.listForProject(projectId, 'kaltura')).toEqual([changed])
      })

      it('and stored answers cannot be read from a copy of the database', async () => {
        const { openNode, readEverything } = await open()
        const { read } = openNode()
        const project = aProject()
        await read.projects.insert(project)
        const secrets = { securityKey: 'correct horse battery staple' }
        await read.credentials.put({ projectId: project.id, dialect: 'kollus', lookup: 'public name', secrets })
        const answer = { projectId: project.id, key: 'request 1', requestHash: 'h', answer: 'token: open sesame' }
        await read.idempotency.insert({ ...answer, atMs: START_MS })
        const everything = await readEverything()
        expect(everything).toContain('public name')
        expect(everything).toContain('request 1')
        for (const secret of ['correct horse', 'securityKey', 'open sesame']) {
          expect(everything).not.toContain(secret)
          expect(everything).not.toContain(Buffer.from(secret).toString('base64').slice(0, 10))
          expect(everything).not.toContain(Buffer.from(secret).toString('hex'))
        }
      })
    })

    describe('uploads', () => {
      it('come back as they were stored, by id and by token', async () => {
        const { work, projectId } = await openWithProject()
        const plain = await insertUpload(work, projectId)
        const full = await insertUpload(work, projectId, FULL_UPLOAD)
        for (const upload of [plain, full]) {
          expect(await work.read.uploads.get(upload.id)).toEqual(upload)
          expect(await work.read.uploads.findByTokenHash(`hash of ${upload.id}`)).toEqual(upload)
          await work.transaction(async (tx) => expect(await tx.uploads.lock(upload.id)).toEqual(upload))
        }
        expect(await work.read.uploads.findByTokenHash('other')).toBeUndefined()
        expect(await work.read.uploads.get('upl_none' as UploadId)).toBeUndefined()
      })

      it('have tokens and staged files of their own', async () => {
        const { work, upload } = await openWithUpload()
        const { projectId, staging } = upload
        await expect(work.read.uploads.insert(anUpload(projectId), `hash of ${upload.id}`)).rejects.toThrow()
        await expect(work.read.uploads.insert(anUpload(projectId, { staging }), 'other')).rejects.toThrow()
      })

      const assetId = newId('asset', START_MS, random)
      const changes: UploadChange[] = [
        { state: 'complete', completedAtMs: START_MS + 1 },
        { sizeBytes: 6_000_000_000 },
        { assetId, fileName: 'new.mov' },
        { policy: { ...anUpload('prj_x' as ProjectId).policy, maxSizeBytes: 7 } },
        { target: { ...anUpload('prj_x' as ProjectId).target, title: 'new', metadata: { a: 'ä' } } },
        { staging: { key: 'other', layout: 'parts of 8 MiB' } },
        { failure: { code: 'storage_full', message: 'No room.' } },
        { expiresAtMs: START_MS + 77, sequence: 9 },
        { partOf: 'upl_whole' as UploadId, staging: { key: 'shared', layout: '', startByte: 5_000_000_000 } },
        { partIds: ['upl_1' as UploadId, 'upl_2' as UploadId], echo: { 'Upload-Concat': 'final;/tus/ä' } },
      ]
      it.each(changes)('change only what is named: %j', async (change) => {
        const { work, upload } = await openWithUpload(FULL_UPLOAD)
        const other = await insertUpload(work, upload.projectId)
        await work.read.uploads.update(upload.id, change, START_MS + 5)
        expect(await work.read.uploads.get(upload.id)).toEqual({ ...upload, ...change, updatedAtMs: START_MS + 5 })
        expect(await work.read.uploads.get(other.id)).toEqual(other)
      })

      it('can move from a shared staged file to one of their own, and back', async () => {
        const { work, upload } = await openWithUpload({ kind: 'part', staging: SHARED })
        const own = { key: 'its own', layout: 'l' }
        for (const staging of [own, { ...SHARED, startByte: 7 }, own]) {
          await work.read.uploads.update(upload.id, { staging }, START_MS)
          expect(await work.read.uploads.get(upload.id)).toEqual({ ...upload, staging })
        }
      })

      it('can lose what is optional', async () => {
        const { work, upload } = await openWithUpload(FULL_UPLOAD)
        const change = { sizeBytes: undefined, assetId: undefined, failure: undefined, completedAtMs: undefined }
        await work.read.uploads.update(upload.id, change, START_MS + 5)
        expect(await work.read.uploads.get(upload.id)).toEqual({ ...upload, ...change, updatedAtMs: START_MS + 5 })
      })

      it('merge ranges with their neighbours and keep each receipt once', async () => {
        const { work, upload } = await openWithUpload()
        const add = (start: number, end: number, receipts: string[] = []): Promise<void> =>
          work.transaction((tx) => tx.uploads.addRange(upload.id, { start, end }, receipts))
        const ranges = async (): Promise<readonly ByteRange[] | undefined> =>
          (await work.read.uploads.get(upload.id))?.ranges
        await add(100, 200, ['b'])
        await add(0, 50, ['a'])
        await add(300, 400)
        expect(await ranges()).toEqual([range(0, 50), range(100, 200), range(300, 400)])
        await add(200, 250, ['b', 'c'])
        expect(await ranges()).toEqual([range(0, 50), range(100, 250), range(300, 400)])
        await add(40, 310)
        expect(await ranges()).toEqual([range(0, 400)])
        await add(100, 110)
        await add(400, 400)
        await add(900, 900)
        expect(await ranges()).toEqual([range(0, 400)])
        await add(5_000_000_000, 5_000_000_001)
        expect(await ranges()).toEqual([range(0, 400), range(5_000_000_000, 5_000_000_001)])
        expect((await work.read.uploads.receipts(upload.id)).toSorted()).toEqual(['a', 'b', 'c'])
      })

      it('merge the chunks that requests on two nodes add in any order at once', async () => {
        const { openNode } = await open()
        const nodes = [openNode(), openNode()] as const
        const project = aProject()
        await nodes[0].read.projects.insert(project)
        const upload = await insertUpload(nodes[0], project.id, { sizeBytes: 60_000 })
        const other = await insertUpload(nodes[0], project.id, { sizeBytes: 60_000 })
        const chunks = shuffled(Array.from({ length: 60 }, (_, i) => range(i * 1_000, (i + 1) * 1_000)))
        const add = (chunk: ByteRange, i: number): Promise<void> =>
          nodes[i % 2 === 0 ? 0 : 1].transaction(async (tx) => {
            await tx.uploads.lock(upload.id)
            await tx.uploads.lock(other.id)
            await tx.uploads.addRange(upload.id, chunk, [`part ${chunk.start}`])
            if (chunk.start !== 30_000) await tx.uploads.addRange(other.id, chunk, [])
          })
        await Promise.all(chunks.map(add))
        expect((await nodes[0].read.uploads.get(upload.id))?.ranges).toEqual([range(0, 60_000)])
        expect(await nodes[0].read.uploads.receipts(upload.id)).toHaveLength(60)
        expect((await nodes[1].read.uploads.get(other.id))?.ranges).toEqual([range(0, 30_000), range(31_000, 60_000)])
        expect(await nodes[1].read.uploads.reservedBytes()).toBe(1_000)
      })

      it('forget ranges and receipts on an explicit restart', async () => {
        const { work, upload } = await openWithUpload({ sizeBytes: 1_000 })
        await work.read.uploads.addRange(upload.id, range(0, 600), ['a'])
        await work.read.uploads.clearRanges(upload.id)
        expect(await work.read.uploads.get(upload.id)).toEqual(upload)
        expect(await work.read.uploads.receipts(upload.id)).toEqual([])
        expect(await work.read.uploads.reservedBytes()).toBe(1_000)
        await work.read.uploads.addRange(upload.id, range(10, 20), [])
        expect((await work.read.uploads.get(upload.id))?.ranges).toEqual([range(10, 20)])
      })

      it('reserve what open ones with a declared size may still send', async () => {
        const { work, projectId } = await openWithProject()
        expect(await work.read.uploads.reservedBytes()).toBe(0)
        await insertUpload(work, projectId)
        const huge = await insertUpload(work, projectId, { sizeBytes: 5_000_000_000_000 })
        await insertUpload(work, projectId, { sizeBytes: 1_000, state: 'receiving' })
        for (const state of ['complete', 'consumed', 'failed', 'expired', 'deleted'] as const) {
          await insertUpload(work, projectId, { sizeBytes: 7, state })
        }
        expect(await work.read.uploads.reservedBytes()).toBe(5_000_000_001_000)
        await work.read.uploads.addRange(huge.id, range(1_000, 1_000_000_001_000), [])
        await work.read.uploads.addRange(huge.id, range(0, 2_000), [])
        expect(await work.read.uploads.reservedBytes()).toBe(4_000_000_000_000)
        await work.read.uploads.update(huge.id, { state: 'expired' }, START_MS)
        expect(await work.read.uploads.reservedBytes()).toBe(1_000)
      })

      it('are listed newest first, page by page, by state and owner, of one project', async () => {
        const { work, projectId } = await openWithProject()
        const stranger = aProject()
        await work.read.projects.insert(stranger)
        await insertUpload(work, stranger.id)
        const uploads: Upload[] = []
        for (const i of shuffled(Array.from({ length: 25 }, (_, index) => index))) {
          const state: UploadState = i % 3 === 0 ? 'receiving' : 'pending'
          const policy = { ...anUpload(projectId).policy, ownerId: i % 5 === 0 ? 'teacher' : undefined }
          uploads.push(await insertUpload(work, projectId, { createdAtMs: START_MS + i, state, policy }))
        }
        const newestFirst = uploads.toSorted((a, b) => b.createdAtMs - a.createdAtMs)
        const states = ['pending', 'receiving'] as const
        const first = await work.read.uploads.list(projectId, { states }, { limit: 10 })
        // What is added meanwhile shifts no page.
        await insertUpload(work, projectId, { createdAtMs: START_MS + 1_000 })
        const second = await work.read.uploads.list(projectId, { states }, { limit: 10, after: first.at(-1)?.id })
        const third = await work.read.uploads.list(projectId, { states }, { limit: 10, after: second.at(-1)?.id })
        expect([...first, ...second, ...third]).toEqual(newestFirst)
        expect(third).toHaveLength(5)
        expect(await work.read.uploads.list(projectId, { states: ['receiving'] }, { limit: 500 })).toEqual(
          newestFirst.filter(({ state }) => state === 'receiving'),
        )
        expect(await work.read.uploads.list(projectId, { states, ownerId: 'teacher' }, { limit: 500 })).toEqual(
          newestFirst.filter(({ policy }) => policy.ownerId === 'teacher'),
        )
        expect(await work.read.uploads.list(projectId, { states: [] }, { limit: 500 })).toHaveLength(26)
      })

      it('are found as the newest of their assets, with their ranges', async () => {
        const { work, projectId } = await openWithProject()
        const [one, two, none] = [anAsset(projectId), anAsset(projectId), anAsset(projectId)]
        const newest = await insertUpload(work, projectId, { assetId: one.id, createdAtMs: START_MS + 9 })
        await insertUpload(work, projectId, { assetId: one.id, createdAtMs: START_MS + 5 })
        const only = await insertUpload(work, projectId, { assetId: two.id })
        await work.read.uploads.addRange(newest.id, range(0, 5), [])
        const expected = { ...newest, ranges: [range(0, 5)] }
        expect(await work.read.uploads.newestForAsset(one.id)).toEqual(expected)
        expect(await work.read.uploads.newestForAsset(none.id)).toBeUndefined()
        expect(await work.read.uploads.newestForAssets([one.id, two.id, none.id])).toEqual(
          new Map([
            [one.id, expected],
            [two.id, only],
          ]),
        )
        expect(await work.read.uploads.newestForAssets([])).toEqual(new Map())
      })

      it('are found for the sweeper: open ones past their expiry, complete ones nobody wanted', async () => {
        const { work, projectId } = await openWithProject()
        const expired: Upload[] = []
        for (const [i, state] of (['receiving', 'pending', 'receiving'] as const).entries()) {
          expired.unshift(await insertUpload(work, projectId, { state, expiresAtMs: START_MS + 10 - i }))
        }
        await insertUpload(work, projectId, { expiresAtMs: START_MS + 11 })
        await insertUpload(work, projectId, { expiresAtMs: START_MS, state: 'expired' })
        const unclaimed = { state: 'complete', expiresAtMs: START_MS } as const
        const second = await insertUpload(work, projectId, { ...unclaimed, completedAtMs: START_MS + 2 })
        const first = await insertUpload(work, projectId, { ...unclaimed, completedAtMs: START_MS + 1 })
        await insertUpload(work, projectId, { ...unclaimed, completedAtMs: START_MS + 3 })
        await insertUpload(work, projectId, { state: 'consumed', completedAtMs: START_MS + 1 })
        expect(await work.read.uploads.listExpired(START_MS + 10, 10)).toEqual(expired)
        expect(await work.read.uploads.listExpired(START_MS + 10, 2)).toEqual(expired.slice(0, 2))
        expect(await work.read.uploads.listUnclaimed(START_MS + 2, 10)).toEqual([first, second])
        expect(await work.read.uploads.listUnclaimed(START_MS + 2, 1)).toEqual([first])
      })

      it('are found by their verified digest, of their own project, once they were used', async () => {
        const { work, projectId } = await openWithProject()
        const other = aProject()
        await work.read.projects.insert(other)
        const sha256 = 'ab'.repeat(32)
        const insert = async (state: UploadState, digest: string, owner = projectId): Promise<Upload> => {
          const upload = await insertUpload(work, owner, { state })
          await work.read.uploads.update(upload.id, { sha256: digest }, START_MS)
          return { ...upload, sha256: digest, updatedAtMs: START_MS }
        }
        const older = await insert('consumed', sha256)
        const newer = await insert('consumed', sha256)
        await insert('complete', sha256)
        await insert('consumed', 'cd'.repeat(32))
        await insert('consumed', sha256, other.id)
        const newestFirst = [older, newer].sort((a, b) => (a.id < b.id ? 1 : -1))
        expect(await work.read.uploads.listWithDigest(projectId, sha256, 10)).toEqual(newestFirst)
        expect(await work.read.uploads.listWithDigest(projectId, sha256, 1)).toEqual(newestFirst.slice(0, 1))
      })

      it('that are parts lie in one staged file, which is needed while one of them is open', async () => {
        const { work, projectId } = await openWithProject()
        const part = (own: Partial<Upload> = {}): Promise<Upload> =>
          insertUpload(work, projectId, { kind: 'part', staging: SHARED, ...own })
        const [one, two] = [await part(), await part({ state: 'receiving', staging: { ...SHARED, startByte: 9 } })]
        const ended = await part({ state: 'expired' })
        for (const upload of [one, two, ended]) expect(await work.read.uploads.get(upload.id)).toEqual(upload)
        expect((await work.read.uploads.partsIn('shared')).toSorted()).toEqual([one.id, two.id].toSorted())
        expect(await work.read.uploads.partsIn('other')).toEqual([])
        expect(await work.read.uploads.unownedStagingKeys(['shared'])).toEqual([])
        for (const { id } of [one, two]) await work.read.uploads.update(id, { state: 'deleted' }, START_MS)
        expect(await work.read.uploads.unownedStagingKeys(['shared'])).toEqual(['shared'])
      })

      it('that are parts are not listed, and reserve nothing beside the upload they are of', async () => {
        const { work, projectId } = await openWithProject()
        const whole = await insertUpload(work, projectId, { sizeBytes: 100 })
        await insertUpload(work, projectId, { kind: 'part', sizeBytes: 60, partOf: whole.id })
        const free = await insertUpload(work, projectId, { kind: 'part', sizeBytes: 7 })
        const open = await work.read.uploads.list(projectId, { states: ['pending'] }, { limit: 10 })
        expect(open).toEqual([whole])
        expect(await work.read.uploads.reservedBytes()).toBe(107)
        await work.read.uploads.update(free.id, { partOf: whole.id }, START_MS)
        expect(await work.read.uploads.reservedBytes()).toBe(100)
        // Without a size of its own, an upload reserves what its parts declare.
        const unsized = await insertUpload(work, projectId)
        await insertUpload(work, projectId, { kind: 'part', sizeBytes: 8, partOf: unsized.id })
        expect(await work.read.uploads.reservedBytes()).toBe(108)
      })

      it('that were made for an upload are found as long as they are open, oldest first', async () => {
        const { work, projectId } = await openWithProject()
        const whole = await insertUpload(work, projectId)
        const part = (own: Partial<Upload>): Promise<Upload> =>
          insertUpload(work, projectId, { kind: 'part', partOf: whole.id, ...own })
        const second = await part({ createdAtMs: START_MS + 2, state: 'receiving' })
        const first = await part({ createdAtMs: START_MS + 1 })
        for (const state of ['consumed', 'expired', 'deleted'] as const) await part({ state })
        await insertUpload(work, projectId, { kind: 'part', partOf: first.id })
        expect(await work.read.uploads.openPartsOf(whole.id)).toEqual([first, second])
      })

      it('that wait for their parts are found, oldest first', async () => {
        const { work, projectId } = await openWithProject()
        const partIds = ['upl_1' as UploadId]
        const second = await insertUpload(work, projectId, { partIds, createdAtMs: START_MS + 2 })
        const first = await insertUpload(work, projectId, { partIds, createdAtMs: START_MS + 1, state: 'receiving' })
        await insertUpload(work, projectId, { partIds, state: 'complete' })
        await insertUpload(work, projectId)
        expect(await work.read.uploads.listJoining(10)).toEqual([first, second])
        expect(await work.read.uploads.listJoining(1)).toEqual([first])
      })

      it('end for an asset unless they were used already', async () => {
        const { work, projectId } = await openWithProject()
        const { id: assetId } = anAsset(projectId)
        const [before, after] = [new Map<Upload['id'], UploadState>(), new Map<Upload['id'], UploadState | undefined>()]
        for (const state of UPLOAD_STATES)
          before.set((await insertUpload(work, projectId, { state, assetId })).id, state)
        const other = await insertUpload(work, projectId, { assetId: anAsset(projectId).id })
        await work.read.uploads.endForAsset(assetId, START_MS + 5)
        for (const id of before.keys()) after.set(id, (await work.read.uploads.get(id))?.state)
        const ended = (state: UploadState): boolean => ['pending', 'receiving', 'complete'].includes(state)
        expect(after).toEqual(new Map([...before].map(([id, state]) => [id, ended(state) ? 'deleted' : state])))
        expect(await work.read.uploads.get(other.id)).toEqual(other)
      })

      it('say which staged files nobody needs any more', async () => {
        const { work, projectId } = await openWithProject()
        const asset = anAsset(projectId)
        await work.read.assets.insert(asset)
        const keys: string[] = []
        const insert = async (state: UploadState): Promise<Upload> => {
          const upload = await insertUpload(work, projectId, { state })
          keys.push(upload.staging.key)
          return upload
        }
        const consumed = async (version: number, own: Partial<Source>): Promise<Upload> => {
          const upload = await insert('consumed')
          await work.read.sources.insert(aSource(asset, { version, uploadId: upload.id, ...own }))
          return upload
        }
        const failure = { code: 'media_refused', reason: 'empty_file', message: 'The file is empty.' }
        const needed = [
          await insert('pending'),
          await insert('receiving'),
          await insert('complete'),
          await consumed(1, {}),
        ]
        const free = [
          await insert('failed'),
          await insert('expired'),
          await insert('deleted'),
          await consumed(2, { media: aMediaInfo() }),
          await consumed(3, { failure }),
          // Its asset was deleted before the file was published.
          await insert('consumed'),
        ]
        const unowned = await work.read.uploads.unownedStagingKeys([...keys, 'unknown'])
        expect(unowned.toSorted()).toEqual([...free.map(({ staging }) => staging.key), 'unknown'].toSorted())
        expect(unowned).not.toContain(needed[0]?.staging.key)
        expect(await work.read.uploads.unownedStagingKeys([])).toEqual([])
      })

      it('take ranges and receipts along when they are deleted', async () => {
        const { work, upload } = await openWithUpload()
        await work.read.uploads.addRange(upload.id, range(0, 5), ['a'])
        await work.read.uploads.delete(upload.id)
        expect(await work.read.uploads.get(upload.id)).toBeUndefined()
        expect(await work.read.uploads.receipts(upload.id)).toEqual([])
        await work.read.uploads.insert(upload, 'hash')
        expect(await work.read.uploads.get(upload.id)).toEqual(upload)
      })
    })

    describe('assets and sources', () => {
      it('come back as they were stored and changed, to their own project', async () => {
        const { work, projectId } = await openWithProject()
        const stranger = aProject()
        await work.read.projects.insert(stranger)
        const asset = anAsset(projectId, { title: 'Grüße 🎬', metadata: { course: 'math', 'weird"key': '\\' } })
        await work.read.assets.insert(asset)
        expect(await work.read.assets.get(projectId, asset.id)).toEqual(asset)
        expect(await work.read.assets.find(asset.id)).toEqual(asset)
        await work.transaction(async (tx) => expect(await tx.assets.lock(asset.id)).toEqual(asset))
        expect(await work.read.assets.get(stranger.id, asset.id)).toBeUndefined()
        const source = aSource(asset)
        await work.read.assets.update(asset.id, { currentSourceId: source.id }, START_MS + 1)
        await work.read.assets.update(asset.id, { title: 'new', metadata: {} }, START_MS + 2)
        const changed = { ...asset, currentSourceId: source.id, title: 'new', metadata: {}, updatedAtMs: START_MS + 2 }
        expect(await work.read.assets.find(asset.id)).toEqual(changed)
        await work.read.assets.update(asset.id, { currentSourceId: undefined }, START_MS + 3)
        expect(await work.read.assets.find(asset.id)).toMatchObject({ title: 'new', currentSourceId: undefined })
      })

      it('are listed newest first, page by page, from their first source on', async () => {
        const { work, projectId } = await openWithProject()
        const stranger = aProject()
        await work.read.projects.insert(stranger)
        await work.read.assets.insert(anAsset(stranger.id))
        const assets = []
        for (const i of shuffled(Array.from({ length: 25 }, (_, index) => index))) {
          const asset = anAsset(projectId, { createdAtMs: START_MS + i })
          await work.read.assets.insert(asset)
          if (i % 2 === 0) await work.read.sources.insert(aSource(asset))
          assets.push(asset)
        }
        const newestFirst = assets.toSorted((a, b) => b.createdAtMs - a.createdAtMs)
        const listed = newestFirst.filter(({ createdAtMs }) => createdAtMs % 2 === 0)
        const first = await work.read.assets.list(projectId, {}, { limit: 8 })
        const second = await work.read.assets.list(projectId, {}, { limit: 8, after: first.at(-1)?.id })
        expect([...first, ...second]).toEqual(listed)
        expect(first).toHaveLength(8)
        expect(await work.read.assets.list(projectId, { includeWaiting: true }, { limit: 500 })).toEqual(newestFirst)
      })

      it('keep versions and media facts, and what became of each', async () => {
        const { work, projectId } = await openWithProject()
        const asset = anAsset(projectId)
        await work.read.assets.insert(asset)
        const { sources } = work.read
        const first = aSource(asset, { sizeBytes: 5_000_000_000_000 })
        const second = aSource(asset, { version: 2 })
        await sources.insert(first)
        await sources.insert(second)
        const steps = [
          { media: aMediaInfo() },
          { packagePrefix: 'p/', readyAtMs: START_MS + 3 },
          { posterKey: 'poster' },
          { failure: { code: 'media_refused', reason: 'empty_file', message: 'The file is empty.' } },
          { failure: undefined, posterKey: undefined },
          {},
        ]
        let expected = second
        for (const change of steps) {
          await sources.update(second.id, change)
          expected = { ...expected, ...change }
          expect(await sources.get(second.id)).toEqual(expected)
        }
        expect(await sources.get(first.id)).toEqual(first)
        expect(await sources.listForAsset(asset.id)).toEqual([expected, first])
      })

      it('know in whose folders their files lie, and who uses theirs', async () => {
        const { work, projectId } = await openWithProject()
        const [asset, other] = [anAsset(projectId), anAsset(projectId)]
        for (const one of [asset, other]) await work.read.assets.insert(one)
        const { sources } = work.read
        const first = aSource(asset, { packagePrefix: 'x/' })
        const shared = { blobKey: first.blobKey, packagePrefix: `sources/${first.id}/packages/1/` }
        const copies = [1, 2].map((version) => aSource(other, { version, ...shared }))
        const last = aSource(other, { version: 3, blobKey: first.blobKey, posterKey: `sources/${copies[0]?.id}/p.jpg` })
        for (const source of [first, ...copies, last]) await sources.insert(source)
        expect(await sources.foldersOf(first.id)).toEqual([])
        expect([...(await sources.foldersOf(last.id))].toSorted()).toEqual([first.id, copies[0]?.id].toSorted())
        const { posterKey } = last
        const users = await sources.usersOf(first.id)
        expect(users.toSorted((a, b) => (a.posterKey ?? '').localeCompare(b.posterKey ?? ''))).toEqual([
          { ...shared, posterKey: undefined, sprites: undefined, downloads: undefined },
          { blobKey: first.blobKey, packagePrefix: undefined, posterKey, sprites: undefined, downloads: undefined },
        ])
        // What was used once stays noted, what is used is read anew.
        await sources.update(last.id, { posterKey: 'own' })
        expect(await sources.foldersOf(last.id)).toHaveLength(2)
        expect(await sources.usersOf(copies[0]?.id ?? last.id)).toMatchObject([{ posterKey: 'own' }])
        await sources.delete(last.id)
        await work.read.assets.delete(other.id)
        expect(await sources.usersOf(first.id)).toEqual([])
      })

      it('have one source per version and per upload', async () => {
        const { work, projectId } = await openWithProject()
        const asset = anAsset(projectId)
        await work.read.assets.insert(asset)
        const first = aSource(asset)
        await work.read.sources.insert(first)
        await expect(work.read.sources.insert(aSource(asset))).rejects.toThrow()
        const sameUpload = aSource(asset, { version: 2, uploadId: first.uploadId })
        await expect(work.read.sources.insert(sameUpload)).rejects.toThrow()
        await expect(work.read.sources.insert(aSource({ id: 'ast_none' as AssetId, projectId }))).rejects.toThrow()
      })

      it('are found as the newest of their assets', async () => {
        const { work, projectId } = await openWithProject()
        const [one, two, none] = [anAsset(projectId), anAsset(projectId), anAsset(projectId)]
        for (const asset of [one, two, none]) await work.read.assets.insert(asset)
        const third = aSource(one, { version: 3 })
        await work.read.sources.insert(third)
        await work.read.sources.insert(aSource(one, { version: 2 }))
        const only = aSource(two)
        await work.read.sources.insert(only)
        expect(await work.read.sources.newestForAssets([one.id, two.id, none.id])).toEqual(
          new Map([
            [one.id, third],
            [two.id, only],
          ]),
        )
        expect(await work.read.sources.newestForAssets([])).toEqual(new Map())
      })

      it('keep renditions in their order, and replace them together', async () => {
        const { work, projectId } = await openWithProject()
        const asset = anAsset(projectId)
        await work.read.assets.insert(asset)
        const [one, two] = [aSource(asset), aSource(asset, { version: 2 })]
        for (const source of [one, two]) await work.read.sources.insert(source)
        const none = { widthPx: undefined, heightPx: undefined, frameRate: undefined }
        const renditions = [
          aRendition(one),
          aRendition(one, { name: '480p' }),
          aRendition(one, { name: 'audio', ...none }),
        ]
        await work.read.sources.setRenditions(one.id, renditions)
        const other = aRendition(two)
        await work.read.sources.setRenditions(two.id, [other])
        expect(await work.read.sources.renditions([one.id])).toEqual(renditions)
        expect(await work.read.sources.renditions([one.id, two.id])).toHaveLength(4)
        const again = [aRendition(one, { name: '360p' })]
        await work.read.sources.setRenditions(one.id, again)
        expect(await work.read.sources.renditions([one.id])).toEqual(again)
        await work.read.sources.setRenditions(one.id, [])
        expect(await work.read.sources.renditions([one.id, two.id])).toEqual([other])
        expect(await work.read.sources.renditions([])).toEqual([])
      })

      it('take sources, renditions and names along when an asset is deleted, and nothing of another', async () => {
        const { work, projectId } = await openWithProject()
        const [asset, other] = [anAsset(projectId), anAsset(projectId)]
        const [source, kept] = [aSource(asset), aSource(other)]
        for (const own of [asset, other]) await work.read.assets.insert(own)
        for (const own of [source, kept]) {
          await work.read.sources.insert(own)
          await work.read.sources.setRenditions(own.id, [aRendition(own)])
          await work.read.externalKeys.insert({ projectId, namespace: 'kollus', key: own.id, subjectId: own.assetId })
        }
        await work.transaction((tx) => tx.assets.delete(asset.id))
        expect(await work.read.assets.find(asset.id)).toBeUndefined()
        expect(await work.read.sources.get(source.id)).toBeUndefined()
        expect(await work.read.sources.renditions([source.id, kept.id])).toHaveLength(1)
        expect(await work.read.externalKeys.find('kollus', source.id)).toBeUndefined()
        expect(await work.read.externalKeys.find('kollus', kept.id)).toEqual({ projectId, subjectId: other.id })
        expect(await work.read.sources.get(kept.id)).toEqual(kept)
      })
    })

    describe('jobs', () => {
      it('are listed by source, oldest first, and deleted with it', async () => {
        const { work, projectId } = await openWithProject()
        const [one, two] = [aSource(anAsset(projectId)), aSource(anAsset(projectId))]
        for (const [i, kind] of (['ingest', 'encode', 'poster'] as const).entries()) {
          for (const { id: sourceId, assetId } of [one, two]) {
            const job = { kind, projectId, assetId, sourceId }
            await work.read.jobs.enqueue(job, { key: `${kind}:${sourceId}`, nowMs: START_MS + i })
          }
        }
        const jobs = await work.read.jobs.listForSources([one.id])
        expect(jobs.map(({ kind, sourceId }) => [kind, sourceId])).toEqual(
          ['ingest', 'encode', 'poster'].map((kind) => [kind, one.id]),
        )
        expect(jobs[0]).toMatchObject({
          state: 'queued',
          attempt: 0,
          fence: 0,
          runAtMs: START_MS,
          createdAtMs: START_MS,
        })
        expect(await work.read.jobs.listForSources([one.id, two.id])).toHaveLength(6)
        expect(await work.read.jobs.listForSources([])).toEqual([])
        await work.read.jobs.deleteForSource(one.id)
        expect(await work.read.jobs.listForSources([one.id])).toEqual([])
        expect(await work.read.jobs.listForSources([two.id])).toHaveLength(3)
      })
    })

    describe('pulls', () => {
      it('have a job, an address and what is known of the file, and go with their upload', async () => {
        const { work, projectId } = await openWithProject()
        const { id: assetId } = anAsset(projectId)
        const [upload, other] = [anUpload(projectId), anUpload(projectId)]
        for (const { id } of [upload, other]) {
          await work.read.uploads.insert(id === upload.id ? upload : other, `token of ${id}`)
          const job = { kind: 'pull', projectId, assetId, uploadId: id } as const
          await work.read.jobs.enqueue(job, { key: `pull:${id}`, nowMs: START_MS })
        }
        const pull = { uploadId: upload.id, url: 'https://u:p@h/?s', totalBytes: undefined, version: undefined }
        await work.read.pulls.insert(pull)
        expect(await work.read.pulls.get(upload.id)).toEqual(pull)
        expect(await work.read.pulls.get(other.id)).toBeUndefined()

        const totalBytes = 2 ** 41 + 1
        const file = { totalBytes, version: { validator: '"v1"', totalBytes } }
        await work.read.pulls.describe(upload.id, file)
        expect(await work.read.pulls.get(upload.id)).toEqual({ ...pull, ...file })
        await work.read.pulls.describe(upload.id, { totalBytes, version: undefined })
        expect(await work.read.pulls.get(upload.id)).toEqual({ ...pull, totalBytes })

        const job = await work.read.jobs.pullOf(upload.id)
        expect(job).toMatchObject({ kind: 'pull', uploadId: upload.id, assetId, state: 'queued' })
        expect(job).not.toHaveProperty('sourceId')
        expect(job && (await work.read.jobs.get(job.id))).toEqual(job)
        await work.read.uploads.delete(upload.id)
        expect(await work.read.pulls.get(upload.id)).toBeUndefined()
        await work.read.pulls.delete(upload.id)
      })
    })

    describe('the outbox', () => {
      it('keeps events in the order they happened, per project', async () => {
        const { work, projectId } = await openWithProject()
        const stranger = aProject()
        await work.read.projects.insert(stranger)
        await work.read.outbox.append(stranger.id, ANY_EVENT, START_MS)
        const assetId = newId('asset', START_MS, random)
        await work.read.outbox.append(projectId, { type: 'asset.deleted', assetId }, START_MS + 1)
        await work.read.outbox.append(projectId, ANY_EVENT, START_MS + 2)
        const events = await work.read.outbox.list(projectId, 10)
        expect(events.map(({ event, atMs }) => [event, atMs])).toEqual([
          [{ type: 'asset.deleted', assetId }, START_MS + 1],
          [ANY_EVENT, START_MS + 2],
        ])
        expect(await work.read.outbox.list(projectId, 1)).toEqual(events.slice(0, 1))
      })

      it('keeps the order of events of one millisecond', async () => {
        const { work, projectId } = await openWithProject()
        const sizes = Array.from({ length: 30 }, (_, i) => i)
        await work.transaction(async (tx) => {
          for (const sizeBytes of sizes) {
            const uploadId = newId('upload', START_MS, random)
            const event = { type: 'upload.completed', uploadId, assetId: undefined, sizeBytes } as const
            await tx.outbox.append(projectId, event, START_MS)
          }
        })
        const events = await work.read.outbox.list(projectId, 100)
        expect(events.map(({ event }) => 'sizeBytes' in event && event.sizeBytes)).toEqual(sizes)
      })
    })

    describe('external keys', () => {
      it('name one subject each, and a taken one does not spoil the transaction', async () => {
        const { work, projectId } = await openWithProject()
        const stranger = aProject()
        await work.read.projects.insert(stranger)
        const entry = { projectId, namespace: 'kollus:file', key: '20300101-abc', subjectId: 'ast_1' }
        await work.read.externalKeys.insert(entry)
        await work.transaction(async (tx) => {
          const taken = tx.externalKeys.insert({ ...entry, subjectId: 'ast_2' })
          await expect(taken).rejects.toMatchObject({ code: 'state_conflict' })
          await tx.externalKeys.insert({ ...entry, namespace: 'kaltura:entry', subjectId: 'ast_2' })
        })
        const { externalKeys } = work.read
        expect(await externalKeys.find('kollus:file', entry.key)).toEqual({ projectId, subjectId: 'ast_1' })
        expect(await externalKeys.find('kollus:file', entry.key, projectId)).toEqual({ projectId, subjectId: 'ast_1' })
        expect(await externalKeys.find('kollus:file', entry.key, stranger.id)).toBeUndefined()
        expect(await externalKeys.find('kollus:file', 'other')).toBeUndefined()
        expect(await externalKeys.keyOf('kollus:file', 'ast_1')).toBe(entry.key)
        expect(await externalKeys.keyOf('kaltura:entry', 'ast_1')).toBeUndefined()
      })

      it('change their subject for who knows the one before, once', async () => {
        const { work, projectId } = await openWithProject()
        const entry = { projectId, namespace: 'cloudv:batch', key: 'b1', subjectId: 'upl_1' }
        await work.read.externalKeys.insert(entry)
        await work.read.externalKeys.insert({ ...entry, subjectId: 'upl_2', instead: 'upl_1' })
        const late = work.read.externalKeys.insert({ ...entry, subjectId: 'upl_3', instead: 'upl_1' })
        await expect(late).rejects.toMatchObject({ code: 'state_conflict' })
        expect(await work.read.externalKeys.find('cloudv:batch', 'b1')).toEqual({ projectId, subjectId: 'upl_2' })
        expect(await work.read.externalKeys.keyOf('cloudv:batch', 'upl_1')).toBeUndefined()
      })
    })

    describe('idempotency', () => {
      it('gives the first answer again, per project, until it is swept', async () => {
        const { work, projectId } = await openWithProject()
        const stranger = aProject()
        await work.read.projects.insert(stranger)
        const { idempotency } = work.read
        const entry = { projectId, key: 'k', requestHash: 'h', answer: '{"id":"1"}', atMs: START_MS }
        expect(await idempotency.find(projectId, 'k')).toBeUndefined()
        await idempotency.insert(entry)
        await idempotency.insert({ ...entry, projectId: stranger.id, answer: 'other', atMs: START_MS + 1 })
        await work.transaction(async (tx) => {
          await expect(tx.idempotency.insert({ ...entry, answer: 'late' })).rejects.toMatchObject({
            code: 'state_conflict',
          })
          expect(await tx.idempotency.find(projectId, 'k')).toEqual({ requestHash: 'h', answer: '{"id":"1"}' })
        })
        expect(await idempotency.deleteOlderThan(START_MS)).toBe(0)
        expect(await idempotency.deleteOlderThan(START_MS + 1)).toBe(1)
        expect(await idempotency.find(projectId, 'k')).toBeUndefined()
        expect(await idempotency.find(stranger.id, 'k')).toMatchObject({ answer: 'other' })
      })
    })
  })
}

const SHARED = { key: 'shared', layout: '', startByte: 0 }
const ANY_EVENT = { type: 'asset.deleted', assetId: 'ast_gone' as AssetId } as const
const AN_API_KEY = { name: 'CMS', hint: 'x9zf', createdAtMs: START_MS, revokedAtMs: undefined }

const FULL_UPLOAD: Partial<Upload> = {
  assetId: 'ast_wanted' as AssetId,
  state: 'failed',
  fileName: 'Über "alles" \\ 🎬.mp4',
  sizeBytes: 5_000_000_000,
  policy: {
    maxSizeBytes: 9_007_199_254_740_991,
    minChunkBytes: 1,
    expiry: 'deadline',
    leaseMs: 5,
    completion: 'explicit',
    allowedTypes: ['video/*'],
    origins: ['https://cms.example'],
    digest: { algorithm: 'sha256', hex: 'ab'.repeat(32) },
    ownerId: 'teacher 7',
  },
  target: {
    title: 'Title',
    categoryIds: ['cat_1' as never],
    channelIds: ['chn_1' as never],
    activation: 'manual',
    profileKey: 'p',
    workflowKey: 'w',
    encrypt: true,
    audioOnly: true,
    passthrough: true,
    overwrite: true,
    replaceAssetId: 'ast_old' as AssetId,
    metadata: { 'a"b': "c'd" },
  },
  failure: { code: 'checksum_mismatch', message: 'The digest differs.' },
  completedAtMs: START_MS + 4,
}

function aUser(projectId: ProjectId) {
  const id = newId('user', START_MS, new SystemRandom())
  return { id, projectId, login: 'admin', passwordHash: 'scrypt:…', createdAtMs: START_MS }
}

function range(start: number, end: number): ByteRange {
  return { start, end }
}

/** Another order every time: none may matter. */
function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, rank: randomBytes(6).readUIntBE(0, 6) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
