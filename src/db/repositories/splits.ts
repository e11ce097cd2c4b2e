import type { JobId, SourceId } from '../../core/ids.ts'
import type { SplitRepository } from '../../core/ports/unit-of-work.ts'
import type { EncodePlan } from '../../core/transcoding/encode-plan.ts'
import type { EncodedPiece, Piece } from '../../core/transcoding/piece.ts'
import type { RepositoryContext } from '../context.ts'
import { fromJson, toJson } from '../convert.ts'

export function splitRepository({ db }: RepositoryContext): SplitRepository {
  return {
    async insert(split) {
      await db
        .insertInto('splits')
        .values({
          source_id: split.sourceId,
          encode_job_id: split.encodeJobId,
          package_prefix: split.packagePrefix,
          plan: toJson(split.plan),
          pieces: toJson(split.pieces),
        })
        .execute()
    },
    async get(sourceId) {
      const query = db.selectFrom('splits').selectAll().where('source_id', '=', sourceId) // primary key
      const row = await query.executeTakeFirst()
      return (
        row && {
          sourceId: row.source_id as SourceId,
          encodeJobId: row.encode_job_id as JobId,
          packagePrefix: row.package_prefix,
          plan: fromJson<EncodePlan>(row.plan),
          pieces: fromJson<readonly Piece[]>(row.pieces),
        }
      )
    },
    async setMade(sourceId, position, { renditions }) {
      const made = toJson(renditions)
      await db
        .insertInto('made_pieces')
        .values({ source_id: sourceId, position, renditions: made })
        .onConflict((conflict) => conflict.columns(['source_id', 'position']).doUpdateSet({ renditions: made }))
        .execute()
    },
    async countMade(sourceId) {
      const query = db.selectFrom('made_pieces').where('source_id', '=', sourceId) // made_pieces_pk
      const row = await query.select(({ fn }) => fn.countAll<number | bigint>().as('count')).executeTakeFirst()
      return Number(row?.count ?? 0)
    },
    async made(sourceId) {
      const query = db.selectFrom('made_pieces').select('renditions').where('source_id', '=', sourceId) // made_pieces_pk
      const rows = await query.orderBy('position').execute()
      return rows.map(({ renditions }) => ({ renditions: fromJson<EncodedPiece['renditions']>(renditions) }))
    },
    async delete(sourceId) {
      await db.deleteFrom('splits').where('source_id', '=', sourceId).execute() // primary key
    },
  }
}
