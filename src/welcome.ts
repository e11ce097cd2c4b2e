import type { CreatedProject } from './core/access/first-project.ts'

/** What a person sees when the server has started: where it is, and once, the keys that this start made. */
export function welcome(url: string, created: CreatedProject | undefined, sampleFile: string | undefined): string {
  const lines = ['', `  Reeldock is running at ${url}`, '']
  if (created !== undefined) {
    lines.push('  This is the first start. These keys are shown once; keep them in a safe place.', '')
    lines.push(...table(keyRows(created)), '')
  }
  lines.push('  Upload a video from a shell:', '')
  lines.push(`    ${uploadCommand(url, created?.apiKey ?? '$REELDOCK_API_KEY', sampleFile ?? 'video.mp4')}`, '')
  if (created === undefined) {
    lines.push(
      '  Lost a key? `npm start -- key <name>` makes an API key, `npm start -- password <login>` a password.',
      '',
    )
  }
  lines.push('  Stop with Ctrl-C.', '')
  return lines.join('\n')
}

/** One line for a POSIX shell with curl and sed: asks for a token, then sends the file with it. */
function uploadCommand(url: string, apiKey: string, file: string): string {
  const quoted = `'${file.replaceAll("'", "'\\''")}'`
  const create = [
    `curl -sS ${url}/v1/uploads`,
    `-H "Authorization: Bearer ${apiKey}"`,
    `-H 'Content-Type: application/json'`,
    `-d '{"fileName":"video.mp4"}'`,
    `| sed -E 's/.*"put":"([^"]+)".*/\\1/'`,
  ].join(' ')
  return `curl -sS -T ${quoted} "$(${create})"`
}

function keyRows(created: CreatedProject): readonly (readonly [string, string])[] {
  const { kollus, kaltura, cloudv } = created
  return [
    ['Login', created.login],
    ['Password', created.password],
    ['API key', created.apiKey],
    ['Kollus access token', kollus.accessToken],
    ['Kollus service account key', kollus.serviceAccountKey],
    ['Kollus security key', kollus.securityKey],
    ['Kollus custom key', kollus.customKey],
    ['Kaltura partner id', String(kaltura.partnerId)],
    ['Kaltura admin secret', kaltura.adminSecret],
    ['Kaltura user secret', kaltura.userSecret],
    ['Cloud VoD access key', cloudv.accessKey],
    ['Cloud VoD secret key', cloudv.secretKey],
    ['Cloud VoD bucket', cloudv.bucket],
  ]
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `    ${name.padEnd(width)}  ${value}`)
}
