/** The name under which receivers in the vendor's form are stored. */
export const FORMAT = 'cloudv'

/**
 * What a receiver is told of: the end of a deletion, of a pull or of a token's operations that named it. A receiver of the project has none of
 * these, and is told of uploads and of processing.
 */
export type NotifySettings =
  | Readonly<{ what: 'deletion'; taskId: string; videoId: string }>
  | Readonly<{ what: 'pull'; taskId: string; isSeparate: boolean }>
  | Readonly<{ what: 'operations'; persistentId: string; bucket: string; key: string; operations: readonly string[] }>
