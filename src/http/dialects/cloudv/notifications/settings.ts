/** The name under which receivers in the vendor's form are stored. */
export const FORMAT = 'cloudv'

/**
 * What a receiver is told of: the end of a deletion or of a pull that named it. A receiver of the project has none of
 * these, and is told of uploads and of processing.
 */
export type NotifySettings =
  | Readonly<{ what: 'deletion'; taskId: string; videoId: string }>
  | Readonly<{ what: 'pull'; taskId: string; isSeparate: boolean }>
