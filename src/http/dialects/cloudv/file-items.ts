import type { AssetView } from '../../../core/library/library-service.ts'
import type { Services } from '../../services.ts'
import type { Account } from './access.ts'
import { AUDIO_ID, type FileNamespace, MATERIAL_ID } from './file-kinds.ts'
import { fileUrl } from './stored-file.ts'
import { seconds } from './times.ts'

/** Material files as getMaterialList and the notification of their upload show them. */
export function materialItems(services: Services, account: Account, views: readonly AssetView[]) {
  return items(services, account, MATERIAL_ID, views, ({ asset, source }, { id, suffix, url }) => ({
    id,
    name: asset.title,
    suffix,
    fileSize: source?.sizeBytes ?? 0,
    url,
    createUser: asset.ownerId ?? '',
    createTime: seconds(asset.createdAtMs),
  }))
}

/** Audio files, likewise. */
export function audioItems(services: Services, account: Account, views: readonly AssetView[]) {
  return items(services, account, AUDIO_ID, views, ({ asset, source }, { id, suffix, url }) => ({
    audioName: asset.title,
    audioId: id,
    createUser: asset.ownerId ?? '',
    audioSize: source?.sizeBytes ?? 0,
    audioDuration: Math.round((source?.media?.durationMs ?? 0) / 1_000),
    url,
    suffix,
    createTime: seconds(asset.createdAtMs),
    uploadTime: seconds(source?.createdAtMs ?? asset.createdAtMs),
  }))
}

type Labels = Readonly<{ id: string; suffix: string; url: string }>

async function items<Item>(
  services: Services,
  account: Account,
  namespace: FileNamespace,
  views: readonly AssetView[],
  show: (view: AssetView, labels: Labels) => Item,
): Promise<readonly Item[]> {
  const ids = await services.names.ensure(
    account.projectId,
    namespace,
    views.map(({ asset }) => asset.id),
    (id) => id,
  )
  return views.map((view) => {
    const id = ids.get(view.asset.id) ?? ''
    const suffix = view.asset.metadata['cloudv.suffix'] ?? ''
    return show(view, { id, suffix, url: fileUrl(services, account, id, suffix) })
  })
}
