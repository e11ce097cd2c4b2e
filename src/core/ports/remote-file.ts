import type { Readable } from 'node:stream'

/** Names one version of a file: what another server said of it, kept word for word. Opaque to callers. */
export type FileVersion = Readonly<{ validator: string; totalBytes: number }>

export type RemoteFile = Readonly<{
  /** Where in the file the body begins: at the byte that was asked for, or at 0. */
  startByte: number
  /** Of the whole file; undefined when the other server does not say. */
  totalBytes: number | undefined
  /** To go on with later; undefined when the other server offers no way to tell versions apart. */
  version: FileVersion | undefined
  /** Ends with an error when it breaks off before the end that was announced. The caller reads or destroys it. */
  body: Readable
}>

/**
 * Files on servers of other people, by http(s) address. An address is a secret: it may carry a password or a signature,
 * and appears in no error. Implementation: pull/http-remote-files.ts. test/contract/remote-file.ts proves for it:
 * - what the other server has arrives byte by byte, whole or from `resume.startByte` on;
 * - a file goes on only where it is the same version still; whatever else the server does, the answer begins at 0;
 * - redirects are followed, few of them, and secrets of one server are not told to another;
 * - no connection is ever made to an address inside of the operator's network that he did not allow: not by name, by
 *   number in any notation, by redirect, or by a name that changes its mind between looking it up and connecting;
 * - what leads there, and what leads nowhere, fails alike: DomainError('unavailable') with the same words;
 * - a file that is not there is DomainError('not_found'), one that is not for us DomainError('forbidden'), another
 *   refusal DomainError('invalid_argument'), and what may pass DomainError('unavailable');
 * - a server that does not answer in time is given up; `signal` ends the wait, and the body.
 */
export interface RemoteFiles {
  /** Throws DomainError('invalid_argument') for an address that `open` would never follow, as far as it alone tells. */
  assertAddress(url: string): void
  open(
    url: string,
    options: Readonly<{
      resume?: Readonly<{ startByte: number; version: FileVersion }> | undefined
      signal: AbortSignal
    }>,
  ): Promise<RemoteFile>
}
