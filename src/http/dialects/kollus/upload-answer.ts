import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { UploadOutcome } from './upload-outcome.ts'

/** What decides what the answer looks like: the form's fields, and the request's headers. */
export type AnswerOptions = Readonly<{
  fields: ReadonlyMap<string, string>
  acceptHeader: string | undefined
  contentType: string | undefined
}>

/** Answers on upload_url: JSON for programs, a page that says it and leads on for people. */
export function sendUploadOutcome(reply: FastifyReply, outcome: UploadOutcome, options: AnswerOptions): FastifyReply {
  reply.code(outcome.status).header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer')
  if (wantsJson(options)) return reply.send({ error: outcome.error, message: outcome.message })
  reply.header('content-security-policy', CONTENT_POLICY).type('text/html; charset=utf-8')
  return reply.send(answerPage(outcome, options.fields))
}

/**
 * The field `accept` decides, and the request's header where there is none. The vendor's PHP SDK has neither: it declares
 * its form to be JSON, and reads JSON. Source: docs/dialects/kollus.md#upload.
 */
export function wantsJson({ fields, acceptHeader, contentType }: AnswerOptions): boolean {
  const field = fields.get('accept')?.trim()
  return isJson(field || acceptHeader) || (!field && isJson(contentType))
}

function isJson(types: string | undefined): boolean {
  return types?.toLowerCase().includes('application/json') === true
}

/**
 * Shows what the data beside it says. The text never changes, so the page's policy can name its digest, and nothing
 * that a client sent is ever part of a script.
 */
const SCRIPT = `
const { message, isAlerted, target, isOuter } = JSON.parse(document.getElementById('answer').textContent)
if (isAlerted) alert(message)
if (target !== null) {
  try {
    (isOuter ? window.top : window).location.href = target
  } catch {
    window.location.href = target
  }
}
`

const CONTENT_POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** The page for browsers that submitted a plain form. Any site may hold it in a frame: that is how it is used. */
export function answerPage(outcome: UploadOutcome, fields: ReadonlyMap<string, string>): string {
  const scope = fields.get('redirection_scope')?.trim()
  const target = scope === 'no' ? undefined : returnUrl(fields.get('return_url'), outcome)
  const data = {
    message: outcome.message,
    isAlerted: fields.get('disable_alert')?.trim() !== '1',
    target: target ?? null,
    isOuter: scope !== 'inner',
  }
  const link = target === undefined ? '' : `\n<p><a href="${inHtml(target)}">Continue</a></p>`
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Upload</title></head>
<body>
<p role="status">${inHtml(outcome.message)}</p>${link}
<script type="application/json" id="answer">${inScript(data)}</script>
<script>${SCRIPT}</script>
</body>
</html>
`
}

/** Where to lead on, with the outcome in the query; undefined for anything but an absolute http(s) address. */
function returnUrl(text: string | undefined, outcome: UploadOutcome): string | undefined {
  const url = URL.parse(text?.trim() ?? '')
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined
  const result = `result=${outcome.error === 0 ? 'S' : 'F'}&message=${encodeURIComponent(outcome.message)}`
  url.search += `${url.search === '' ? '?' : '&'}${result}`
  return url.href
}

/** JSON that no HTML parser and no JavaScript engine reads as anything else. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function inHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ENTITIES[character] ?? '')
}
