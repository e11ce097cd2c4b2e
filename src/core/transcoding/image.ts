import type { ImageId, ProjectId } from '../ids.ts'

/** A project's picture, to be drawn as a watermark. */
export type Image = Readonly<{
  id: ImageId
  projectId: ProjectId
  contentType: 'image/png' | 'image/jpeg'
  sizeBytes: number
  createdAtMs: number
}>
