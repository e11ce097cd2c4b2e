/** Under these namespaces the core keeps what the vendor's clients call audio and material files. */
export const AUDIO_ID = 'cloudv.audio_id'
export const MATERIAL_ID = 'cloudv.material_id'

/** What is in lists of its own, and not among the videos. */
export const FILE_NAMESPACES = [AUDIO_ID, MATERIAL_ID] as const

export type FileNamespace = (typeof FILE_NAMESPACES)[number]
