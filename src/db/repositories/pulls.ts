import type { UploadId } from '../../core/ids.ts'
import type { PullRepository } from '../../core/ports/unit-of-work.ts'
import type { Pull } from '../../core/uploads/pull.ts'
import type { RepositoryContext } from '../context.ts'
import { optional } from '../convert.ts'

function columns({ totalBytes, version }: Pick<Pull, 'totalBytes' | 'version'>) {
  return { total_bytes: totalBytes ?? null, validator: version?.validator ?? null }
}

export function pullRepository({ db, sealer }: RepositoryContext): PullRepository {
  return {
    async insert({ uploadId, url, ...file }) {
      const row = { upload_id: uploadId, sealed_url: sealer.seal(url), ...columns(file) }
      await db.insertInto('pulls').values(row).execute()
    },
    async get(uploadId) {
      const query = db.selectFrom('pulls').selectAll().where('upload_id', '=', uploadId) // primary key
      const row = await query.executeTakeFirst()
      if (row === undefined) return undefined
      const { validator, total_bytes: totalBytes } = row
      const version = validator === null || totalBytes === null ? undefined : { validator, totalBytes }
      const url = sealer.open(row.sealed_url)
      return { uploadId: row.upload_id as UploadId, url, totalBytes: optional(totalBytes), version }
    },
    async describe(uploadId, file) {
      await db.updateTable('pulls').set(columns(file)).where('upload_id', '=', uploadId).execute() // primary key
    },
    async delete(uploadId) {
      await db.deleteFrom('pulls').where('upload_id', '=', uploadId).execute() // primary key
    },
  }
}
