import { urlSafe } from './etag.ts'

/** What may be told about a stored file. */
export type StoredFile = Readonly<{
  bucket: string
  key: string
  /** Where it can be got once it was looked at; empty where that is not known yet. */
  url: string
  fileName: string
  etag: string
  sizeBytes: number
  mimeType: string
  ip: string
  /** Of what is done to it; empty where the token asked for nothing. */
  persistentId: string
  durationMs: number
  /** Values of the client's own, by their names with `x:`. */
  variables: ReadonlyMap<string, string>
}>

const VARIABLE = /\$\(([^)]{1,128})\)/g

/** The template with its magic variables replaced; unknown ones become empty. Values are percent-encoded. */
export function substitute(template: string, file: StoredFile): string {
  return template.replace(VARIABLE, (_whole, name: string) => encodeURIComponent(variable(file, name)))
}

/** A key made of a template; its values go in as they are. */
export function keyFrom(template: string, file: StoredFile): string {
  return template.replace(VARIABLE, (_whole, name: string) => variable(file, name))
}

/** The body of a form's answer: `name=value` pairs in url-safe base64. */
export function formAnswer(returnBody: string | undefined, file: StoredFile): string {
  const { bucket, key, etag, sizeBytes } = file
  const fields =
    returnBody === undefined
      ? `key=${encodeURIComponent(key)}&bucket=${encodeURIComponent(bucket)}&fsize=${sizeBytes}`
      : substitute(returnBody, file)
  return urlSafe(returnBody === undefined ? `hash=${etag}&${fields}` : `${fields}&hash=${etag}`)
}

/** The body of a form's answer where the customer's server was asked; `response` is what that said. */
export function calledBackAnswer({ etag }: StoredFile, response: string) {
  return { hash: etag, response }
}

/** The answer to mkfile: the fields of the template as members, besides hash, key and what the customer's server said. */
export function fileAnswer(
  returnBody: string | undefined,
  file: StoredFile,
  response: string | undefined,
): Readonly<Record<string, string>> {
  const fields = new URLSearchParams(returnBody === undefined ? '' : substitute(returnBody, file))
  const said: Record<string, string> = response === undefined ? {} : { response }
  return { hash: file.etag, key: file.key, ...said, ...Object.fromEntries(fields) }
}

function variable(file: StoredFile, name: string): string {
  const known: Readonly<Record<string, string>> = {
    bucket: file.bucket,
    key: file.key,
    url: urlSafe(file.url),
    fname: file.fileName,
    hash: file.etag,
    fsize: String(file.sizeBytes),
    mimeType: file.mimeType,
    ip: file.ip,
    persistentId: file.persistentId,
    costTime: String(file.durationMs),
  }
  return Object.hasOwn(known, name) ? (known[name] ?? '') : (file.variables.get(name) ?? '')
}
